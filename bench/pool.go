package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// pool makes the attempts of an open loop. Whoever paces them hands each to a
// seat that is idle; there are as many seats as there have been attempts under
// way at the same time.
type pool struct {
	most int
	make func() []*worker // those of another seat, one for each arm

	mu    sync.Mutex
	idle  []*seat // the last one that became idle is the first to be used: what it needs is in the cache
	seats int
	facts []*Facts       // by arm, to be filled; nil once that is done, or while an attempt has it
	under sync.WaitGroup // attempts under way
	gone  sync.WaitGroup // seats

	stop *atomic.Bool // of the running block
	err  error        // that ended it
	dry  bool         // no session was left to offer
}

// seat makes one attempt at a time, of any of the stream's arms.
type seat struct {
	workers []*worker
	calls   chan call
}

// call is an attempt that fell due.
type call struct {
	ctx context.Context
	arm int // of the stream's
	due due
}

// due is when an attempt fell due, and when the attempts of its block are over
// that are in time; zero in a closed loop.
type due struct{ at, over time.Time }

// call hands an attempt to a seat, false where as many are under way as may be.
func (p *pool) call(c call) bool {
	p.mu.Lock()
	var s *seat
	switch n := len(p.idle); {
	case n > 0:
		s = p.idle[n-1]
		p.idle = p.idle[:n-1]
	case p.seats < p.most:
		s = p.add()
	}
	if s != nil && p.facts != nil {
		s.workers[c.arm].facts, p.facts[c.arm] = p.facts[c.arm], nil
	}
	p.mu.Unlock()
	if s == nil {
		return false
	}
	p.under.Add(1)
	s.calls <- c
	return true
}

// fill makes as many seats as will be needed at once.
func (p *pool) fill(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.seats < min(n, p.most) {
		p.idle = append(p.idle, p.add())
	}
}

func (p *pool) add() *seat {
	p.seats++
	s := &seat{workers: p.make(), calls: make(chan call, 1)}
	p.gone.Go(func() { p.serve(s) })
	return s
}

func (p *pool) serve(s *seat) {
	for c := range s.calls {
		err, dry := s.workers[c.arm].attemptDue(c)
		p.mu.Lock()
		if err != nil || dry || s.workers[c.arm].patience.exhausted() {
			p.stop.Store(true)
			p.dry = p.dry || dry
			if p.err == nil {
				p.err = err
			}
		}
		if w := s.workers[c.arm]; w.facts != nil {
			p.facts[c.arm], w.facts = w.facts, nil
		}
		p.idle = append(p.idle, s)
		p.mu.Unlock()
		p.under.Done()
	}
}

// begin prepares a block, of which stop is set when it must end.
func (p *pool) begin(stop *atomic.Bool) { p.stop, p.err, p.dry = stop, nil, false }

// wait returns when no attempt is under way.
func (p *pool) wait() { p.under.Wait() }

// inFlight is how many attempts are under way.
func (p *pool) inFlight() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seats - len(p.idle)
}

// close ends the seats, of which none is in use.
func (p *pool) close() {
	for _, s := range p.idle {
		close(s.calls)
	}
	p.gone.Wait()
}

// attemptDue makes an attempt that fell due; dry says that it was not made,
// since the policy forbids to connect without a session.
func (w *worker) attemptDue(c call) (err error, dry bool) {
	offer, ok := w.offer(time.Now())
	if !ok {
		return nil, true
	}
	return w.attempt(c.ctx, offer, c.due), false
}
