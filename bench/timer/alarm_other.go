//go:build !linux

package timer

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// alarm is Go's own timer, which is fine where the kernel's event queue takes
// microseconds (kqueue) or high-resolution timers (Windows).
type alarm struct {
	timer  *time.Timer
	shut   atomic.Bool
	closed chan struct{}
}

func newAlarm() (*alarm, error) {
	t := time.NewTimer(0)
	t.Stop()
	return &alarm{timer: t, closed: make(chan struct{})}, nil
}

func (a *alarm) wait(ctx context.Context, d time.Duration) error {
	if a.shut.Load() {
		return fmt.Errorf("timer: %w", os.ErrClosed)
	}
	a.timer.Reset(d)
	defer a.timer.Stop()
	select {
	case <-a.timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-a.closed:
		return fmt.Errorf("timer: %w", os.ErrClosed)
	}
}

func (a *alarm) close() error {
	if a.shut.Swap(true) {
		return fmt.Errorf("timer: %w", os.ErrClosed)
	}
	close(a.closed)
	return nil
}
