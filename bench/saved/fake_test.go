package saved_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/session"
)

// steadyClock moves on with every reading: a true one may stand still over a
// block that takes no time.
type steadyClock struct{ at time.Duration }

func (c *steadyClock) Read(context.Context) (cpu.Reading, error) {
	c.at += 3*ms + c.at%ms + 17*time.Microsecond
	return cpu.At(c.at), nil
}

func (*steadyClock) String() string { return "a steady clock" }

// oddClock stands still over some blocks and then breaks.
type oddClock struct {
	steadyClock
	reads, breaks int
	last          cpu.Reading
}

func (c *oddClock) Read(ctx context.Context) (cpu.Reading, error) {
	c.reads++
	if c.reads == c.breaks {
		return cpu.Reading{}, errors.New("it broke")
	}
	if c.reads%6 == 2 {
		return c.last, nil
	}
	var err error
	c.last, err = c.steadyClock.Read(ctx)
	return c.last, err
}

// fakeRun is a run with a fake engine.
type fakeRun struct {
	outcome func(bench.Arm, bench.Offer, int64) fakeOutcome
	plan    func(*bench.Plan)
	server  bool          // has the odd clock
	ends    time.Duration // the user's patience, 0 for ever
}

func fakeRuns() map[string]fakeRun {
	counted := func(n int64) func(*bench.Plan) {
		return func(p *bench.Plan) { p.Count, p.Duration = n, 0 }
	}
	rounds := func(n int, count int64) func(*bench.Plan) {
		return func(p *bench.Plan) { p.Rounds, p.Count, p.Duration = n, count, 0 }
	}
	return map[string]fakeRun{
		"plain":               {outcome: honest(2*ms, ms), plan: counted(1000)},
		"one":                 {outcome: honest(2*ms, ms), plan: counted(1)},
		"small":               {outcome: honest(2*ms, ms), plan: rounds(3, 60)},
		"mixed":               {outcome: stubborn, plan: rounds(3, 120)},
		"odd clock":           {outcome: honest(2*ms, ms), plan: rounds(6, 120), server: true},
		"never resumed":       {outcome: func(bench.Arm, bench.Offer, int64) fakeOutcome { return fakeOutcome{takes: ms} }, plan: rounds(2, 40)},
		"refused":             {outcome: func(bench.Arm, bench.Offer, int64) fakeOutcome { return fakeOutcome{class: bench.ClassConnectRefused} }, plan: counted(300)},
		"interrupted":         {outcome: honest(9*ms, 3*ms), server: true, ends: 3*time.Second + 5*ms},
		"interrupted at once": {outcome: honest(9*ms, 3*ms), ends: ms},
		"dry": {
			outcome: func(arm bench.Arm, offer bench.Offer, n int64) fakeOutcome {
				o := honest(9*ms, 3*ms)(arm, offer, n)
				if o.kind != bench.Full {
					o.granted = 0
				}
				return o
			},
			plan: func(p *bench.Plan) { p.Arms[1].Session.Policy = session.Once },
		},
		"eight workers": {outcome: stubborn, plan: func(p *bench.Plan) {
			p.Count, p.Duration = 1600, 0
			for i := range p.Arms {
				p.Arms[i].Load.Workers = 8
			}
		}},
	}
}

// stubborn fails, falls back and takes its time.
func stubborn(arm bench.Arm, offer bench.Offer, n int64) fakeOutcome {
	o := honest(9*ms+time.Duration(n%50)*time.Microsecond, 3*ms+time.Duration(n%70)*time.Microsecond)(arm, offer, n)
	switch {
	case n%11 == 3:
		o.class = []bench.ErrorClass{bench.ClassReset, bench.Alert("handshake_failure")}[n%2]
	case n%10 == 0:
		o.kind, o.takes = bench.Full, 9*ms
	case n%101 == 50:
		o.takes = 61 * time.Second
	}
	return o
}

// fakeResults names results of all sorts.
func fakeResults() []string { return slices.Sorted(maps.Keys(fakeRuns())) }

// fakeResult gives a result as a run with a fake engine gives it: in a test, in
// virtual time.
func fakeResult(t testing.TB, name string) (result *bench.Result) {
	t.Helper()
	run, ok := fakeRuns()[name]
	if !ok {
		t.Fatalf("no run %q", name)
	}
	do := func(ctx context.Context) {
		if run.ends > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, run.ends)
			defer cancel()
		}
		d := &bench.Driver{Plan: testPlan(run.plan), Engines: []bench.Engine{&fakeEngine{outcome: run.outcome}}, ClientCPU: &steadyClock{}}
		if run.server {
			d.Server.CPU = &oddClock{breaks: 20}
		}
		var err error
		if result, err = d.Run(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if test, ok := t.(*testing.T); ok {
		synctest.Test(test, func(t *testing.T) { do(t.Context()) })
	} else {
		do(t.Context())
	}
	return result
}
