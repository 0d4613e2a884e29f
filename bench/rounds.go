package bench

import (
	"context"
	"math/rand/v2"
	"time"
)

// warmUp runs every stream once, throws the samples away, and returns about how
// long the slowest arm's attempts take: 0 where that is not known.
func (r *run) warmUp(ctx context.Context) (time.Duration, error) {
	var slowest time.Duration
	if r.plan.Warmup == 0 {
		return 0, nil
	}
	for i, s := range r.streams {
		if s.exhausted() {
			continue
		}
		load := s.arms[0].Load
		r.live.block(0, i, s.indexes[0])
		l := length{duration: r.plan.Warmup, rate: load.Rate, attempts: int64(load.Storm)}
		m, err := r.stretch(ctx, s, l, 0, 1)
		if err != nil {
			return 0, err
		}
		if m.completed > 0 && !load.Open() {
			slowest = max(slowest, m.took*time.Duration(load.Workers)/time.Duration(m.completed))
		}
		for i := range s.tallies {
			s.tallies[i].Reset()
		}
	}
	return slowest, nil
}

// stretch gets a stream its sessions and runs a block.
func (r *run) stretch(ctx context.Context, s *stream, l length, round, rounds int) (measured, error) {
	for _, a := range s.arms {
		if err := r.watched(a, "getting sessions", func() error { return a.fill(ctx, l, round, rounds) }); err != nil {
			return measured{}, err
		}
	}
	r.blocks++
	return r.runBlock(ctx, s, l, blockSeed(r.plan.Seed, r.blocks))
}

// blockSeed gives each block's random arrivals a seed of their own.
func blockSeed(seed, block uint64) uint64 { return rand.New(rand.NewPCG(seed, block)).Uint64() }

func (d *Driver) schedule(p Plan) (Schedule, error) {
	if d.Schedule != nil {
		return d.Schedule(p)
	}
	return newSchedule(p), nil
}

func (r *run) rounds(ctx context.Context, schedule Schedule) error {
	for _, s := range r.streams {
		for _, a := range s.arms {
			if s.pool != nil {
				s.pool.facts = append(s.pool.facts, a.facts)
				continue
			}
			a.workers[0].facts = a.facts
		}
	}
	for {
		spec, ok := schedule.Next(r.result.Rounds)
		if !ok {
			return nil
		}
		number := len(r.result.Rounds)
		r.samples.round = number + 1
		var round Round
		for others, turn := range spec.Turns {
			s := r.streams[turn.Stream]
			if ctx.Err() != nil || s.exhausted() {
				continue
			}
			r.live.block(number+1, others, s.indexes[0])
			m, err := r.stretch(ctx, s, r.plan.length(number, s.indexes).of(turn), number, r.plan.Rounds)
			if err != nil {
				return err
			}
			if err := r.keep(s, m, &round); err != nil {
				return err
			}
		}
		if len(round.Blocks) == 0 {
			return nil
		}
		r.result.Rounds = append(r.result.Rounds, round)
	}
}

// keep turns what just ended into the blocks of its arms, and adds it to them.
func (r *run) keep(s *stream, m measured, round *Round) error {
	for i, a := range s.arms {
		tally, of := &s.tallies[i], m.arms[i]
		c := m.of(tally.Completed(), m.completed)
		stats, err := summarise(a.Want, tally, c, of, []Phase{TLSPhase, Total})
		if err != nil {
			return err
		}
		if err := a.total.Merge(tally); err != nil {
			return err
		}
		tally.Reset()
		a.clocks.took += c.took
		a.clocks.clientCPU.add(c.clientCPU)
		a.clocks.serverCPU.add(c.serverCPU)
		a.sessions.Add(of.sessions)
		addArrivals(&a.arrivals, of.arrivals)
		if err := r.live.measured(s.indexes[i], a.Want, &a.total, a.clocks.took); err != nil {
			return err
		}
		round.Blocks = append(round.Blocks, Block{Arm: a.Name, Start: m.start, Stats: stats, Pace: m.pace, Client: m.client, Cut: m.cut, Dry: m.dry})
	}
	return nil
}
