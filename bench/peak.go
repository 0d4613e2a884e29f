package bench

import (
	"context"
	"time"

	"tlsbench/bench/cpu"
)

// peakEvery is how often a storm's server is looked at, and peakOver over how
// many of these its CPU is averaged: clocks of processes move on in steps.
const (
	peakEvery = 10 * time.Millisecond
	peakOver  = 5
)

// peak finds the most CPU that a server used at a time.
type peak struct {
	end  chan struct{}
	done chan *float64
}

func watchPeak(ctx context.Context, clock cpu.Clock) *peak {
	if clock == nil {
		return nil
	}
	p := &peak{end: make(chan struct{}), done: make(chan *float64, 1)}
	go p.watch(ctx, clock)
	return p
}

func (p *peak) watch(ctx context.Context, clock cpu.Clock) {
	type look struct {
		at time.Time
		reading
	}
	tick := time.NewTicker(peakEvery)
	defer tick.Stop()
	var looks []look
	var most *float64
	for ended := false; ; {
		at, err := read(ctx, clock)
		if err != nil {
			break
		}
		looks = append(looks, look{time.Now(), at})
		if n := len(looks); n > peakOver {
			looks = looks[n-peakOver-1:]
		}
		first, last := looks[0], looks[len(looks)-1]
		over := last.at.Sub(first.at)
		if used := spent(first.reading, last.reading, 1); over > 0 && used.over > 0 && (len(looks) > peakOver || ended) {
			if cores := float64(used.spent) / float64(over); most == nil || cores > *most {
				most = &cores
			}
		}
		if ended {
			break
		}
		select {
		case <-tick.C:
		case <-p.end:
			ended = true
		}
	}
	p.done <- most
}

// stop gives the most cores that were in use, nil where that is not known.
func (p *peak) stop() *float64 {
	if p == nil {
		return nil
	}
	close(p.end)
	return <-p.done
}
