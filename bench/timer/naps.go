package timer

import (
	"context"
	"time"
)

// Naps are waits of many goroutines, of which some at the same time are
// precise. The others are Go's own, which are late by up to a millisecond and
// hold no file.
type Naps struct{ precise chan struct{} }

// NewNaps allows so many precise waits at the same time.
func NewNaps(precise int) *Naps { return &Naps{precise: make(chan struct{}, precise)} }

// Sleep waits for d, or returns the error of ctx. Where the system grants no
// file for a precise wait it is none: a lack of files is the connection's to
// meet, not the wait's before it.
func (n *Naps) Sleep(ctx context.Context, d time.Duration) error {
	when := time.Now().Add(d)
	select {
	case n.precise <- struct{}{}:
		defer func() { <-n.precise }()
		if t, err := New(); err == nil {
			defer t.Close()
			return t.SleepUntil(ctx, when)
		}
	default:
	}
	plain := time.NewTimer(time.Until(when))
	defer plain.Stop()
	select {
	case <-plain.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
