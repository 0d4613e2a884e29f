package bench

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/arrival"
)

// A server that dies in mid-stream is waited for as long as a restart takes, and
// then given up; what fell due meanwhile was made, failed and is counted.
func TestOpenLoopWaitsForARestart(t *testing.T) {
	for away, ended := range map[time.Duration]End{5 * time.Second: Complete, time.Hour: GaveUp} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			dies := 3 * time.Second
			e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
				if since := time.Since(began); since > dies && since < dies+away {
					return fakeOutcome{takes: ms, class: ClassConnectRefused}
				}
				return honest(2*ms, ms)(arm, offer, n)
			}}
			p := openPlan(100, func(p *Plan) { p.Duration = 60 * time.Second })
			r := runOpen(t, t.Context(), e, p, 0)
			var failed int64
			for i := range r.Arms {
				failed += r.Arms[i].Failed()
			}
			if r.Ended != ended || r.Completed() == 0 || (r.LastFailure != nil) != (ended == GaveUp) {
				t.Errorf("away for %v: it ended %q, %v", away, r.Ended, r.LastFailure)
			}
			// No back-off: attempts fall due whatever became of those before.
			down := min(away, outage)
			if want := 100 * down.Seconds(); math.Abs(float64(failed)-want) > want/20 {
				t.Errorf("away for %v: %d failed, want %v", away, failed, want)
			}
		})
	}
}

// A target that never answers gets a storm's attempts, which all begin at once,
// and no second storm.
func TestSilentStormIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(Arm, Offer, int64) fakeOutcome {
			return fakeOutcome{takes: 10 * time.Second, class: ClassHandshakeTimeout}
		}}
		p := openPlan(1, func(p *Plan) {
			p.Count, p.Duration, p.Arms = 0, 0, p.Arms[:1]
			p.Arms[0].Load = Load{Storm: 300}
		})
		r := runOpen(t, t.Context(), e, p, 0)
		a := r.Arms[0]
		if r.Ended != GaveUp || a.Attempts != 300 || a.Errors[ClassHandshakeTimeout] != 300 || a.Arrivals.Storms != 1 {
			t.Errorf("it ended %q after %d attempts, %v, in %d storms", r.Ended, a.Attempts, a.Errors, a.Arrivals.Storms)
		}
	})
}

// Where getting sessions already showed that the target does not answer, nothing
// is measured any more.
func TestNothingIsBegunOnceGivenUp(t *testing.T) {
	for name, load := range map[string]Load{
		"storm":  {Storm: 300},
		"rate":   {Rate: 100, Arrivals: arrival.Constant, MaxInFlight: 100},
		"closed": {Workers: 8},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := &fakeEngine{outcome: func(Arm, Offer, int64) fakeOutcome {
				return fakeOutcome{takes: 10 * time.Second, class: ClassHandshakeTimeout}
			}}
			p := openPlan(1, func(p *Plan) {
				p.Arms = p.Arms[1:]
				p.Arms[0].Load = load
			})
			r := mustRun(t, t.Context(), e, p)
			if r.Ended != GaveUp || r.Arms[0].Attempts != 0 || len(e.begun) != 0 {
				t.Errorf("%s: it ended %q after %d attempts", name, r.Ended, r.Arms[0].Attempts)
			}
		})
	}
}
