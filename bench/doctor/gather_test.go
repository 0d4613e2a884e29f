package doctor

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestGather(t *testing.T) {
	var said []string
	say := func(text string) { said = append(said, text) }
	f := Look(t.Context(), say)
	if err := f.Measure(t.Context(), say); err != nil {
		t.Fatal(err)
	}
	if f.Machine.Processors < 1 || f.Machine.Affinity < 1 || f.Machine.Affinity > f.Machine.Processors {
		t.Errorf("processors: %+v", f.Machine)
	}
	if f.Clocks.Cost <= 0 || f.Clocks.Resolution <= 0 {
		t.Errorf("clocks: %+v", f.Clocks)
	}
	if f.Timer == nil || f.Timer.P50 < 0 || f.Timer.P99 < f.Timer.P50 {
		t.Errorf("timer: %+v", f.Timer)
	}
	if f.Pace == nil || f.Pace.Median <= 0 || f.Pace.Spread < 0 {
		t.Errorf("pace: %+v", f.Pace)
	}
	if len(said) == 0 {
		t.Error("nothing was told meanwhile")
	}
}

// A preemption lengthens some series, and not what a reading takes.
func TestReadingsBearPreemption(t *testing.T) {
	at, n := time.Unix(0, 0), 0
	cost, step := reading(func() time.Time {
		at = at.Add(40)
		if n++; n%1000 == 0 {
			at = at.Add(10 * time.Millisecond)
		}
		return at
	})
	if cost != 40 || step != 40 {
		t.Errorf("a reading takes %v, the smallest step is %v", cost, step)
	}
}

// A clock may stand still for longer than a series takes.
func TestReadingsOfACoarseClock(t *testing.T) {
	n := 0
	cost, step := reading(func() time.Time {
		n++
		return time.Unix(0, int64(n/350)*int64(time.Millisecond))
	})
	if step != time.Millisecond || cost <= 0 || cost > 3*time.Microsecond {
		t.Errorf("a reading takes %v, the smallest step is %v", cost, step)
	}
}

func TestGatherEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := new(Facts).Measure(ctx, func(string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
