package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/bench/samples"
	"tlsbench/bench/target/faultrelay"
)

// sampled is a line about an attempt.
type sampled struct {
	T          *time.Duration `json:"t_ns"`
	Arm        string
	Round      int
	Kind       *bench.Kind
	Phases     map[string]time.Duration
	Error      *bench.FailureNote
	Offered    bool
	BytesIn    int64 `json:"bytes_in"`
	BytesOut   int64 `json:"bytes_out"`
	RoundTrips int64 `json:"round_trips"`
	Status     int
}

// sampleLines reads a file of samples, of which every line must be JSON.
func sampleLines(t *testing.T, file string) (started time.Time, all []sampled, end *bench.SampleLog) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		t.Errorf("it ends with part of a line: %q", text[max(0, len(text)-200):])
	}
	for i, line := range slices.Collect(bytes.Lines(text)) {
		if i == 0 {
			var h struct {
				Schema  int
				Started time.Time
			}
			if err := json.Unmarshal(line, &h); err != nil || h.Schema != samples.Schema {
				t.Fatalf("header %s: %v", line, err)
			}
			started = h.Started
			continue
		}
		if bytes.HasPrefix(line, []byte(`{"written"`)) {
			end = &bench.SampleLog{}
			if err := json.Unmarshal(line, end); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var s sampled
		if err := json.Unmarshal(line, &s); err != nil || s.T == nil || (s.Kind == nil) == (s.Error == nil) || end != nil {
			t.Fatalf("line %d, %s: %v", i+1, line, err)
		}
		all = append(all, s)
	}
	return started, all, end
}

// stretch is a block.
type stretch struct {
	arm   string
	round int
}

// The file holds each attempt once, in its arm and round, and what the result
// says follows from it: counts, errors, percentiles, histograms, bytes.
func TestSamplesAgreeWithTheResult(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-c", "3"},
		{"-c", "2", "--handshake-only", "--tls", "1.2"},
	} {
		s, ca := embedded(t, "")
		relay := faultrelay.Start(t, s.Endpoint().Address, faultrelay.Every(7, faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}))
		file := filepath.Join(t.TempDir(), "s.ndjson")
		r := measure(t, slices.Concat([]string{"run", "https://" + relay.Address(), "--cacert", ca, "-n", "240", "--samples", file, "--warmup", "50ms"}, args)...)
		started, all, end := sampleLines(t, file)
		if !started.Equal(r.Started) || end == nil || *end != (bench.SampleLog{Written: 480}) || r.Samples == nil || *r.Samples != *end {
			t.Errorf("%v: started %v and %v, ended %+v, the result has %+v", args, started, r.Started, end, r.Samples)
		}
		followsFrom(t, r, all)
	}
}

func followsFrom(t *testing.T, r *bench.Result, all []sampled) {
	t.Helper()
	kinds, errs := map[stretch]map[bench.Kind]int64{}, map[stretch]map[bench.ErrorClass]int64{}
	for _, s := range all {
		at := stretch{s.Arm, s.Round}
		if kinds[at] == nil {
			kinds[at], errs[at] = map[bench.Kind]int64{}, map[bench.ErrorClass]int64{}
		}
		if s.Error != nil {
			errs[at][s.Error.Class]++
		} else {
			kinds[at][*s.Kind]++
		}
		round := r.Rounds[s.Round-1]
		// An open loop's time ends with its last success, others may begin after that.
		b, _ := round.Block(s.Arm)
		if open := b.Arrivals != nil; *s.T < b.Start || *s.T >= b.Start+b.Took && !open {
			t.Errorf("an attempt began at %v, its block lasted from %v for %v", *s.T, b.Start, b.Took)
		}
	}
	for i := range r.Rounds {
		for j := range r.Rounds[i].Blocks {
			b := &r.Rounds[i].Blocks[j]
			at := stretch{b.Arm, i + 1}
			if !maps.Equal(kinds[at], b.Kinds) || !maps.Equal(errs[at], b.Errors) {
				t.Errorf("round %d, %s: %v and %v, the block has %v and %v", i+1, b.Arm, kinds[at], errs[at], b.Kinds, b.Errors)
			}
		}
	}
	for i := range r.Arms {
		a := &r.Arms[i]
		if a.Errors[bench.ClassReset] == 0 {
			t.Errorf("%s: no attempt failed", a.Name)
		}
		arm, _ := r.Plan.Arm(a.Name)
		phases := map[bench.Phase]*hist.Histogram{}
		var in, n int64
		for _, s := range all {
			if s.Arm != a.Name || s.Kind == nil || !arm.Want.Met(*s.Kind) {
				continue
			}
			n++
			in += s.BytesIn
			for name, d := range s.Phases {
				var p bench.Phase
				if err := p.UnmarshalText([]byte(strings.TrimSuffix(name, "_ns"))); err != nil {
					t.Fatal(err)
				}
				if phases[p] == nil {
					phases[p] = hist.New()
				}
				phases[p].Record(d)
			}
		}
		if len(phases) != len(a.Phases) || len(phases) < 4 {
			t.Errorf("%s: %d phases, the result has %d", a.Name, len(phases), len(a.Phases))
		}
		for p, h := range phases {
			if !reflect.DeepEqual(h.Summary(), a.Phases[p]) {
				t.Errorf("%s, %s: %+v, the result has %+v", a.Name, p, h.Summary(), a.Phases[p])
			}
			if text, err := h.Encode(); err != nil || text != a.Histograms[p] {
				t.Errorf("%s, %s: its histogram is another (%v)", a.Name, p, err)
			}
		}
		if a.BytesIn == nil || *a.BytesIn != float64(in)/float64(n) {
			t.Errorf("%s: bytes in %v, the result has %v", a.Name, float64(in)/float64(n), a.BytesIn)
		}
	}
}

// In a mix every attempt is in its own arm, in the file as in the result, also
// among failures.
func TestSamplesOfAMixAgreeWithTheResult(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-r", "400/s", "-n", "120"},
		{"--storm", "40"},
	} {
		s, ca := embedded(t, "")
		relay := faultrelay.Start(t, s.Endpoint().Address, faultrelay.Every(7, faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}))
		file := filepath.Join(t.TempDir(), "s.ndjson")
		r := measure(t, slices.Concat([]string{"run", "https://" + relay.Address(), "--cacert", ca, "--rounds", "6", "--mix", "resumed=70%", "--samples", file, "--warmup", "0"}, args)...)
		_, all, end := sampleLines(t, file)
		if end == nil || end.Dropped != 0 || end.Written != 240 || r.Arms[0].Attempts+r.Arms[1].Attempts != 240 {
			t.Errorf("%v: %+v, %d and %d attempts", args, end, r.Arms[0].Attempts, r.Arms[1].Attempts)
		}
		followsFrom(t, r, all)
		for _, line := range all {
			if resumed := line.Arm == "session=resumed"; line.Error == nil && resumed != line.Offered {
				t.Errorf("an attempt of %s offered a session: %v", line.Arm, line.Offered)
			}
		}
	}
}
