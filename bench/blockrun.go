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
}

// length of each arm's block in the given round.
func (p Plan) length(round int) length {
	if p.Count == 0 {
		return length{duration: p.Duration / time.Duration(p.Rounds)}
	}
	share := p.Count / int64(p.Rounds)
	if int64(round) < p.Count%int64(p.Rounds) {
		share++
	}
	return length{attempts: share}
}

// measured is what a block's clocks and workers told, beside its samples.
type measured struct {
	clocks
	sessions SessionCounts
	start    time.Duration
	pace     *Pace
	client   *selfwatch.State
	cut, dry bool
}

// settle lets what trails behind the last connection, such as the server's own
// closing, end before the clocks are read.
const settle = 2 * time.Millisecond

// runBlock reads the clocks, runs, and reads the clocks again. The stores have
// been filled. The block's samples are then in r.block.
func (r *run) runBlock(ctx context.Context, a *armRun, l length) (measured, error) {
	var pace *Pace
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
		return measured{}, err
	}
	sleep(ctx, settle)

	r.client.Begin()
	server := r.readServer(ctx, a.server)
	client := r.readClient(ctx)
	start := time.Now()
	b := &budget{counted: l.attempts > 0, deadline: start.Add(l.duration)}
	b.left.Store(l.attempts)
	err := a.each(func(w *worker) error { return w.run(ctx, b) })
	took := time.Since(start)
	clientAfter := r.readClient(ctx)
	state := r.client.End()
	sleep(ctx, settle)
	serverAfter := r.readServer(ctx, a.server)
	if err != nil {
		return measured{}, err
	}

	if err := r.rec.drain(&r.block); err != nil {
		return measured{}, err
	}
	m := measured{start: start.Sub(r.began), pace: pace, client: state, clocks: clocks{took: took}}
	m.clientCPU = spent(client, clientAfter, r.block.Completed())
	m.serverCPU = spent(server, serverAfter, r.block.Completed())
	m.dry = b.dry.Load() && (!b.counted || b.left.Load() > 0)
	m.cut = m.dry || ctx.Err() != nil || a.patience.exhausted()
	for _, w := range a.workers {
		m.sessions.Add(w.sessions)
		w.sessions = SessionCounts{}
		if w.priming != nil {
			a.priming, w.priming = w.priming, nil
		}
	}
	return m, nil
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
