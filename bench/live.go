package bench

import "sync/atomic"

// Live tells an onlooker how far a run is, while it goes on.
type Live struct {
	attempts, failed atomic.Int64
	position         atomic.Pointer[Position]
}

// Position is where a run stands.
type Position struct {
	Round, Rounds int // the round is 0 during the warm-up
	Arm           string
}

func (l *Live) add(attempts, failed int64) {
	l.attempts.Add(attempts)
	if failed > 0 {
		l.failed.Add(failed)
	}
}

func (l *Live) moved(p Position) { l.position.Store(&p) }

// Attempts is how many attempts have ended, the warm-up's included, and how
// many of them failed.
func (l *Live) Attempts() (ended, failed int64) { return l.attempts.Load(), l.failed.Load() }

// Position is where the run stands now.
func (l *Live) Position() Position {
	if p := l.position.Load(); p != nil {
		return *p
	}
	return Position{}
}
