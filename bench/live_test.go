package bench

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/arrival"
	"tlsbench/bench/hist"
)

// onlooker runs a plan and calls see at every tick of a clock that no attempt
// of whole milliseconds shares.
func onlooker(t *testing.T, e *fakeEngine, p Plan, see func(Progress)) *Result {
	t.Helper()
	live := &Live{}
	done, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		tick := time.NewTicker(100*ms + 500*time.Microsecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if now, begun := live.Progress(); begun {
					see(now)
				}
			}
		}
	}()
	r, err := (&Driver{Plan: p, Engines: []Engine{e}, Live: live}).Run(t.Context())
	close(done)
	<-quiet
	if err != nil {
		t.Fatal(err)
	}
	last, _ := live.Progress()
	see(last)
	return r
}

func TestLiveFollowsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: honest(4*ms, 2*ms)}
		var seen []Progress
		r := onlooker(t, e, testPlan(func(p *Plan) { p.Warmup = 300 * ms }), func(p Progress) { seen = append(seen, p) })

		rounds, arms := map[int]bool{}, map[[2]int]bool{}
		for i, p := range seen {
			rounds[p.Round] = true
			arms[[2]int{min(p.Round, 1), p.Arm}] = true
			if len(p.Arms) != 2 || len(p.Plan.Arms) != 2 || p.Plan.Rounds != 10 {
				t.Fatalf("%d arms of %d in %d rounds", len(p.Arms), len(p.Plan.Arms), p.Plan.Rounds)
			}
			if p.BlockAttempts > p.Attempts {
				t.Errorf("%d attempts in the block, %d in all", p.BlockAttempts, p.Attempts)
			}
			if i == 0 {
				continue
			}
			before := seen[i-1]
			if same := before.Began.Equal(p.Began); p.Round < before.Round || same && p.Attempts < before.Attempts ||
				same && p.Arms[0].Completed < before.Arms[0].Completed {
				t.Errorf("it went back from %+v to %+v", before, p)
			}
		}
		if len(rounds) != 11 {
			t.Errorf("rounds %v, want the warm-up and ten", rounds)
		}
		for _, want := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			if !arms[want] {
				t.Errorf("arm %d was never seen to run in stage %d", want[1], want[0])
			}
		}

		// At the end it agrees with the result, and the warm-up is forgotten.
		last := seen[len(seen)-1]
		var attempts int64
		for i, a := range r.Arms {
			shown := last.Arms[i]
			attempts += a.Attempts
			if shown.Completed != a.Completed() || shown.Failed != 0 || shown.Fallbacks != 0 || *shown.Rate != *a.Rate {
				t.Errorf("arm %s: %+v, want %d completed at %v", a.Name, shown, a.Completed(), *a.Rate)
			}
			if *shown.P50 != *a.Phases[TLSPhase].P50 || *shown.P99 != *a.Phases[TLSPhase].P99 {
				t.Errorf("arm %s: percentiles %v and %v", a.Name, *shown.P50, *shown.P99)
			}
		}
		if last.Attempts != attempts {
			t.Errorf("%d attempts, want %d", last.Attempts, attempts)
		}
	})
}

// What is off shows while the block in which it happens still runs.
func TestLiveTellsFailuresAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(20*ms, 20*ms)(arm, offer, n)
			if n == 1 {
				o.class = ClassReset
			}
			return o
		}}
		var first *Progress
		onlooker(t, e, testPlan(nil), func(p Progress) {
			if first == nil && p.Failed > 0 {
				first = &p
			}
		})
		if first == nil || first.Round != 1 || first.Attempts > 8 || first.Arms[first.Arm].Failed != 0 {
			t.Errorf("a failure of the second attempt was first seen at %+v", first)
		}
	})
}

