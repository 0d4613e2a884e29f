package hist

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// lognormal returns n durations around median, reproducibly.
func lognormal(seed uint64, n int, median time.Duration, sigma float64) []time.Duration {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = time.Duration(float64(median) * math.Exp(sigma*rng.NormFloat64()))
	}
	return out
}

func of(values ...time.Duration) *Histogram {
	h := New()
	for _, v := range values {
		h.Record(v)
	}
	return h
}

func TestQuantileAgainstExactData(t *testing.T) {
	cases := []struct {
		name   string
		median time.Duration
		sigma  float64
	}{
		{"tens of nanoseconds", 50, 0.5},
		{"microseconds", 3 * time.Microsecond, 1},
		{"handshakes", 700 * time.Microsecond, 0.3},
		{"whole range", 20 * time.Millisecond, 2.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(10) {
				n := 1 + int(seed)*371
				values := lognormal(seed, n, c.median, c.sigma)
				h := of(values...)
				for i, v := range values {
					values[i] = min(max(v, Lowest), Highest)
				}
				slices.Sort(values)
				for _, q := range []float64{0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1} {
					rank := min(max(int(q*100/100*float64(n)+0.5), 1), n)
					want, got := values[rank-1], h.Quantile(q)
					if off := (got - want).Abs(); off > 1 && float64(off) > 0.001*float64(want) {
						t.Errorf("n=%d q=%v: got %d, exact %d", n, q, got, want)
					}
					if got < values[0] || got > values[n-1] {
						t.Errorf("n=%d q=%v: %d is outside [%d, %d]", n, q, got, values[0], values[n-1])
					}
				}
			}
		})
	}
}

func TestQuantileEdges(t *testing.T) {
	if got := New().Quantile(0.5); got != 0 {
		t.Errorf("empty: got %v", got)
	}
	h := of(1234567, 7654321)
	for _, c := range []struct {
		q    float64
		want time.Duration
	}{{math.NaN(), 1234567}, {-1, 1234567}, {0, 1234567}, {1, 7654321}, {2, 7654321}, {math.Inf(1), 7654321}} {
		if got := h.Quantile(c.q); got != c.want {
			t.Errorf("q=%v: got %v, want %v", c.q, got, c.want)
		}
	}
}

func TestMergeEqualsRecordingInOne(t *testing.T) {
	parts := [][]time.Duration{
		lognormal(1, 500, time.Millisecond, 1),
		nil,
		lognormal(2, 300, 40, 1),
		{-time.Second, 0, 2 * time.Minute},
	}
	all := New()
	for _, p := range parts {
		for _, v := range p {
			all.Record(v)
		}
	}
	merged := func(hs ...*Histogram) *Histogram {
		sum := New()
		for _, h := range hs {
			if err := sum.Merge(h); err != nil {
				t.Fatal(err)
			}
		}
		return sum
	}
	a, b, c, d := of(parts[0]...), of(parts[1]...), of(parts[2]...), of(parts[3]...)
	for name, got := range map[string]*Histogram{
		"in order":    merged(a, b, c, d),
		"reversed":    merged(d, c, b, a),
		"left first":  merged(merged(merged(a, b), c), d),
		"right first": merged(a, merged(b, merged(c, d))),
	} {
		if !reflect.DeepEqual(got, all) {
			t.Errorf("%s: differs from recording in one", name)
		}
	}
	if !reflect.DeepEqual(a, of(parts[0]...)) {
		t.Error("merging changed its argument")
	}
}

func TestMergeRefusesTooMany(t *testing.T) {
	full := New()
	if err := full.hdr.RecordValues(1, maxCount); err != nil {
		t.Fatal(err)
	}
	one := of(5)
	if err := one.Merge(full); err == nil {
		t.Fatal("no error")
	}
	if !reflect.DeepEqual(one, of(5)) {
		t.Error("a refused merge changed the receiver")
	}
}

func TestClamping(t *testing.T) {
	h := of(-5, 0, 1, time.Millisecond, Highest, Highest+1, math.MaxInt64)
	if got := h.Clamped(); got != 4 {
		t.Errorf("clamped %d, want 4", got)
	}
	if got := h.Count(); got != 7 {
		t.Errorf("count %d, want 7", got)
	}
	if lo, hi := h.Quantile(0), h.Quantile(1); lo != Lowest || hi != Highest {
		t.Errorf("range %v to %v", lo, hi)
	}
	if bars := h.Bars(); bars[len(bars)-1] != (Bar{Highest, 3}) {
		t.Errorf("last bar %v", bars[len(bars)-1])
	}
}

func TestReset(t *testing.T) {
	h := of(0, time.Second, 3)
	h.Reset()
	if !reflect.DeepEqual(h, New()) {
		t.Error("differs from a new histogram")
	}
}

func TestBars(t *testing.T) {
	if bars := New().Bars(); bars != nil {
		t.Errorf("empty: %v", bars)
	}
	got := of(7, 7, 2000, 1_000_000, 1_000_100).Bars()
	// At a millisecond a bucket is 512 ns wide.
	want := []Bar{{7, 2}, {2000, 1}, {1_000_447, 2}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRecordDoesNotAllocate(t *testing.T) {
	h := New()
	v := time.Duration(0)
	if n := testing.AllocsPerRun(1000, func() { h.Record(v); v += 17 * time.Millisecond }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRecord(b *testing.B) {
	h := New()
	values := lognormal(1, 1<<12, 700*time.Microsecond, 0.3)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.Record(values[i&(1<<12-1)])
	}
}

func BenchmarkMerge(b *testing.B) {
	sum, part := New(), of(lognormal(1, 10_000, 700*time.Microsecond, 0.3)...)
	for b.Loop() {
		if sum.Count() > maxCount/2 {
			sum.Reset()
		}
		if err := sum.Merge(part); err != nil {
			b.Fatal(err)
		}
	}
}
