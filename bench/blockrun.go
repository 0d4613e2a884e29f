package bench

import (
	"context"
	"runtime"
	"sync"
	"time"

	"tlsbench/bench/cpu"
	"tlsbench/bench/selfwatch"
)

// length is how long a block lasts: a number of attempts or, where that is 0,
// a time.
type length struct {
	attempts int64
	duration time.Duration
	// rate is how many attempts of an open loop fall due a second, 0 for all of
	// them at once.
	rate float64
}

// length of the block of each of some arms that run at the same time, in the
// given round.
func (p Plan) length(round int, stream []int) length {
	load := p.Arms[stream[0]].Load
	l := length{rate: load.Rate}
	switch {
	case load.Storm > 0:
		l.attempts = int64(load.Storm)
	case p.Count == 0:
		l.duration = p.Duration / time.Duration(p.Rounds)
	default:
		l.attempts = p.Count / int64(p.Rounds)
		if int64(round) < p.Count%int64(p.Rounds) {
			l.attempts++
		}
		l.attempts *= int64(len(stream))
	}
	return l
}

// of is the length of a turn.
func (l length) of(t Turn) length {
	if t.Rate > 0 {
		l.rate = t.Rate
	}
	if t.Duration > 0 {
		l.attempts, l.duration = 0, t.Duration
	}
	return l
}

// measured is what a block's clocks and workers told, beside its samples.
type measured struct {
	clocks    // of all its arms together
	completed int64
	start     time.Duration
	pace      *Pace
	client    *selfwatch.State
	cut, dry  bool
	arms      []armMeasured
}

// armMeasured is what of it is of one arm.
type armMeasured struct {
	sessions SessionCounts
	arrivals *Arrivals // nil in a closed loop
}

// settle lets what trails behind the last connection, such as the server's own
// closing, end before the clocks are read.
const settle = 2 * time.Millisecond

// runBlock reads the clocks, runs, and reads the clocks again. The stores have
// been filled. The block's samples are then in the stream's tallies.
func (r *run) runBlock(ctx context.Context, s *stream, l length, seed uint64) (measured, error) {
	pace, err := r.prepare(ctx, s)
	if err != nil {
		return measured{}, err
	}
	r.client.Begin()
	server := r.readServer(ctx, s.server())
	client := r.readClient(ctx)
	start := time.Now()
	m, err := s.make(ctx, l, seed, start)
	clientAfter := r.readClient(ctx)
	state := r.client.End()
	sleep(ctx, settle)
	serverAfter := r.readServer(ctx, s.server())
	if err != nil {
		return measured{}, err
	}
	for i := range s.arms {
		if err := s.recs[i].drain(&s.tallies[i]); err != nil {
			return measured{}, err
		}
		m.completed += s.tallies[i].Completed()
	}
	m.start, m.pace, m.client = start.Sub(r.began), pace, state
	m.clientCPU = spent(client, clientAfter, m.completed)
	m.serverCPU = spent(server, serverAfter, m.completed)
	m.cut = m.cut || m.dry || ctx.Err() != nil || s.exhausted()
	s.collect(&m)
	return m, nil
}

// prepare makes every block begin alike.
func (r *run) prepare(ctx context.Context, s *stream) (pace *Pace, err error) {
	a := s.arms[0]
	_ = r.watched(a, "reading the machine's pace", func() error {
		if r.pace != nil {
			if p, err := r.pace(ctx); err == nil {
				pace = &p
			}
		}
		return nil
	})
	_ = r.watched(a, "collecting the client's garbage", func() error { runtime.GC(); return nil })
	if err := r.watched(a, "collecting the server's garbage", func() error { return r.collectGarbage(ctx, a) }); err != nil {
		return nil, err
	}
	sleep(ctx, settle)
	return pace, nil
}

func (a *armRun) each(do func(*worker) error) error { return each(a.workers, do) }

// each lets workers act at the same time and returns the first error.
func each(workers []*worker, do func(*worker) error) error {
	if len(workers) == 1 {
		return do(workers[0])
	}
	var wg sync.WaitGroup
	errs := make([]error, len(workers))
	for i, w := range workers {
		wg.Go(func() { errs[i] = do(w) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// reading is a clock's reading, if there was one.
type reading struct {
	cpu.Reading
	ok bool
}

func read(ctx context.Context, clock cpu.Clock) (reading, error) {
	if clock == nil {
		return reading{}, nil
	}
	at, err := clock.Read(context.WithoutCancel(ctx))
	return reading{Reading: at, ok: err == nil}, err
}

func (r *run) readClient(ctx context.Context) reading {
	at, _ := read(ctx, r.clientCPU) // Self cannot fail once it could be opened
	return at
}

// readServer stops reading a clock that failed: a server that is gone does not
// come back under the same clock.
func (r *run) readServer(ctx context.Context, server *Server) reading {
	at, err := read(ctx, server.CPU)
	if err != nil {
		r.warn(warn(WarnServerClock, "server CPU is missing from round %d on: %v", len(r.result.Rounds)+1, err))
		server.CPU = nil
	}
	return at
}

func spent(before, after reading, completed int64) cpuTime {
	if !before.ok || !after.ok {
		return cpuTime{}
	}
	d, ok := after.Since(before.Reading)
	if !ok {
		return cpuTime{}
	}
	return cpuTime{spent: d, over: completed}
}
