package live

import (
	"time"

	"tlsbench/bench"
)

// pace is the rate of attempts over the last few looks at a run.
type pace struct {
	looks int
	began time.Time // of what the points are of
	seen  []point
}

type point struct {
	at       time.Time
	attempts int64
}

// look takes in another, and returns the rate, nil while there is none.
func (p *pace) look(now time.Time, run bench.Progress) *float64 {
	if !run.Began.Equal(p.began) {
		p.began, p.seen = run.Began, append(p.seen[:0], point{at: run.Began})
	}
	p.seen = append(p.seen, point{now, run.Attempts})
	if len(p.seen) > p.looks+1 {
		p.seen = append(p.seen[:0], p.seen[1:]...)
	}
	first := p.seen[0]
	over := now.Sub(first.at)
	if over <= 0 {
		return nil
	}
	rate := float64(run.Attempts-first.attempts) / over.Seconds()
	return &rate
}
