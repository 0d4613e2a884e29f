package live

import "time"

// pace is the rate of attempts over the last few looks at a run.
type pace struct {
	looks  int
	began  time.Time // of what the points are of
	wanted float64   // 0 where no rate is asked for
	seen   []point
}

type point struct {
	at                   time.Time
	attempts, due, begun int64
}

// look takes in another moment, and returns the rate, nil while there is none.
// Where a rate is asked for, it is what began of what fell due, so that pauses,
// in which nothing does, are no shortfall, and a server that answers late is none.
func (p *pace) look(m Moment) *float64 {
	wanted, _ := m.wanted()
	if !m.Began.Equal(p.began) || wanted != p.wanted && m.Arm >= 0 {
		first := point{at: m.Began}
		if m.Began.Equal(p.began) && len(p.seen) > 0 {
			first = p.seen[len(p.seen)-1]
		}
		p.began, p.wanted, p.seen = m.Began, wanted, append(p.seen[:0], first)
	}
	p.seen = append(p.seen, point{m.Now, m.Attempts, m.Due, m.Begun})
	if len(p.seen) > p.looks+1 {
		p.seen = append(p.seen[:0], p.seen[1:]...)
	}
	first := p.seen[0]
	number, of := float64(m.Attempts-first.attempts), m.Now.Sub(first.at).Seconds()
	if p.wanted > 0 {
		number, of = p.wanted*float64(m.Begun-first.begun), float64(m.Due-first.due)
	}
	if of <= 0 {
		return nil
	}
	rate := number / of
	return &rate
}
