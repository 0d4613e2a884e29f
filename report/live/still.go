package live

import (
	"time"

	"tlsbench/bench"
)

// stillness is how long no attempt has ended, as far as looks at a run tell.
type stillness struct {
	began    time.Time // of what the attempts are of
	attempts int64
	since    time.Time
}

// look takes in another.
func (s *stillness) look(now time.Time, run bench.Progress) time.Duration {
	if !run.Began.Equal(s.began) {
		*s = stillness{began: run.Began, since: run.Began}
	}
	if run.Attempts != s.attempts {
		s.attempts, s.since = run.Attempts, now
	}
	return now.Sub(s.since)
}
