package selfwatch

import (
	"math"
	"runtime"
	"testing"
	"time"
)

func TestPercentile99(t *testing.T) {
	bounds := []float64{math.Inf(-1), 0, 1e-6, 1e-3, 1, math.Inf(1)}
	for _, tt := range []struct {
		counts []uint64
		want   time.Duration // −1 for none
	}{
		{[]uint64{0, 0, 0, 0, 0}, -1},
		{[]uint64{0, 99, 0, 0, 0}, -1},
		{[]uint64{0, 100, 0, 0, 0}, time.Microsecond},
		{[]uint64{0, 99, 0, 1, 0}, time.Microsecond},
		{[]uint64{0, 98, 0, 2, 0}, time.Second},
		{[]uint64{0, 980, 15, 5, 0}, time.Millisecond},
		{[]uint64{0, 0, 0, 0, 200}, time.Second},
		{[]uint64{200, 0, 0, 0, 0}, 0},
	} {
		got := percentile99(tt.counts, bounds)
		switch {
		case got == nil && tt.want >= 0, got != nil && *got != tt.want:
			t.Errorf("%v: got %v, want %v", tt.counts, got, tt.want)
		}
	}
}

func TestWaitedSumsOverThreads(t *testing.T) {
	before := map[int]time.Duration{1: 10, 2: 20, 3: 30}
	after := map[int]time.Duration{1: 15, 3: 5, 4: 7} // 2 ended, 3 is another, 4 is new
	if got := waited(before, after); got == nil || *got != 5+7 {
		t.Errorf("got %v", got)
	}
	if waited(nil, after) != nil || waited(before, nil) != nil {
		t.Error("what was not known became a figure")
	}
}

func TestSince(t *testing.T) {
	d := func(v time.Duration) *time.Duration { return &v }
	if got := since(d(3), d(5)); got == nil || *got != 2 {
		t.Errorf("got %v", got)
	}
	if since(nil, d(1)) != nil || since(d(1), nil) != nil || since(d(2), d(1)) != nil {
		t.Error("what was not known became a figure")
	}
}

func TestStolen(t *testing.T) {
	before, after := &Ticks{100, 50, 10}, &Ticks{140, 60, 20}
	if got := after.Steal(before); got == nil || *got != 0.25 {
		t.Errorf("stolen: %v", got)
	}
	if got := after.Busy(before); got == nil || *got != 0.5 {
		t.Errorf("busy: %v", got)
	}
	for _, p := range [][2]*Ticks{{nil, {1, 1, 1}}, {{1, 1, 1}, nil}, {{5, 1, 1}, {5, 1, 1}}, {{5, 1, 3}, {6, 1, 2}}} {
		if got := p[1].Steal(p[0]); got != nil {
			t.Errorf("%v to %v: %v", p[0], p[1], *got)
		}
	}
}

func TestCheck(t *testing.T) {
	d, long, share, less := time.Duration(1), longest+1, 0.5, -0.1
	for _, s := range []State{{Cores: 1}, {Cores: 0.5, Quota: 0.5, Throttled: &d, RunQueue: &d, SchedP99: &d, GC: &d, Steal: &share}} {
		if err := s.Check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, s := range []State{
		{}, {Cores: -1}, {Cores: math.NaN()}, {Cores: math.Inf(1)}, {Cores: 1, Quota: -1}, {Cores: 1, Steal: &less},
		{Cores: 1, Throttled: &long}, {Cores: 1, GC: &long}, {Cores: 1, RunQueue: &long}, {Cores: 1, SchedP99: &long},
	} {
		if s.Check() == nil {
			t.Errorf("%+v passed", s)
		}
	}
}

// Work that more goroutines want than there are processors for makes them wait.
func TestWatchSeesTheStretch(t *testing.T) {
	w := New()
	w.Begin()
	done := make(chan uint64)
	n := 4 * runtime.GOMAXPROCS(0)
	for range n {
		go func() {
			sum := uint64(0)
			for i := range uint64(200_000) {
				if sum = sum*31 + i; i%1000 == 0 {
					runtime.Gosched()
				}
			}
			done <- sum
		}()
	}
	for range n {
		<-done
	}
	runtime.GC()
	s := w.End()
	if s.SchedP99 == nil || *s.SchedP99 <= 0 {
		t.Errorf("goroutines waited %v", s.SchedP99)
	}
	if s.GC == nil || *s.GC <= 0 {
		t.Errorf("a collection took %v", s.GC)
	}
	if s.Cores <= 0 || s.Cores > float64(runtime.NumCPU()) {
		t.Errorf("%v cores of %d", s.Cores, runtime.NumCPU())
	}
	if runtime.GOOS == "linux" && (s.Throttled == nil || s.RunQueue == nil) {
		t.Errorf("throttled %v, in the run queue %v", s.Throttled, s.RunQueue)
	}
}

func TestNobodyWatches(t *testing.T) {
	var w *Watch
	w.Begin()
	if s := w.End(); s != nil {
		t.Errorf("got %+v", s)
	}
}

func BenchmarkWatch(b *testing.B) {
	w := New()
	for b.Loop() {
		w.Begin()
		w.End()
	}
}