func TestLiveShowsWhatAnArmMeasured(t *testing.T) {
	record := func(n int, took time.Duration, k Kind, tally *Tally) {
		for range n {
			s := completeSample()
			s.Kind, s.Phases[TLSPhase] = k, took
			tally.Add(&s)
		}
	}
	for _, tt := range []struct {
		name      string
		want      Want
		record    func(*Tally)
		fallbacks int64
		p50, p99  time.Duration // 0 for none
	}{
		{"nothing", WantFull, func(*Tally) {}, 0, 0, 0},
		{"too few", WantFull, func(t *Tally) { record(19, ms, Full, t) }, 0, 0, 0},
		{"enough for p50", WantFull, func(t *Tally) { record(999, ms, Full, t) }, 0, ms, 0},
		{"enough for p99", WantFull, func(t *Tally) { record(1000, ms, Full, t) }, 0, ms, ms},
		{"fallbacks", WantPSK, func(t *Tally) { record(30, ms, PSK, t); record(40, 9*ms, Full, t) }, 40, ms, 0},
		{"only fallbacks", WantPSK, func(t *Tally) { record(40, 9*ms, Full, t) }, 40, 0, 0},
		{"kinds that are wanted alike", WantResumed, func(t *Tally) { record(15, ms, Ticket, t); record(16, 3*ms, SessionID, t) }, 0, 3 * ms, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tally Tally
			tt.record(&tally)
			before := saved(t, &tally)
			p, err := tally.progress(tt.want, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			if p.Fallbacks != tt.fallbacks || !near(p.P50, tt.p50) || !near(p.P99, tt.p99) {
				t.Errorf("%d fallbacks, p50 %v, p99 %v, want %d, %v, %v", p.Fallbacks, p.P50, p.P99, tt.fallbacks, tt.p50, tt.p99)
			}
			if saved(t, &tally) != before {
				t.Error("the tally was changed")
			}
		})
	}
}

// near allows for the width of a bucket; no value is 0.
func near(got *time.Duration, want time.Duration) bool {
	if got == nil || want == 0 {
		return got == nil && want == 0
	}
	return (*got - want).Abs() <= want/1000
}

// A published state is never changed: onlookers read it at leisure.
func TestLiveChangesNothingPublished(t *testing.T) {
	var live Live
	live.begin(testPlan(nil))
	live.block(1, 0, 1)
	before, _ := live.Progress()
	arms := slices.Clone(before.Arms)
	var tally Tally
	s := completeSample()
	tally.Add(&s)
	must(t, live.measured(1, WantFull, &tally, time.Second))
	live.ended(&Failure{Err: errors.New("any")})
	if !slices.Equal(before.Arms, arms) || before.Failed != 0 {
		t.Errorf("what was read became %+v", before)
	}
	if after, _ := live.Progress(); after.Arms[1].Completed != 1 || after.Failed != 1 {
		t.Errorf("after it: %+v", after)
	}
}

// Of a rate it is told what fell due and what began; of a storm and of a closed
// loop neither is.
func TestLiveCountsWhatFallsDue(t *testing.T) {
	for _, tt := range []struct {
		name       string
		load       Load
		due, begun int64
	}{
		{"a rate", Load{Rate: 100, Arrivals: arrival.Constant, MaxInFlight: 100}, 1200, 1200},
		{"more than may be under way", Load{Rate: 100, Arrivals: arrival.Constant, MaxInFlight: 5}, 1200, 600},
		{"a storm", Load{Storm: 10}, 0, 0},
		{"a closed loop", Load{Workers: 1}, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := openPlan(100, func(p *Plan) {
				for i := range p.Arms {
					p.Arms[i].Load = tt.load
				}
			})
			live := &Live{}
			d := Driver{Plan: p, Engines: []Engine{&fakeEngine{outcome: honest(95*ms, 95*ms)}}, Live: live,
				newTimer: func() (waiter, error) { return sleeper{}, nil }}
			if _, err := d.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, _ := live.Progress()
			if got.Due != tt.due || (got.Begun-tt.begun)*20 > tt.begun || (tt.begun-got.Begun)*20 > tt.begun {
				t.Errorf("%s: %d fell due and %d began, want %d and about %d", tt.name, got.Due, got.Begun, tt.due, tt.begun)
			}
		})
	}
}

func TestNobodyLooksOn(t *testing.T) {
	var live *Live
	live.begin(Plan{})
	live.block(1, 0, 0)
	live.ended(nil)
	live.fellDue()
	live.starts()
	must(t, live.measured(0, WantFull, &Tally{}, 0))
	if _, begun := new(Live).Progress(); begun {
		t.Error("a run that did not begin is in progress")
	}
}

// BenchmarkLive is what a block's end costs, with twenty arms of a full
// histogram each.
func BenchmarkLive(b *testing.B) {
	var p Plan
	for range 20 {
		p.Arms = append(p.Arms, Arm{})
	}
	var tally Tally
	s := completeSample()
	for d := hist.Lowest; d < hist.Highest; d += d/500 + 1 {
		s.Phases[TLSPhase] = d
		tally.Add(&s)
	}
	var live Live
	live.begin(p)
	b.ReportAllocs()
	for b.Loop() {
		live.block(1, 0, 7)
		if err := live.measured(7, WantFull, &tally, time.Second); err != nil {
			b.Fatal(err)
		}
	}
}
