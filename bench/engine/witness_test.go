package engine_test

import (
	"context"
	"sync"
	"time"
	"tlsbench/bench"
	"tlsbench/bench/session"
)

// place is an outcome of a connection: a class and its phase, or neither.
type place struct {
	class bench.ErrorClass
	phase bench.Phase
}

// witness looks over an engine's and the driver's shoulders: it counts the
// outcomes of the connections that no result tells of, and those of the samples.
type witness struct {
	bench.Engine
	failed func(f bench.Failure, n int64)
	begun  func()

	mu               sync.Mutex
	started          time.Time
	latest           map[stretch]time.Duration // when the last attempt of a block began
	measured, primed map[place]int64
	classes          map[bench.ErrorClass]int64
	arms             map[int]map[string]int64 // samples by kind or class
	starts           map[stretch][]start
	inFlight, peak   int64 // attempts
}

func (w *witness) under(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight += n
	w.peak = max(w.peak, w.inFlight)
}

// start is when an attempt began, and when it fell due.
type start struct{ began, due time.Duration }

func (w *witness) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	c, err := w.Engine.Open(ctx, arm)
	return &witnessClient{c, w}, err
}

// stretch is a block, by its arm in the plan and its round.
type stretch struct{ arm, round int }

func (w *witness) Begin(started time.Time, _ bench.Plan) { w.started = started }
func (w *witness) End() bench.SampleLog                  { return bench.SampleLog{Written: sum(w.measured)} }
func (w *witness) Take(arm, round int, all []bench.Sample) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := stretch{arm, round}
	for i := range all {
		w.measured[placeOf(&all[i])]++
		w.noteArm(at, &all[i])
		w.latest[at] = max(w.latest[at], all[i].Began.Sub(w.started))
	}
}

// noteArm is under the lock.
func (w *witness) noteArm(at stretch, s *bench.Sample) {
	if w.arms[at.arm] == nil {
		w.arms[at.arm] = map[string]int64{}
	}
	outcome := s.Kind.String()
	if s.Failure != nil {
		outcome = string(s.Failure.Class)
	}
	w.arms[at.arm][outcome]++
	if lag := s.Phases[bench.Lag]; lag != bench.Absent {
		if w.starts == nil {
			w.starts = map[stretch][]start{}
		}
		began := s.Began.Sub(w.started)
		w.starts[at] = append(w.starts[at], start{began, began - lag})
	}
}

type witnessClient struct {
	bench.Client
	*witness
}

func (c *witnessClient) Dialer() bench.Dialer { return &witnessDialer{c.Client.Dialer(), c.witness} }
func (c *witnessClient) Close() error         { return c.Client.Close() }

type witnessDialer struct {
	bench.Dialer
	*witness
}

func (d *witnessDialer) Close() error { return d.Dialer.Close() }

func (d *witnessDialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	if !offer.Prime {
		d.under(1)
		defer d.under(-1)
		if d.begun != nil {
			d.begun()
		}
	}
	granted, err := d.Dialer.Dial(ctx, offer, s)
	d.mu.Lock()
	defer d.mu.Unlock()
	if offer.Prime {
		d.primed[placeOf(s)]++
	}
	if s.Failure != nil && d.failed != nil {
		if d.classes == nil {
			d.classes = map[bench.ErrorClass]int64{}
		}
		d.classes[s.Failure.Class]++
		d.failed(*s.Failure, d.classes[s.Failure.Class])
	}
	return granted, err
}

func placeOf(s *bench.Sample) place {
	if s.Failure == nil {
		return place{}
	}
	return place{s.Failure.Class, s.Failure.Phase}
}

func sum[K comparable](m map[K]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// of is how many connections ended in a class, the unmeasured ones included.
func (w *witness) of(class bench.ErrorClass) (n int64) {
	for _, m := range []map[place]int64{w.measured, w.primed} {
		for at, v := range m {
			if at.class == class {
				n += v
			}
		}
	}
	return n
}
