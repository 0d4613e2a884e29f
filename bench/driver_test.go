package bench

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/selfwatch"
	"tlsbench/bench/session"
)

const ms = time.Millisecond

func TestCountedRunMakesExactlyThatManyAttempts(t *testing.T) {
	for _, tt := range []struct {
		count   int64
		workers int
		rounds  int
	}{{1, 1, 1}, {5, 3, 5}, {103, 3, 6}, {2000, 1, 10}, {2001, 7, 10}} {
		synctest.Test(t, func(t *testing.T) {
			e := &fakeEngine{outcome: honest(2*ms, ms)}
			p := testPlan(func(p *Plan) {
				p.Count, p.Duration = tt.count, 0
				for i := range p.Arms {
					p.Arms[i].Load.Workers = tt.workers
				}
			})
			r := mustRun(t, t.Context(), e, p)
			if len(r.Rounds) != tt.rounds {
				t.Errorf("-n %d: %d rounds, want %d", tt.count, len(r.Rounds), tt.rounds)
			}
			for _, a := range r.Arms {
				if a.Attempts != tt.count {
					t.Errorf("-n %d, %d workers: arm %s made %d attempts", tt.count, tt.workers, a.Name, a.Attempts)
				}
			}
			if got := int64(len(e.begun)); got != 2*tt.count {
				t.Errorf("the engine saw %d attempts, want %d", got, 2*tt.count)
			}
			if e.open.Load() != e.closed.Load() {
				t.Errorf("%d dialers were opened, %d closed", e.open.Load(), e.closed.Load())
			}
		})
	}
}

// No attempt begins after a block's deadline, all that began are counted, and
// the block's time ends with the last of them.
func TestTimedBlockEndsWithItsLastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(7*ms, 7*ms)}
		p := testPlan(func(p *Plan) { p.Rounds, p.Duration = 6, 6*200*ms })
		r := mustRun(t, t.Context(), e, p)
		for _, round := range r.Rounds {
			for _, b := range round.Blocks {
				// 29 attempts of 7 ms: the last begins at 196 ms.
				if b.Attempts != 29 || b.Took != 203*ms {
					t.Errorf("block of %s: %d attempts in %v, want 29 in 203ms", b.Arm, b.Attempts, b.Took)
				}
			}
		}
	})
}

func TestKindsAreCountedAsObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each tenth offer is refused: that handshake is full, and slower.
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(9*ms, 3*ms)(arm, offer, n)
			if !offer.Session.IsZero() && n%10 == 0 {
				o.kind, o.takes = Full, 9*ms
			}
			return o
		}}
		r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Count, p.Duration = 1000, 0 }))
		a, _ := r.Arm("session=resumed")
		if a.Kinds[PSK] != 900 || a.Kinds[Full] != 100 {
			t.Errorf("kinds %v, want 900 psk and 100 full", a.Kinds)
		}
		if p50, _ := a.Phases[TLSPhase].Stat("p50"); p50 != 3*ms {
			t.Errorf("p50 of the resumed %v, want 3ms", p50)
		}
		if p50, _ := a.Others[Full][TLSPhase].Stat("p50"); p50 != 9*ms {
			t.Errorf("p50 of the fallbacks %v, want 9ms", p50)
		}
		if a.Sessions.Offered != 1000 || a.Sessions.Accepted != 900 {
			t.Errorf("sessions %+v, want 1000 offered and 900 accepted", a.Sessions)
		}
		for _, code := range []WarningCode{WarnFallback, WarnMixed} {
			if !warned(r, code) {
				t.Errorf("no warning %s", code)
			}
		}
		full, _ := r.Arm("session=full")
		if full.Mixed || full.Kinds[Full] != 1000 {
			t.Errorf("full arm: mixed %v, kinds %v", full.Mixed, full.Kinds)
		}
	})
}

func TestPrimingIsNotMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(9*ms, 3*ms)}
		r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Count, p.Duration = 600, 0 }))
		if got := e.primes.Load(); got != int64(len(r.Rounds)) {
			t.Errorf("%d connections primed, want one for each of %d blocks", got, len(r.Rounds))
		}
		a, _ := r.Arm("session=resumed")
		if a.Kinds[Full] != 0 || a.Kinds[PSK] != 600 {
			t.Errorf("kinds %v: priming was counted", a.Kinds)
		}
	})
}

