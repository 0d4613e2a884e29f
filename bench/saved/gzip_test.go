package saved_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"tlsbench/bench"
	"tlsbench/bench/saved"
	"tlsbench/report"
)

func packed(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedResult(t *testing.T) {
	text := older(t)
	want, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "r.json.gz")
	if err := os.WriteFile(file, packed(t, text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := saved.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, got), encoded(t, want)) {
		t.Error("it is another when it was packed")
	}
	r := bytes.NewReader(packed(t, text))
	if _, err := saved.Read(iotest.OneByteReader(r)); err != nil {
		t.Errorf("byte by byte: %v", err)
	}
}

func TestPackedWhatIsNoResult(t *testing.T) {
	good := packed(t, older(t))
	edited := func(at int) []byte {
		b := bytes.Clone(good)
		b[(at+len(b))%len(b)] ^= 0xff
		return b
	}
	for _, c := range []struct {
		name string
		text []byte
		kind error
		want string
	}{
		{"the magic alone", good[:2], saved.ErrTruncated, "ends early"},
		{"half a header", good[:7], saved.ErrTruncated, "ends early"},
		{"cut", good[:len(good)/2], saved.ErrTruncated, "ends early"},
		{"cut in the checksum", good[:len(good)-6], saved.ErrTruncated, "ends early"},
		{"another method", edited(2), saved.ErrDamaged, "gzip: invalid header"},
		{"checksum", edited(-8), saved.ErrDamaged, "gzip: invalid checksum"},
		{"corrupt", append(append(bytes.Clone(good[:10]), 0xff), good[11:]...), saved.ErrDamaged, "corrupt input"},
		{"with a tail", append(bytes.Clone(good), "tail of some length"...), saved.ErrDamaged, "gzip: invalid header"},
		{"a cut result", packed(t, older(t)[:500]), saved.ErrTruncated, "ends early"},
		{"twice", packed(t, good), saved.ErrForeign, "packed twice"},
		{"nothing", packed(t, nil), saved.ErrForeign, "but empty"},
		{"text", packed(t, []byte("hello")), saved.ErrForeign, "something else than JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.text)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %v with %q", err, c.kind, c.want)
			}
		})
	}
	broken := errors.New("broken")
	for _, after := range []int{2, 5, len(good) / 2} {
		r := io.MultiReader(bytes.NewReader(good[:after]), iotest.ErrReader(broken))
		if _, err := saved.Read(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v", after, err)
		}
	}
}

// Without the rounds' histograms, and with their medians alone, all is there but
// the changes of tails.
func TestSlimResults(t *testing.T) {
	whole, err := read(older(t))
	if err != nil {
		t.Fatal(err)
	}
	before := encoded(t, whole)
	slim := saved.WithoutRoundHistograms(whole)
	for name, slim := range map[string]*bench.Result{"without histograms": slim, "with medians": saved.WithRoundMedians(whole)} {
		t.Run(name, func(t *testing.T) { testSlim(t, whole, slim) })
	}
	if !bytes.Equal(encoded(t, whole), before) {
		t.Error("the result itself lost them")
	}
	if m, err := saved.Merge([]*bench.Result{slim, whole}); err != nil || m.Arms[0].Phases[bench.TLSPhase].Count != 2*whole.Arms[0].Phases[bench.TLSPhase].Count {
		t.Errorf("merged with the whole: %v", err)
	} else {
		staysTheSame(t, reported(t, m))
	}
	if _, err := saved.Merge([]*bench.Result{whole, saved.WithRoundMedians(whole)}); err == nil || !strings.Contains(err.Error(), "medians of its rounds' phases alone") {
		t.Errorf("merged with medians: %v", err)
	}
}

func testSlim(t *testing.T, whole, slim *bench.Result) {
	text := reported(t, slim)
	if size := len(reported(t, whole)); len(text) > size*9/10 {
		t.Errorf("%d bytes, of %d", len(text), size)
	}
	staysTheSame(t, text)
	again, err := read(packed(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, &bench.Result{Arms: again.Arms}), encoded(t, &bench.Result{Arms: whole.Arms})) {
		t.Error("arms differ")
	}
	d, all := report.NewDocument(again), report.NewDocument(whole)
	if len(d.Comparisons) != len(all.Comparisons) {
		t.Fatalf("%d comparisons, of %d", len(d.Comparisons), len(all.Comparisons))
	}
	tails := 0
	for i, c := range d.Comparisons {
		m, _ := bench.MetricByName(c.Metric)
		if m.Tail.Quantile == 0 {
			if c.Verdict != all.Comparisons[i].Verdict {
				t.Errorf("%s: %s, want %s", c.Metric, c.Verdict, all.Comparisons[i].Verdict)
			}
			continue
		}
		tails++
		if c.Change != nil || c.CI != nil || c.Value != all.Comparisons[i].Value {
			t.Errorf("%s changed by %v", c.Metric, c.Change)
		}
	}
	if tails == 0 {
		t.Error("no tail was compared")
	}
	for _, format := range report.Formats() {
		o, err := report.New(format, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Write(io.Discard, d); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
	for _, list := range []any{nil, drop{}, map[string]any{}} {
		if _, err := read(edit(t, text, "rounds/0/blocks/0/histograms", list)); err != nil {
			t.Errorf("histograms of %v: %v", list, err)
		}
	}
}
