package timer

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// More naps than may be precise at the same time all end, none of them early.
func TestNaps(t *testing.T) {
	const d = 20 * time.Millisecond
	naps := NewNaps(2)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			began := time.Now()
			if err := within(t, func() error { return naps.Sleep(t.Context(), d) }); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < d {
				t.Errorf("it ended after %v", took)
			}
		})
	}
	wg.Wait()
	if n := len(naps.precise); n != 0 {
		t.Errorf("%d are still counted", n)
	}
}

func TestNapsEndWithTheirContext(t *testing.T) {
	for _, precise := range []int{0, 1} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Millisecond, cancel)
		if err := within(t, func() error { return NewNaps(precise).Sleep(ctx, time.Hour) }); !errors.Is(err, context.Canceled) {
			t.Errorf("%d precise: %v", precise, err)
		}
	}
}
