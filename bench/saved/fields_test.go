package saved

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/selfwatch"
)

// A field that is added to a result must be read, and it must be decided
// whether it is derived.
func TestEveryFieldOfAResultIsAccountedFor(t *testing.T) {
	tags := func(of any) []string {
		var all []string
		for f := range reflect.TypeOf(of).Fields() {
			all = append(all, f.Tag.Get("json"))
		}
		return all
	}
	parts := tags(parts{})
	for f := range reflect.TypeFor[bench.Result]().Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !slices.Contains(parts, name) {
			t.Errorf("Result.%s is not read", f.Name)
		}
	}
	for _, c := range []struct {
		of     reflect.Type
		fields []string
	}{
		{reflect.TypeFor[bench.Stats](), []string{
			"Attempts", "Kinds", "Errors", "Took", "Rate", "ResumedRatio", "ErrorRatio", "Phases", "Medians", "Others",
			"ClientCPU", "ServerCPU", "BytesIn", "BytesOut", "TicketBytes", "RoundTrips", "Sessions", "HelloRetry", "BadStatus",
			"Mixed", "Clamped", "Histograms", "Arrivals", "ClientCerts", "Unconfirmed", "ECH",
			"DatagramsIn", "DatagramsOut", "EarlyDataRejected", "Retries", "VersionNegotiated",
		}},
		{reflect.TypeFor[bench.Arrivals](), []string{
			"Rate", "Window", "Due", "Dropped", "Late", "Peak", "Share", "Storms", "ServerPeak",
		}},
		{reflect.TypeFor[bench.ArmResult](), []string{"Name", "Stats", "Facts", "PrimingFailure", "FirstErrors"}},
		{reflect.TypeFor[bench.Block](), []string{"Arm", "Start", "Stats", "Pace", "Client", "Cut", "Dry"}},
		{reflect.TypeFor[selfwatch.State](), []string{"Cores", "Quota", "Throttled", "RunQueue", "SchedP99", "GC", "Steal"}},
		{reflect.TypeFor[bench.SessionCounts](), []string{
			"Imported", "Primed", "Received", "Offered", "Accepted", "Refused", "Expired", "Withheld", "Starved",
		}},
	} {
		for f := range c.of.Fields() {
			if !slices.Contains(c.fields, f.Name) {
				t.Errorf("%s.%s: see whether it must be checked, or derived, when a result is read", c.of.Name(), f.Name)
			}
		}
	}
}

// A file without end is not taken into memory.
func TestSizeIsBounded(t *testing.T) {
	const most = 3 << 20
	for _, text := range []string{`{"schema":1}`, `{"schema":1,`, ""} {
		endless := io.MultiReader(strings.NewReader(text), blanks{})
		_, err := readParts(endless, most)
		if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "larger than the 3 MiB") {
			t.Errorf("after %s: got %v", text, err)
		}
	}
	exact := `{"tool":{},"schema":1}` + strings.Repeat(" ", most)
	if _, err := readParts(strings.NewReader(exact[:most]), most); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

// What is packed counts as it unpacks.
func TestPackedSizeIsBounded(t *testing.T) {
	const most = 3 << 20
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, io.LimitReader(blanks{}, most+1)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := unpacked(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readParts(in, most); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "larger than the 3 MiB") {
		t.Errorf("got %v", err)
	}
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
