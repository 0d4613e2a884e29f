package timer

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"
)

// hang is long beyond any honest wait.
const hang = 30 * time.Second

func open(t testing.TB) *Timer {
	t.Helper()
	timer, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { timer.Close() })
	return timer
}

// within fails the test where f hangs.
func within(t *testing.T, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(hang):
		t.Fatal("hangs")
		return nil
	}
}

func TestNeverEarly(t *testing.T) {
	timer := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, ctx := range []context.Context{context.Background(), ctx} {
		for _, d := range []time.Duration{1, 100, time.Microsecond, 30 * time.Microsecond,
			200 * time.Microsecond, time.Millisecond, 3 * time.Millisecond} {
			for range 20 {
				when := time.Now().Add(d)
				if err := timer.SleepUntil(ctx, when); err != nil {
					t.Fatal(err)
				}
				if early := time.Until(when); early > 0 {
					t.Fatalf("wait of %v: %v early", d, early)
				}
			}
		}
	}
}

func TestWithoutMonotonicReading(t *testing.T) {
	when := time.Now().Add(2 * time.Millisecond).Round(0)
	if err := open(t).SleepUntil(t.Context(), when); err != nil {
		t.Fatal(err)
	}
}

func TestPastReturnsAtOnce(t *testing.T) {
	timer := open(t)
	past := time.Now().Add(-time.Hour)
	if err := timer.SleepUntil(t.Context(), past); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { _ = timer.SleepUntil(t.Context(), past) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func TestCancel(t *testing.T) {
	timer := open(t)
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Microsecond, cancel)
		err := within(t, func() error { return timer.SleepUntil(ctx, time.Now().Add(time.Hour)) })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want %v", err, context.Canceled)
		}
		// The timer serves on, with no deadline left over.
		when := time.Now().Add(50 * time.Microsecond)
		if err := timer.SleepUntil(t.Context(), when); err != nil || time.Until(when) > 0 {
			t.Fatalf("wait after a cancelled one: %v, %v early", err, time.Until(when))
		}
	}
}

func TestCancelRacesExpiry(t *testing.T) {
	timer := open(t)
	for range 300 {
		when := time.Now().Add(300 * time.Microsecond)
		ctx, cancel := context.WithDeadline(t.Context(), when)
		err := within(t, func() error { return timer.SleepUntil(ctx, when) })
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if err := timer.SleepUntil(t.Context(), time.Now().Add(10*time.Microsecond)); err != nil {
			t.Fatalf("next wait: %v", err)
		}
	}
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, d := range []time.Duration{time.Hour, -time.Hour} {
		if err := open(t).SleepUntil(ctx, time.Now().Add(d)); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: got %v, want %v", d, err, context.Canceled)
		}
	}
}

func TestCloseUnblocks(t *testing.T) {
	for name, ctx := range map[string]context.Context{"background": context.Background(), "cancellable": t.Context()} {
		timer := open(t)
		time.AfterFunc(2*time.Millisecond, func() { timer.Close() })
		err := within(t, func() error { return timer.SleepUntil(ctx, time.Now().Add(time.Hour)) })
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: waiter got %v, want %v", name, err, os.ErrClosed)
		}
		if err := timer.SleepUntil(ctx, time.Now().Add(time.Hour)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: later wait got %v, want %v", name, err, os.ErrClosed)
		}
		if err := timer.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: second Close got %v, want %v", name, err, os.ErrClosed)
		}
	}
}

func TestSleep(t *testing.T) {
	for _, d := range []time.Duration{-1, 0, time.Millisecond} {
		begun := time.Now()
		if err := Sleep(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < d {
			t.Errorf("slept %v, want %v", took, d)
		}
	}
}

// BenchmarkLateness reports how far behind the wanted moment a wait returns.
func BenchmarkLateness(b *testing.B) {
	for _, d := range []time.Duration{500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond,
		5 * time.Millisecond, 10 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond} {
		b.Run(d.String(), func(b *testing.B) {
			timer := open(b)
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			var late []float64
			for b.Loop() {
				when := time.Now().Add(d)
				if err := timer.SleepUntil(ctx, when); err != nil {
					b.Fatal(err)
				}
				late = append(late, float64(time.Since(when).Nanoseconds())/1e3)
			}
			slices.Sort(late)
			b.ReportMetric(late[len(late)/2], "p50-late-µs")
			b.ReportMetric(late[len(late)*99/100], "p99-late-µs")
		})
	}
}

func BenchmarkPast(b *testing.B) {
	timer, past := open(b), time.Now()
	for b.Loop() {
		if err := timer.SleepUntil(b.Context(), past); err != nil {
			b.Fatal(err)
		}
	}
}
