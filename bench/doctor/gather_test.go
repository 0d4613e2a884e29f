package doctor

import (
	"context"
	"errors"
	"testing"
)

func TestGather(t *testing.T) {
	var said []string
	f, err := Gather(t.Context(), func(text string) { said = append(said, text) })
	if err != nil {
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

func TestGatherEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Gather(ctx, func(string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
