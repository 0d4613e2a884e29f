package bench

import (
	"context"
	"slices"
	"time"
)

// stream is what runs in a stretch: an arm or, where arms are mixed, several.
type stream struct {
	arms    []*armRun
	indexes []int // of the arms, in the plan
	recs    []*recorder
	tallies []Tally // of the block that just ended; their memory is reused
	// Of an open loop:
	pool  *pool
	timer waiter
	live  *Live // nil where nobody looks on
}

// lanes are the memory that streams take turns to record in, one for each arm
// that may run at the same time.
type lanes struct {
	recs    []*recorder
	tallies []Tally
}

func newLanes(streams [][]int, processors int, log *sampling) lanes {
	widest := 1
	for _, s := range streams {
		widest = max(widest, len(s))
	}
	l := lanes{tallies: make([]Tally, widest)}
	for range widest {
		rec := newRecorder(processors)
		rec.log = log
		l.recs = append(l.recs, rec)
	}
	return l
}

func (s *stream) server() *Server { return s.arms[0].server }

func (s *stream) exhausted() bool {
	return slices.ContainsFunc(s.arms, func(a *armRun) bool { return a.patience.exhausted() })
}

// make makes a block's attempts.
func (s *stream) make(ctx context.Context, l length, seed uint64, start time.Time) (measured, error) {
	m := measured{arms: make([]armMeasured, len(s.arms))}
	if s.pool != nil {
		err := s.open(ctx, l, seed, &m)
		return m, err
	}
	b := &budget{counted: l.attempts > 0, deadline: start.Add(l.duration)}
	b.left.Store(l.attempts)
	b.stop.Store(s.exhausted()) // getting sessions may have shown that nobody answers
	err := s.arms[0].each(func(w *worker) error { return w.run(ctx, b) })
	m.took = time.Since(start)
	m.dry = b.dry.Load() && (!b.counted || b.left.Load() > 0)
	return m, err
}

// open makes those of an open loop.
func (s *stream) open(ctx context.Context, l length, seed uint64, m *measured) error {
	storm := l.rate == 0
	var peak *peak
	if storm {
		s.pool.fill(int(l.attempts))
		peak = watchPeak(ctx, s.server().CPU)
	}
	p := pacing{pool: s.pool, arms: s.arms, length: l, timer: s.timer, seed: seed, live: s.live}
	p.stop.Store(s.exhausted()) // as in a closed loop
	told, err := p.run(ctx)
	cores := peak.stop()
	m.took, m.cut, m.dry = told.took, told.cut, s.pool.dry
	for i, a := range s.arms {
		for _, w := range a.workers {
			w.batch.flush()
		}
		arrivals := &Arrivals{Rate: l.rate, Window: told.window, Dropped: p.dropped[i], Peak: int64(p.peak), Share: a.Load.Share}
		if storm {
			arrivals.Storms, arrivals.ServerPeak = 1, cores
		}
		m.arms[i].arrivals = arrivals
	}
	return err
}

// collect takes from the workers what they counted in a block.
func (s *stream) collect(m *measured) {
	for i, a := range s.arms {
		arrivals := m.arms[i].arrivals
		for _, w := range a.workers {
			m.arms[i].sessions.Add(w.sessions)
			w.sessions = SessionCounts{}
			if w.priming != nil {
				a.priming, w.priming = w.priming, nil
			}
			if arrivals != nil {
				arrivals.Late += w.late
				w.firstEnd, w.lastEnd, w.late = time.Time{}, time.Time{}, 0
			}
		}
		if arrivals != nil {
			arrivals.Due = s.tallies[i].Attempts() + arrivals.Dropped
		}
	}
}

// close gives back what the stream holds.
func (s *stream) close() {
	if s.pool != nil {
		s.pool.close()
		_ = s.timer.Close()
	}
	for _, a := range s.arms {
		for _, w := range a.workers {
			_ = w.dialer.Close()
		}
	}
}
