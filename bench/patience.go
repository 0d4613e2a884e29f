package bench

import (
	"sync/atomic"
	"time"
)

// patience decides when a target that only fails has been tried often enough:
// by arms that are compared with each other, since others may be what it refuses.
// Failures beside successes are data and never end a run; a target that does
// not answer at all would only waste the user's time.
type patience struct {
	timeout time.Duration
	// enough is how many failures in a row are no accident.
	enough int64

	succeeded atomic.Bool
	streak    atomic.Int64 // failures since the last success
	since     atomic.Int64 // when the streak's first attempt began
	last      atomic.Pointer[Failure]
	gone      atomic.Bool
}

// outage is how long a target that did answer may be away before the run ends:
// long enough for a restart.
const outage = 10 * time.Second

// mostAtOnce bounds the streak that is waited for where an open loop may have
// many attempts under way.
const mostAtOnce = 64

func newPatience(p Plan) *patience {
	workers, timeout := 1, time.Duration(0)
	for _, arm := range p.Arms {
		workers = max(workers, arm.Load.Workers)
		if arm.Load.Open() {
			workers = max(workers, min(arm.Load.AtOnce(), mostAtOnce))
		}
		timeout = max(timeout, arm.Timeout)
	}
	return &patience{timeout: timeout, enough: max(10, 2*int64(workers))}
}

// success is on the path of every handshake: it writes only where there is
// something to change, so that workers do not fight for a cache line.
func (p *patience) success() {
	if p.streak.Load() != 0 {
		p.streak.Store(0)
	}
	if !p.succeeded.Load() {
		p.succeeded.Store(true)
	}
}

// failure notes a failed attempt that began at the given time.
func (p *patience) failure(f *Failure, began time.Time) {
	streak := p.streak.Add(1)
	if streak == 1 {
		p.since.Store(began.UnixNano())
	}
	p.last.Store(f)
	lasted := time.Duration(time.Now().UnixNano() - p.since.Load())
	if p.succeeded.Load() {
		if streak >= p.enough && lasted >= outage || streak >= 3 && lasted >= max(outage, 3*p.timeout) {
			p.gone.Store(true)
		}
		return
	}
	if streak >= p.enough || streak >= 2 && lasted >= 2*p.timeout {
		p.gone.Store(true)
	}
}

// exhausted reports whether the run should end.
func (p *patience) exhausted() bool { return p.gone.Load() }

// answering reports whether the target still answered at the end: a run that
// ends among failures only did not end well, although its time was up.
func (p *patience) answering() bool { return !p.gone.Load() && p.streak.Load() < p.enough }
