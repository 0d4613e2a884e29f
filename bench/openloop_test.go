package bench

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/arrival"
	"tlsbench/bench/session"
)

// sleeper waits in virtual time, and wakes up late.
type sleeper struct{ late time.Duration }

func (s sleeper) WakeAt(_ context.Context, when time.Time) error {
	time.Sleep(time.Until(when) + s.late)
	return nil
}
func (sleeper) Close() error { return nil }

// openPlan is full against resumed at a rate.
func openPlan(rate float64, change func(*Plan)) Plan {
	return testPlan(func(p *Plan) {
		p.Rounds, p.Duration = 6, 6*time.Second
		for i := range p.Arms {
			p.Arms[i].Load = Load{Rate: rate, Arrivals: arrival.Constant, MaxInFlight: 100}
			if p.Arms[i].Want.Resumes() {
				p.Arms[i].Session.Scope = session.Shared
			}
		}
		if change != nil {
			change(p)
		}
	})
}

func runOpen(t *testing.T, ctx context.Context, e *fakeEngine, p Plan, late time.Duration) *Result {
	t.Helper()
	d := Driver{Plan: p, Engines: []Engine{e}, newTimer: func() (waiter, error) { return sleeper{late}, nil }}
	r, err := d.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range r.Arms {
		if a.Arrivals.Due != a.Attempts+a.Arrivals.Dropped {
			t.Errorf("arm %s: %d due, and %d made and %d dropped", a.Name, a.Arrivals.Due, a.Attempts, a.Arrivals.Dropped)
		}
	}
	if e.open.Load() != e.closed.Load() {
		t.Errorf("%d dialers were opened, %d closed", e.open.Load(), e.closed.Load())
	}
	return r
}

func TestOpenLoopKeepsItsRate(t *testing.T) {
	for _, takes := range []time.Duration{ms, 7 * ms, 150 * ms} {
		synctest.Test(t, func(t *testing.T) {
			e := &fakeEngine{outcome: honest(takes, takes)}
			r := runOpen(t, t.Context(), e, openPlan(500, nil), 0)
			for _, a := range r.Arms {
				if a.Attempts != 3000 || a.Arrivals.Due != 3000 || a.Arrivals.Late != 0 {
					t.Errorf("%v an attempt: %d attempts, %d late", takes, a.Attempts, a.Arrivals.Late)
				}
				if begun, ok := a.Arrivals.Begun(); !ok || begun != 500 {
					t.Errorf("%v an attempt: %v began a second", takes, begun)
				}
				// The blocks' ends do not make the rate lower.
				if math.Abs(*a.Rate-500) > 1 {
					t.Errorf("%v an attempt: a rate of %v", takes, *a.Rate)
				}
				if want := int64(max(1, (takes+2*ms-1)/(2*ms))); a.Arrivals.Peak < want || a.Arrivals.Peak > want+1 {
					t.Errorf("%v an attempt: up to %d in flight, want %d", takes, a.Arrivals.Peak, want)
				}
				if total, lag := a.Medians[Total], a.Medians[Lag]; total.Round(ms) != takes || lag > 10 {
					t.Errorf("%v an attempt: total %v, lag %v", takes, total, lag)
				}
			}
		})
	}
}

// A stretch of whole gaps has the rate that was asked for.
func TestConstantRateIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := openPlan(97, func(p *Plan) { p.Duration = 7 * 333 * ms })
		r := runOpen(t, t.Context(), &fakeEngine{outcome: honest(ms, ms)}, p, 0)
		for _, b := range r.Blocks(r.Arms[0].Name) {
			if begun, _ := b.Arrivals.Begun(); math.Abs(begun-97) > 1e-6 {
				t.Errorf("%v a second, want 97", begun)
			}
		}
	})
}

// What waits to begin is waited for by whoever caused it: total is from when an
// attempt fell due.
func TestTotalCountsFromTheDueTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(10*ms, 10*ms)}
		r := runOpen(t, t.Context(), e, openPlan(100, nil), 5*ms)
		for _, a := range r.Arms {
			lag, service, total := a.Medians[Lag], a.Medians[Service], a.Medians[Total]
			if lag.Round(ms) != 5*ms || service.Round(ms) != 10*ms || total.Round(ms) != 15*ms {
				t.Errorf("%s: lag %v, service %v, total %v; want 5ms, 10ms, 15ms", a.Name, lag, service, total)
			}
		}
	})
}

func TestClosedLoopsHaveNoLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := mustRun(t, t.Context(), &fakeEngine{outcome: honest(ms, ms)}, testPlan(nil))
		for _, a := range r.Arms {
			_, lag := a.Phases[Lag]
			_, service := a.Phases[Service]
			if lag || service || a.Arrivals != nil {
				t.Errorf("%s has the figures of an open loop", a.Name)
			}
		}
	})
}

func TestDropsBeyondTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(95*ms, 95*ms)}
		r := runOpen(t, t.Context(), e, openPlan(100, func(p *Plan) {
			for i := range p.Arms {
				p.Arms[i].Load.MaxInFlight = 5
			}
		}), 0)
		for _, a := range r.Arms {
			if a.Arrivals.Due != 600 || a.Arrivals.Peak != 5 {
				t.Errorf("%d due, %d in flight", a.Arrivals.Due, a.Arrivals.Peak)
			}
			if ratio, _ := a.Arrivals.DropRatio(); math.Abs(ratio-0.5) > 0.01 {
				t.Errorf("%v were dropped, want half", ratio)
			}
			if math.Abs(*a.Rate-50) > 1 {
				t.Errorf("a rate of %v, want 50", *a.Rate)
			}
		}
	})
}

func TestCountedOpenLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(ms, ms)}
		p := openPlan(200, func(p *Plan) { p.Count, p.Duration = 503, 0 })
		r := runOpen(t, t.Context(), e, p, 0)
		for _, a := range r.Arms {
			if a.Attempts != 503 {
				t.Errorf("%d attempts, want 503", a.Attempts)
			}
			if want := arrival.Window(503, 200); a.Arrivals.Window.Round(ms) != want.Round(ms) {
				t.Errorf("a window of %v, want %v", a.Arrivals.Window, want)
			}
		}
	})
}

func TestPoissonRunFollowsFromItsSeed(t *testing.T) {
	attempts := func(seed uint64) (n int64) {
		synctest.Test(t, func(t *testing.T) {
			p := openPlan(500, func(p *Plan) {
				p.Seed = seed
				for i := range p.Arms {
					p.Arms[i].Load.Arrivals = arrival.Poisson
				}
			})
			r := runOpen(t, t.Context(), &fakeEngine{outcome: honest(ms, ms)}, p, 0)
			n = r.Arms[0].Attempts
			if r.Rounds[0].Blocks[0].Attempts == r.Rounds[1].Blocks[0].Attempts && r.Rounds[1].Blocks[0].Attempts == r.Rounds[2].Blocks[0].Attempts {
				t.Error("the rounds are too much alike")
			}
		})
		return n
	}
	a, b := attempts(1), attempts(1)
	if a != b || math.Abs(float64(a)-3000) > 4*math.Sqrt(3000) {
		t.Errorf("%d and %d attempts, want the same twice, about 3000", a, b)
	}
}

func TestMixSharesOneStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(4*ms, 2*ms)}
		p := openPlan(500, func(p *Plan) { p.Arms[0].Load.Share, p.Arms[1].Load.Share = 0.3, 0.7 })
		r := runOpen(t, t.Context(), e, p, 0)
		full, resumed := r.Arms[0], r.Arms[1]
		if full.Attempts+resumed.Attempts != 3000 {
			t.Errorf("%d and %d attempts, want 3000 together", full.Attempts, resumed.Attempts)
		}
		if share := float64(resumed.Attempts) / 3000; math.Abs(share-0.7) > 0.04 {
			t.Errorf("%v of the attempts resumed, want 0.7", share)
		}
		if full.Kinds[Full] != full.Attempts || resumed.Kinds[PSK] != resumed.Attempts {
			t.Errorf("samples are in the wrong arm: %v and %v", full.Kinds, resumed.Kinds)
		}
		if !full.Mixed || !resumed.Mixed {
			t.Error("CPU and rate of a mix are not those of an arm")
		}
		if len(r.Rounds[0].Blocks) != 2 || r.Rounds[0].Blocks[0].Start != r.Rounds[0].Blocks[1].Start {
			t.Error("want both arms' blocks at the same time")
		}
	})
}

func TestStormBeginsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(30*ms, 10*ms)(arm, offer, n)
			if n%100 == 99 {
				o.class = ClassReset
			}
			return o
		}}
		p := openPlan(1, func(p *Plan) {
			p.Rounds, p.Count, p.Duration = 6, 6*200, 0
			for i := range p.Arms {
				p.Arms[i].Load = Load{Storm: 200}
			}
			p.Arms[1].Session.Policy = session.Once
		})
		r := runOpen(t, t.Context(), e, p, 0)
		for i, want := range []time.Duration{30 * ms, 10 * ms} {
			a := r.Arms[i]
			if a.Attempts != 1200 || a.Failed() != 12 || a.Arrivals.Peak != 200 || a.Arrivals.Storms != 6 {
				t.Errorf("%s: %d attempts, %d failed, up to %d in flight in %d storms", a.Name, a.Attempts, a.Failed(), a.Arrivals.Peak, a.Arrivals.Storms)
			}
			for _, b := range r.Blocks(a.Name) {
				if b.Took != want {
					t.Errorf("%s: the last connected after %v, want %v", a.Name, b.Took, want)
				}
			}
		}
		if n := r.Arms[1].Sessions.Offered; n != r.Arms[1].Completed() {
			t.Errorf("%d of %d offered a session", n, r.Arms[1].Completed())
		}
	})
}

func TestOpenLoopIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2500*ms, cancel)
		r := runOpen(t, ctx, &fakeEngine{outcome: honest(20*ms, 20*ms)}, openPlan(100, nil), 0)
		last := r.Rounds[len(r.Rounds)-1].Blocks
		b := last[len(last)-1]
		if r.Ended != Interrupted || !b.Cut || b.Attempts == 0 || b.Attempts >= 100 {
			t.Errorf("ended %s; the last block was cut: %v, with %d attempts", r.Ended, b.Cut, b.Attempts)
		}
		if begun, _ := b.Arrivals.Begun(); math.Abs(begun-100) > 5 {
			t.Errorf("%v a second until then, want 100", begun)
		}
	})
}

func TestOpenLoopRunsDry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := openPlan(100, func(p *Plan) {
			p.Arms[1].Session.Policy, p.Arms[1].Session.Pool = session.Once, 10
		})
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(ms, ms)(arm, offer, n)
			if !offer.Prime {
				o.granted = 0
			}
			return o
		}}
		r := runOpen(t, t.Context(), e, p, 0)
		for _, b := range r.Blocks(r.Arms[1].Name) {
			if !b.Dry || !b.Cut || b.Attempts != 10 {
				t.Errorf("dry: %v, cut: %v, %d attempts; want 10", b.Dry, b.Cut, b.Attempts)
			}
		}
	})
}

func TestRampClimbs(t *testing.T) {
	p := Plan{Rounds: 5, Seed: 3, Compare: "session", Ramp: true}
	for _, rate := range []float64{100, 200, 400} {
		for _, want := range []string{"full", "resumed"} {
			a := NewArm(Coord{"rate", FormatRate(rate)}, Coord{"session", want})
			a.Load.Rate = rate
			p.Arms = append(p.Arms, a)
		}
	}
	s := newSchedule(p)
	for n := range p.Rounds {
		spec, ok := s.Next(make([]Round, n))
		if !ok || len(spec.Turns) != 6 {
			t.Fatalf("round %d has %d turns", n+1, len(spec.Turns))
		}
		for i, turn := range spec.Turns {
			if got, want := p.Arms[turn.Stream].Load.Rate, []float64{100, 200, 400}[i/2]; got != want {
				t.Errorf("round %d: turn %d at %v/s, want %v", n+1, i, got, want)
			}
		}
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]float64{"500/s": 500, " 0.5 /s": 0.5, "30/m": 0.5, "1000000/s": 1e6} {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "/s", "500", "500/h", "-5/s", "0/s", "1e3/s", "NaN/s", "Inf/s", "2000000/s", "500/s/s", "5 00/s", "0x10/s"} {
		if got, err := ParseRate(text); err == nil {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
	if got := FormatRate(0.5); got != "0.5/s" {
		t.Errorf("got %q", got)
	}
}
