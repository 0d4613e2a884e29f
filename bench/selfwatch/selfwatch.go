// Package selfwatch watches this process while it measures something else: how
// much processor it may have, and what kept it from having that.
//
// A client that waits for a processor books its wait to the server: its clocks
// go on. So whoever measures with clocks of the client has to know. Everything
// is read at the edges of a stretch, some tens of microseconds each, and nothing
// in between.
package selfwatch

import (
	"fmt"
	"math"
	"time"

	"tlsbench/bench/cgroup"
)

// State is what a stretch of time showed of this process. What the platform does
// not tell is nil.
type State struct {
	// Cores is how many processors the process may keep busy: the least of
	// GOMAXPROCS, its affinity and Quota, more than 0.
	Cores float64 `json:"cores"`
	// Quota is how many its cgroups grant, 0 where they set no limit.
	Quota float64 `json:"quota_cores,omitempty"`
	// Throttled is how long they held it back, a sum over processors.
	Throttled *time.Duration `json:"throttled_ns"`
	// RunQueue is how long its threads were ready and had no processor, a sum
	// over threads.
	RunQueue *time.Duration `json:"run_queue_ns"`
	// SchedP99 is how long its goroutines were ready and did not run, the 99th
	// percentile; nil where fewer than a hundred were seen.
	SchedP99 *time.Duration `json:"sched_p99_ns"`
	// GC is processor time that went into collecting garbage, but for what
	// would have been idle: an estimate by Go's runtime, of whole collections.
	GC *time.Duration `json:"gc_ns"`
	// Steal is the share of the machine's processor time that its host gave to
	// others while it was wanted. It is counted in ticks of 10 ms.
	Steal *float64 `json:"steal_ratio"`
}

// longest is more than any stretch lasts, on any number of processors.
const longest = time.Duration(1 << 61)

// Check refuses what no watch gives.
func (s State) Check() error {
	if !(s.Cores > 0) || math.IsInf(s.Cores, 0) || !(s.Quota >= 0) || math.IsInf(s.Quota, 0) {
		return fmt.Errorf("%v processors, and a quota of %v, are none", s.Cores, s.Quota)
	}
	if s.Steal != nil && !(*s.Steal >= 0 && *s.Steal <= 1) {
		return fmt.Errorf("steal_ratio: %v is no share", *s.Steal)
	}
	for _, d := range []*time.Duration{s.Throttled, s.RunQueue, s.SchedP99, s.GC} {
		if d != nil && (*d < 0 || *d > longest) {
			return fmt.Errorf("%d ns is no time of a stretch", *d)
		}
	}
	return nil
}

// Watch reads the state of this process over one stretch after another. It is
// made by New and not safe for concurrent use. A nil Watch sees nothing.
type Watch struct {
	runtime runtimeWatch
	system  system
	// limiting are the cgroups that set a quota when the stretch began.
	limiting []cgroup.Group
	quota    float64
	before   counters
}

// counters are cumulative, nil where they are not known.
type counters struct {
	throttled *time.Duration
	machine   *Ticks
	waited    map[int]time.Duration // by thread
}

// New finds out where the readings are to be had.
func New() *Watch { return &Watch{runtime: newRuntimeWatch(), system: newSystem()} }

// Begin begins a stretch.
func (w *Watch) Begin() {
	if w == nil {
		return
	}
	w.limiting, w.quota = w.system.limits()
	w.before = w.system.read(w.limiting)
	w.runtime.begin()
}

// End ends the stretch and tells what it showed, nil where nobody watched.
func (w *Watch) End() *State {
	if w == nil {
		return nil
	}
	s := State{Quota: w.quota, Cores: cores(w.quota)}
	s.GC, s.SchedP99 = w.runtime.end()
	after := w.system.read(w.limiting)
	s.Throttled = since(w.before.throttled, after.throttled)
	s.Steal = after.machine.Steal(w.before.machine)
	s.RunQueue = waited(w.before.waited, after.waited)
	return &s
}

// since is nil where either is not known, or where the counter went back, as that
// of another cgroup may.
func since(before, after *time.Duration) *time.Duration {
	if before == nil || after == nil || *after < *before {
		return nil
	}
	d := *after - *before
	return &d
}

// waited sums over threads, those too that began in between. What one waited
// that has ended since is lost.
func waited(before, after map[int]time.Duration) *time.Duration {
	if before == nil || after == nil {
		return nil
	}
	var sum time.Duration
	for thread, at := range after {
		if d := at - before[thread]; d > 0 { // less: its number was given to another
			sum += d
		}
	}
	return &sum
}
