package bench

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"tlsbench/bench/session"
)

// instantEngine succeeds at once, with a different time on each attempt.
type instantEngine struct{}

func (instantEngine) Name() string                              { return "fake" }
func (instantEngine) Check(Arm) error                           { return nil }
func (instantEngine) Open(context.Context, Arm) (Client, error) { return instantEngine{}, nil }
func (instantEngine) Dialer() Dialer                            { return &instantDialer{} }
func (instantEngine) Close() error                              { return nil }

type instantDialer struct {
	instantEngine
	n int
}

func (d *instantDialer) Dial(_ context.Context, _ Offer, s *Sample) ([]session.Session, error) {
	d.n++
	for p := range s.Phases {
		s.Phases[p] = time.Duration(d.n%1_000_000) * time.Microsecond
	}
	return nil, nil
}

// liveHeap is what the collector found alive, at most, while do ran.
func liveHeap(do func()) (most uint64) {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	do()
	close(done)
	wg.Wait()
	return most
}

// A million attempts take no more memory than ten thousand.
func TestMemoryDoesNotGrowWithAttempts(t *testing.T) {
	run := func(count int64) uint64 {
		p := testPlan(func(p *Plan) {
			p.Count, p.Duration = count, 0
			p.Arms = p.Arms[:1]
		})
		return liveHeap(func() {
			r, err := (&Driver{Plan: p, Engines: []Engine{instantEngine{}}}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if r.Arms[0].Attempts != count {
				t.Errorf("%d attempts, want %d", r.Arms[0].Attempts, count)
			}
		})
	}
	few, many := run(10_000), run(1_000_000)
	t.Logf("live heap at most %d kB with 10 000 attempts, %d kB with 1 000 000", few>>10, many>>10)
	if many > few+few/4+1<<20 {
		t.Errorf("a million attempts keep %d bytes alive, ten thousand %d", many, few)
	}
}