func TestOnceEndsTheBlockWhenItsPoolIsDry(t *testing.T) {
	for _, scope := range session.Scopes() {
		synctest.Test(t, func(t *testing.T) {
			// Sessions are granted on full handshakes only, so the pool is
			// not refilled.
			e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
				o := honest(9*ms, 3*ms)(arm, offer, n)
				if o.kind != Full {
					o.granted = 0
				}
				return o
			}}
			p := testPlan(func(p *Plan) {
				p.Rounds, p.Duration = 6, 6*time.Second
				p.Arms[1].Session = SessionPolicy{Policy: session.Once, Scope: scope}
			})
			r := mustRun(t, t.Context(), e, p)
			a, _ := r.Arm("session=resumed")
			if a.Kinds[Full] != 0 || a.Kinds[PSK] != 6*64 {
				t.Errorf("%s: kinds %v, want %d psk and no full", scope, a.Kinds, 6*64)
			}
			for _, round := range r.Rounds {
				b, _ := round.Block("session=resumed")
				if !b.Dry || !b.Cut {
					t.Errorf("%s: a dry block is not marked", scope)
				}
			}
			if !warned(r, WarnPoolDry) {
				t.Errorf("%s: no warning that the pool ran dry", scope)
			}
		})
	}
}

// With a counted plan, once primes enough for every attempt.
func TestOnceLastsForACountedBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(9*ms, 3*ms)}
		p := testPlan(func(p *Plan) {
			p.Count, p.Duration = 1200, 0
			p.Arms[1].Session = SessionPolicy{Policy: session.Once, Scope: session.PerWorker}
			p.Arms[1].Load.Workers = 4
		})
		r := mustRun(t, t.Context(), e, p)
		if a, _ := r.Arm("session=resumed"); a.Kinds[PSK] != 1200 {
			t.Errorf("kinds %v, want 1200 psk", a.Kinds)
		}
	})
}

func TestServerThatGrantsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(Arm, Offer, int64) fakeOutcome { return fakeOutcome{takes: ms} }}
		r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Count, p.Duration = 600, 0 }))
		a, _ := r.Arm("session=resumed")
		if a.Kinds[Full] != 600 || a.Sessions.Starved != 600 || a.Phases[TLSPhase].Count != 0 {
			t.Errorf("kinds %v, sessions %+v, resumed samples %d: want 600 full, starved, and none", a.Kinds, a.Sessions, a.Phases[TLSPhase].Count)
		}
		if !warned(r, WarnNotResumed) {
			t.Error("no warning that nothing was resumed")
		}
	})
}

func TestFailuresBesideSuccessesAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(9*ms, 3*ms)(arm, offer, n)
			if n%4 == 0 {
				o.class = ClassReset
			}
			return o
		}}
		r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Count, p.Duration = 400, 0 }))
		for _, a := range r.Arms {
			if a.Attempts != 400 || a.Errors[ClassReset] != 100 || a.Completed() != 300 {
				t.Errorf("arm %s: %d attempts, errors %v, %d completed", a.Name, a.Attempts, a.Errors, a.Completed())
			}
		}
		if r.Partial || !warned(r, WarnErrors) {
			t.Errorf("partial %v, want a whole run with a warning", r.Partial)
		}
	})
}

func TestTargetThatNeverAnswersIsGivenUp(t *testing.T) {
	for name, o := range map[string]fakeOutcome{
		"refused": {class: ClassConnectRefused},
		"hangs":   {class: ClassHandshakeTimeout, takes: 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := &fakeEngine{outcome: func(Arm, Offer, int64) fakeOutcome { return o }}
			began := time.Now()
			r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Count, p.Duration = 100000, 0 }))
			if r.Ended != GaveUp || r.Completed() != 0 || r.LastFailure == nil {
				t.Errorf("%s: ended %q, %d completed", name, r.Ended, r.Completed())
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("%s: given up after %v", name, took)
			}
		})
	}
}

// A server that restarts in the middle costs failures, not the run; one that
// stays away ends it, and what was measured is kept.
func TestTargetThatGoesAway(t *testing.T) {
	for _, tt := range []struct {
		away time.Duration
		end  End
	}{{5 * time.Second, Complete}, {time.Hour, GaveUp}} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
				since := time.Since(began)
				if since > 3*time.Second && since < 3*time.Second+tt.away {
					return fakeOutcome{class: ClassConnectRefused}
				}
				return honest(9*ms, 3*ms)(arm, offer, n)
			}}
			r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) { p.Duration = 20 * time.Second }))
			if r.Ended != tt.end || r.Completed() == 0 {
				t.Errorf("away for %v: ended %q with %d completed, want %q", tt.away, r.Ended, r.Completed(), tt.end)
			}
			for _, a := range r.Arms {
				if a.Errors[ClassConnectRefused] > 200 {
					t.Errorf("failures spin: arm %s made %d", a.Name, a.Errors[ClassConnectRefused])
				}
				if a.Attempts != a.Completed()+a.Errors[ClassConnectRefused] {
					t.Errorf("arm %s: %d attempts are not %v and %v", a.Name, a.Attempts, a.Kinds, a.Errors)
				}
			}
		})
	}
}

func TestInterruptKeepsWhatWasMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second+5*ms, cancel)
		e := &fakeEngine{outcome: honest(9*ms, 3*ms)}
		r := mustRun(t, ctx, e, testPlan(nil))
		if r.Ended != Interrupted || !r.Partial {
			t.Errorf("ended %q, partial %v", r.Ended, r.Partial)
		}
		var attempts int64
		for _, a := range r.Arms {
			attempts += a.Attempts
		}
		if attempts == 0 || attempts != int64(len(e.begun)) {
			t.Errorf("%d attempts are in the result, %d were begun", attempts, len(e.begun))
		}
		last := r.Rounds[len(r.Rounds)-1]
		if b := last.Blocks[len(last.Blocks)-1]; !b.Cut {
			t.Error("the block that was interrupted is not marked as cut")
		}
	})
}

func TestFatalErrorEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		e := &fakeEngine{outcome: func(Arm, Offer, int64) fakeOutcome { return fakeOutcome{fatal: broken} }}
		_, err := (&Driver{Plan: testPlan(nil), Engines: []Engine{e}}).Run(t.Context())
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	})
}

// Slow attempts make for fewer rounds, so that each block still has some.
func TestWarmUpFitsTheRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(35*ms, 30*ms)}
		p := testPlan(func(p *Plan) { p.Warmup = 300 * ms })
		var planned Plan
		d := &Driver{Plan: p, Engines: []Engine{e}, Planned: func(p Plan) { planned = p }}
		r, err := d.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Rounds) != 7 || planned.Rounds != 7 || r.Plan.Rounds != 7 {
			t.Errorf("%d rounds run, %d planned, %d saved: want 7 of 20 × 35 ms", len(r.Rounds), planned.Rounds, r.Plan.Rounds)
		}
	})
}

// The warm-up itself leaves no trace in the result.
func TestWarmUpIsNotMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(9*ms, 3*ms)}
		r := mustRun(t, t.Context(), e, testPlan(func(p *Plan) {
			p.Count, p.Duration, p.Warmup = 600, 0, 300*ms
		}))
		if int64(len(e.begun)) <= 1200 {
			t.Error("there was no warm-up")
		}
		for _, a := range r.Arms {
			if a.Attempts != 600 {
				t.Errorf("arm %s: %d attempts, want 600", a.Name, a.Attempts)
			}
		}
	})
}

// Every measured block is watched, where anything watches.
func TestTheClientIsWatched(t *testing.T) {
	for _, watch := range []*selfwatch.Watch{nil, selfwatch.New()} {
		synctest.Test(t, func(t *testing.T) {
			p := testPlan(func(p *Plan) { p.Warmup = 100 * time.Millisecond })
			d := &Driver{Plan: p, Engines: []Engine{&fakeEngine{outcome: honest(2*time.Millisecond, time.Millisecond)}}, Watch: watch}
			r, err := d.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, round := range r.Rounds {
				for _, b := range round.Blocks {
					if (b.Client != nil) != (watch != nil) {
						t.Errorf("watch %v: got %+v", watch, b.Client)
					}
				}
			}
		})
	}
}

// closing counts the clients that it opened and that were closed, and opens so
// many.
type closing struct {
	fakeEngine
	most, opened, closed int
}

func (e *closing) Open(ctx context.Context, arm Arm) (Client, error) {
	if e.opened == e.most {
		return nil, errors.New("no more")
	}
	e.opened++
	c, err := e.fakeEngine.Open(ctx, arm)
	return closingClient{c, e}, err
}

type closingClient struct {
	Client
	of *closing
}

func (c closingClient) Close() error {
	c.of.closed++
	return c.Client.Close()
}

// What was opened is closed, also where a later arm cannot be opened.
func TestClientsAreClosed(t *testing.T) {
	for most := range 3 {
		synctest.Test(t, func(t *testing.T) {
			e := &closing{most: most, fakeEngine: fakeEngine{outcome: honest(ms, ms)}}
			_, err := (&Driver{Plan: testPlan(func(p *Plan) { p.Count = 12 }), Engines: []Engine{e}}).Run(context.Background())
			if (err == nil) != (most == 2) || e.opened != most || e.closed != most {
				t.Errorf("%d may be opened: %d were, %d were closed: %v", most, e.opened, e.closed, err)
			}
		})
	}
}
