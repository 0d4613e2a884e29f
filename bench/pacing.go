package bench

import (
	"context"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"tlsbench/bench/arrival"
)

// waiter waits until a moment: timer.Timer, or a test's own.
type waiter interface {
	WakeAt(context.Context, time.Time) error
	Close() error
}

// nap bounds how long pacing sleeps before it looks whether the run is to end.
const nap = 50 * time.Millisecond

// pacing lets the attempts of one block of an open loop begin when they are due.
type pacing struct {
	pool   *pool
	arms   []*armRun
	length length
	timer  waiter
	seed   uint64
	live   *Live // nil where nobody looks on

	stop    atomic.Bool
	dropped []int64 // by arm
	peak    int     // most attempts under way
}

// paced is what a block's pacing told.
type paced struct {
	window time.Duration // in which attempts fell due
	took   time.Duration
	cut    bool
}

// run returns when all attempts that began have ended.
func (p *pacing) run(stop context.Context) (paced, error) {
	p.pool.begin(&p.stop)
	p.dropped = make([]int64, len(p.arms))
	if l := &p.length; p.arms[0].Load.Arrivals == arrival.Constant && l.attempts == 0 {
		// Whole gaps: a part of one would make another rate.
		l.attempts = int64(max(1, math.Round(l.rate*l.duration.Seconds())))
	}
	start := time.Now()
	window := p.length.window()
	cut, err := p.pace(stop, start, window)
	if cut {
		window = min(window, time.Since(start))
	} else if err == nil {
		cut, err = p.sleep(stop, start.Add(window))
	}
	p.pool.wait()
	if err == nil {
		err = p.pool.err
	}
	return paced{window: window, took: p.took(start, window), cut: cut || p.stop.Load()}, err
}

// pace begins attempts until the window is over.
func (p *pacing) pace(stop context.Context, start time.Time, window time.Duration) (cut bool, err error) {
	times := p.arms[0].Load.times(p.length.rate, p.seed)
	mix := newMix(p.arms, p.seed)
	attempts := context.WithoutCancel(stop)
	over := due{over: start.Add(window)}
	if p.length.rate == 0 {
		over.over = time.Time{} // a storm's attempts are all in time
	}
	for n := int64(0); ; n++ {
		at := times.Next()
		if p.length.attempts > 0 && n >= p.length.attempts || p.length.attempts == 0 && at >= window {
			return false, nil
		}
		over.at = start.Add(at)
		if cut, err := p.sleep(stop, over.at); cut || err != nil {
			return cut, err
		}
		if p.length.rate > 0 {
			p.live.fellDue()
		}
		arm := mix.next()
		if !p.pool.call(call{attempts, arm, over}) {
			p.dropped[arm]++
		}
		p.peak = max(p.peak, p.pool.inFlight())
	}
}

// sleep waits until the moment, or until the block must end.
func (p *pacing) sleep(stop context.Context, until time.Time) (cut bool, err error) {
	for {
		if stop.Err() != nil || p.stop.Load() {
			return true, nil
		}
		now := time.Now()
		if !now.Before(until) {
			return false, nil
		}
		next := until
		if most := now.Add(nap); until.After(most) {
			next = most
		}
		// A context that cannot end costs the timer nothing.
		if err := p.timer.WakeAt(context.Background(), next); err != nil {
			return true, err
		}
	}
}

// took is the time in which the block's handshakes ended, from which follows
// their rate. At the start of a block none can have ended yet, and at its end
// the last still have to: both would make a rate too low that a server holds.
// So it is from the first end to the last, and at least the window. A storm's is
// from its start.
func (p *pacing) took(start time.Time, window time.Duration) time.Duration {
	var first, last time.Time
	for _, a := range p.arms {
		for _, w := range a.workers {
			if !w.firstEnd.IsZero() && (first.IsZero() || w.firstEnd.Before(first)) {
				first = w.firstEnd
			}
			if w.lastEnd.After(last) {
				last = w.lastEnd
			}
		}
	}
	if p.length.rate == 0 {
		first = start
	}
	if last.IsZero() {
		return time.Since(start)
	}
	return max(window, last.Sub(first))
}

// mix chooses the arm of each attempt of a stream, at random by their shares.
type mix struct {
	random *rand.Rand // nil for one arm
	upTo   []float64  // sums of shares
}

func newMix(arms []*armRun, seed uint64) mix {
	var m mix
	if len(arms) == 1 {
		return m
	}
	m.random = rand.New(rand.NewPCG(seed, uint64(len(arms))))
	sum := 0.0
	for _, a := range arms {
		sum += a.Load.Share
		m.upTo = append(m.upTo, sum)
	}
	return m
}

func (m mix) next() int {
	if m.random == nil {
		return 0
	}
	v := m.random.Float64() * m.upTo[len(m.upTo)-1]
	for i, upTo := range m.upTo {
		if v < upTo {
			return i
		}
	}
	return len(m.upTo) - 1
}

// window is the time in which a block's attempts fall due.
func (l length) window() time.Duration {
	switch {
	case l.rate == 0:
		return 0
	case l.attempts > 0:
		return arrival.Window(l.attempts, l.rate)
	}
	return l.duration
}
