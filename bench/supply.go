package bench

import (
	"context"
	"fmt"
	"math"

	"tlsbench/bench/arrival"
	"tlsbench/bench/session"
)

// supply is where an arm's sessions come from.
type supply struct {
	arm    Arm
	stores []session.Store // one a worker, or one for all; none where nothing is resumed
	// imported are the sessions that the arm got from a file, where it did.
	imported []session.Session
}

func newSupply(arm Arm, imported []session.Session) (supply, error) {
	s := supply{arm: arm}
	if !arm.Want.Resumes() {
		return s, nil
	}
	n := arm.Load.Workers
	if arm.Session.Scope == session.Shared || arm.Load.Open() {
		n = 1
	}
	for range n {
		s.stores = append(s.stores, session.NewStore(arm.Session.Policy, arm.Session.Scope))
	}
	if !arm.Session.Imported {
		return s, nil
	}
	if len(imported) == 0 {
		return s, fmt.Errorf("arm %s: no imported session is left that it can offer: take other ones, or more where each is offered once", arm.Name)
	}
	s.imported = imported
	return s, nil
}

// of is a worker's store, nil where the arm offers no session.
func (s *supply) of(worker int) session.Store {
	if len(s.stores) == 0 {
		return nil
	}
	return s.stores[worker%len(s.stores)]
}

// fill gives every store its sessions before a block. They are fresh ones, so
// that neither a server's cache nor a ticket's lifetime creeps into the
// measurement; or, where the arm's sessions were imported, those: then no
// connection is made here.
func (a *armRun) fill(ctx context.Context, l length, round, rounds int) error {
	switch {
	case len(a.stores) == 0:
		return nil
	case a.Session.Imported:
		a.feed(round, rounds)
		return nil
	}
	for _, store := range a.stores {
		store.Clear()
	}
	return a.prime(ctx, a.needed(l))
}

// primingAtOnce is how many connections get sessions at the same time: more
// would only wait for each other, and with thousands of workers for longer than
// an attempt may take.
const primingAtOnce = 256

// prime makes connections until every store holds as many sessions as needed.
func (a *armRun) prime(ctx context.Context, need int) error {
	workers := a.workers
	if len(a.stores) == 1 {
		workers = workers[:min(len(workers), need)] // no more than would be needed
	}
	if a.Load.Open() { // it may have as many as there were connections at once
		workers = workers[:min(len(workers), primers)]
	}
	gate := make(chan struct{}, primingAtOnce)
	err := each(workers, func(w *worker) error {
		gate <- struct{}{}
		defer func() { <-gate }()
		return w.prime(ctx, need)
	})
	a.trim()
	return err
}

// trim takes out of the pools what is above their size: a connection may be
// granted several sessions, and workers that share a pool fill it together.
func (a *armRun) trim() {
	size := a.Session.Pool
	for _, store := range a.stores {
		all := store.All()
		if size == 0 || len(all) <= size {
			continue
		}
		store.Clear()
		store.Keep(all[:size])
	}
}

// needed is how many sessions a store holds before a block: one that can be
// offered again, or, where each is offered once, the pool's size. That is by
// default enough for every attempt of a counted block and a good many for a
// timed one. Servers that renew tickets on resumption refill the pool meanwhile.
func (s *supply) needed(l length) int {
	a := s.arm
	switch {
	case a.Session.Policy != session.Once:
		return 1
	case a.Session.Pool > 0:
		return a.Session.Pool
	}
	if a.Load.Open() {
		return l.expected(a.Load)
	}
	const timed = 64
	shared := len(s.stores) == 1
	switch {
	case l.attempts == 0 && shared:
		return timed * a.Load.Workers
	case l.attempts == 0:
		return timed
	case shared:
		return int(l.attempts)
	default:
		// A worker that is faster than the others makes more than its share.
		share := int(l.attempts)/a.Load.Workers + 1
		return share + share/4
	}
}

// expected is how many attempts of an arm's open loop fall due, with room for the
// luck of random ones.
func (l length) expected(load Load) int {
	n := float64(l.attempts)
	if l.attempts == 0 {
		n = l.rate * l.duration.Seconds()
	}
	random := l.attempts == 0 && load.Arrivals == arrival.Poisson
	if load.Share > 0 {
		n *= load.Share
		random = true
	}
	if random {
		n += 4 * math.Sqrt(n)
	}
	return int(min(math.Ceil(n)+1, MaxPool))
}

// feed hands the imported sessions to the stores: where each is offered once,
// an equal part in every round, else one for each store in the first round.
func (a *armRun) feed(round, rounds int) {
	all := a.imported
	switch {
	case a.Session.Policy == session.Once:
		// Early rather than late: what a block leaves over is the next one's.
		all = all[shareOf(len(all), round, rounds):shareOf(len(all), round+1, rounds)]
		for i, one := range all {
			a.stores[i%len(a.stores)].Keep([]session.Session{one})
		}
	case round == 0:
		for i, store := range a.stores {
			store.Keep(all[i%len(all):][:1])
		}
		all = all[:min(len(all), len(a.stores))]
	default:
		return
	}
	a.workers[0].sessions.Imported += int64(len(all))
}

// shareOf is how many of n the rounds before this one get. A schedule may make
// more of them than there were to be.
func shareOf(n, round, rounds int) int { return min((n*round+rounds-1)/rounds, n) }

// export returns the sessions that the arm holds at the end. Those of a pool
// are spent by then, so it is filled once more.
func (a *armRun) export(ctx context.Context, l length) (all []session.Session, err error) {
	if len(a.stores) > 0 && !a.Session.Imported && ctx.Err() == nil {
		err = a.prime(ctx, a.needed(l))
	}
	for _, store := range a.stores {
		all = append(all, store.All()...)
	}
	return all, err
}
