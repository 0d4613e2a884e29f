package engine_test

import (
	"maps"
	"testing"
	"tlsbench/bench"
)

// check holds every side's counts against each other. refused are the
// connections that never reached the relay; served are those that the server
// completed although their client failed.
func (f faulty) check(t *testing.T, refused, served int64) {
	t.Helper()
	r := f.result
	var attempts int64
	classes := map[bench.ErrorClass]int64{}
	for i := range r.Arms {
		a := &r.Arms[i]
		attempts += a.Attempts
		if a.Attempts != sum(a.Kinds)+sum(a.Errors) {
			t.Errorf("%s: %d attempts, kinds %v, errors %v", a.Name, a.Attempts, a.Kinds, a.Errors)
		}
		for class, n := range a.Errors {
			classes[class] += n
			if a.FirstErrors[class] == "" {
				t.Errorf("%s: no example of %s", a.Name, class)
			}
		}
		own := map[string]int64{}
		for kind, n := range a.Kinds {
			own[kind.String()] += n
		}
		for class, n := range a.Errors {
			own[string(class)] += n
		}
		if seen := f.seen.arms[i]; !maps.Equal(own, seen) && len(own)+len(seen) > 0 {
			t.Errorf("%s: its outcomes are %v, its samples' %v", a.Name, own, seen)
		}
		// One kind only, but for what had no session to offer.
		arm := r.Plan.Arms[i]
		if others := a.Completed() - a.Wanted(arm.Want); others > a.Sessions.Starved {
			t.Errorf("%s: kinds %v with %d connections that had no session to offer", a.Name, a.Kinds, a.Sessions.Starved)
		}
	}
	if got := sum(f.seen.measured); got != attempts {
		t.Errorf("%d samples were handed over of %d attempts", got, attempts)
	}
	byClass := map[bench.ErrorClass]int64{}
	for at, n := range f.seen.measured {
		if at.class != "" {
			byClass[at.class] += n
		}
	}
	if !maps.Equal(classes, byClass) {
		t.Errorf("the result's errors are %v, the samples' %v", classes, byClass)
	}
	if all := attempts + sum(f.seen.primed); all != f.relay.Accepted+refused {
		t.Errorf("%d attempts and %v unmeasured connections; the relay accepted %d, and %d never came there", attempts, f.seen.primed, f.relay.Accepted, refused)
	}
	completed := f.seen.measured[place{}] + f.seen.primed[place{}]
	if got := f.server.Full + f.server.Ticket + f.server.PSK; got != completed+served {
		t.Errorf("%d handshakes were completed, the server saw %+v, of which %d are to have failed", completed, f.server, served)
	}
}

// checkAway counts like check where the server went away and came back: at the
// nth refused connection it came back, and at most so many others were under way
// at any time.
func (f faulty) checkAway(t *testing.T, nth, others int64) {
	t.Helper()
	refused := f.seen.of(bench.ClassConnectRefused)
	if refused < nth || refused >= nth+others {
		t.Errorf("%d were refused: %v and %v", refused, f.seen.measured, f.seen.primed)
	}
	// What waited to be accepted was reset, and the relay never saw it.
	waited := sum(f.seen.measured) + sum(f.seen.primed) - f.relay.Accepted - refused
	resets := f.seen.of(bench.ClassReset)
	if waited < 0 || waited > others || resets > f.relay.Cut+waited {
		t.Errorf("%d waited, %d were reset, the relay cut %d", waited, resets, f.relay.Cut)
	}
	// A client of TLS 1.3 is done before the server has its Finished, which may
	// be cut off on its way.
	completed := f.seen.measured[place{}] + f.seen.primed[place{}]
	served := f.server.Full + f.server.Ticket + f.server.PSK - completed
	if served < -f.relay.Cut || served > resets {
		t.Errorf("the server completed %d more than the client, which saw %d resets", served, resets)
	}
	f.check(t, refused+waited, served)
}

// complete insists that a run went to its end, however many attempts failed.
func (f faulty) complete(t *testing.T, count int64) {
	t.Helper()
	if f.result.Ended != bench.Complete {
		t.Errorf("it ended %q, last failure %v", f.result.Ended, f.result.LastFailure)
	}
	for i := range f.result.Arms {
		if a := &f.result.Arms[i]; a.Attempts != count || a.Completed() == 0 {
			t.Errorf("%s: %d attempts, want %d; kinds %v, errors %v", a.Name, a.Attempts, count, a.Kinds, a.Errors)
		}
	}
}
