package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"tlsbench/bench/session"
	"tlsbench/bench/timer"
)

// open opens the arms and puts them into streams.
func (r *run) open(ctx context.Context, d *Driver) error {
	of := map[int]*patience{}
	for _, group := range r.plan.Groups() {
		p := newPatience(r.plan)
		r.patience = append(r.patience, p)
		for _, i := range group {
			of[i] = p
		}
	}
	parts := deal(r.plan.Arms, d.Sessions)
	for i, arm := range r.plan.Arms {
		a, err := openArm(ctx, arm, d.Engines, parts[i])
		if err != nil {
			return err
		}
		a.patience = of[i]
		r.arms = append(r.arms, a)
	}
	streams := r.plan.Streams()
	shared := newLanes(streams, runtime.GOMAXPROCS(0), &r.samples)
	for _, indexes := range streams {
		s := &stream{indexes: indexes, recs: shared.recs[:len(indexes)], tallies: shared.tallies[:len(indexes)]}
		for _, i := range indexes {
			s.arms = append(s.arms, r.arms[i])
		}
		r.streams = append(r.streams, s)
		if err := r.seat(s, d.newTimer); err != nil {
			return err
		}
	}
	return nil
}

func openArm(ctx context.Context, arm Arm, engines []Engine, imported []session.Session) (*armRun, error) {
	n := slices.IndexFunc(engines, func(e Engine) bool { return e.Name() == arm.Engine })
	if n < 0 {
		return nil, fmt.Errorf("arm %s: there is no engine %q", arm.Name, arm.Engine)
	}
	sessions, err := newSupply(arm, imported)
	if err != nil {
		return nil, err
	}
	client, err := engines[n].Open(ctx, arm)
	if err != nil {
		return nil, err
	}
	return &armRun{Arm: arm, supply: sessions, client: client, facts: &Facts{}}, nil
}

// primers is how many connections get sessions at the same time for an open
// loop.
const primers = 8

// seat gives a stream its workers: of a closed loop all of them, of an open one
// as many as prime.
func (r *run) seat(s *stream, newTimer func() (waiter, error)) error {
	if load := s.arms[0].Load; !load.Open() {
		for id := range load.Workers {
			r.newWorker(s, 0, id)
		}
		return nil
	}
	if newTimer == nil {
		newTimer = func() (waiter, error) { return timer.New() }
	}
	var err error
	if s.timer, err = newTimer(); err != nil {
		return err
	}
	s.live = r.live
	s.pool = &pool{most: s.arms[0].Load.AtOnce()}
	s.pool.make = func() []*worker {
		all := make([]*worker, len(s.arms))
		for i := range s.arms {
			all[i] = r.newWorker(s, i, s.pool.seats)
		}
		return all
	}
	s.pool.fill(primers)
	return nil
}

// newWorker adds a worker to one of the stream's arms.
func (r *run) newWorker(s *stream, arm, id int) *worker {
	a := s.arms[arm]
	w := &worker{
		arm:      a.Arm,
		dialer:   a.client.Dialer(),
		store:    a.supply.of(id),
		patience: a.patience,
		batch:    batch{rec: s.recs[arm], home: s.indexes[arm] + id, arm: s.indexes[arm], live: r.live},
	}
	a.workers = append(a.workers, w)
	return w
}

func (r *run) close() {
	for _, s := range r.streams {
		s.close()
	}
	for _, a := range r.arms { // some may have come into no stream
		_ = a.client.Close()
	}
}
