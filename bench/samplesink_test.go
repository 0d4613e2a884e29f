package bench

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// keptSamples is a sink that keeps all.
type keptSamples struct {
	mu      sync.Mutex
	started time.Time
	plan    Plan
	ended   int
	all     []keptSample
	log     SampleLog
}

type keptSample struct {
	arm, round int
	Sample
}

func (k *keptSamples) Begin(started time.Time, p Plan) { k.started, k.plan = started, p }

func (k *keptSamples) Take(arm, round int, all []Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range all {
		k.all = append(k.all, keptSample{arm, round, s})
	}
}

func (k *keptSamples) End() SampleLog {
	k.ended++
	if k.log == (SampleLog{}) {
		k.log.Written = int64(len(k.all))
	}
	return k.log
}

// Samples are timed by the monotonic clock, as blocks are: a wall clock that is set
// meanwhile does not move attempts out of their blocks. Virtual time has no
// monotonic reading, so this run takes its time.
func TestSinkIsGivenAMonotonicStart(t *testing.T) {
	sink := &keptSamples{}
	p := testPlan(func(p *Plan) { p.Rounds, p.Count, p.Duration = 1, 2, 0 })
	if _, err := (&Driver{Plan: p, Engines: []Engine{&fakeEngine{outcome: honest(0, 0)}}, Samples: sink}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sink.started == sink.started.Round(0) {
		t.Errorf("%v has no monotonic reading", sink.started)
	}
}

// A sink is given each measured attempt once, under its arm and round, with the
// time when it began, and nothing of the warm-up.
func TestSinkIsGivenEveryMeasuredAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &fakeEngine{outcome: func(arm Arm, offer Offer, n int64) fakeOutcome {
			o := honest(time.Millisecond, time.Millisecond/2)(arm, offer, n)
			if n%7 == 3 {
				o.class = ClassReset
			}
			return o
		}}
		sink := &keptSamples{}
		p := testPlan(func(p *Plan) { p.Warmup, p.Arms[0].Load.Workers, p.Arms[1].Load.Workers = 100*time.Millisecond, 3, 2 })
		r, err := (&Driver{Plan: p, Engines: []Engine{e}, Samples: sink}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !sink.started.Equal(r.Started) || len(sink.plan.Arms) != 2 || sink.plan.Rounds != r.Plan.Rounds || sink.ended != 1 {
			t.Errorf("started %v and not %v, %d arms, %d rounds, ended %d times", sink.started, r.Started, len(sink.plan.Arms), sink.plan.Rounds, sink.ended)
		}
		rounds := make([][2]Tally, len(r.Rounds))
		for _, s := range sink.all {
			block, _ := r.Rounds[s.round-1].Block(r.Plan.Arms[s.arm].Name)
			if at := s.Began.Sub(r.Started); at < block.Start || at >= block.Start+block.Took {
				t.Fatalf("an attempt began at %v, its block lasted from %v for %v", at, block.Start, block.Took)
			}
			rounds[s.round-1][s.arm].Add(&s.Sample)
		}
		for i := range rounds {
			for j := range rounds[i] {
				got := &rounds[i][j]
				block, _ := r.Rounds[i].Block(r.Plan.Arms[j].Name)
				if got.Attempts() != block.Attempts || got.Failed() != block.Errors[ClassReset] || got.Failed() == 0 {
					t.Errorf("round %d, %s: %d attempts of which %d failed, the block has %d and %v", i+1, block.Arm, got.Attempts(), got.Failed(), block.Attempts, block.Errors)
				}
				for kind, n := range block.Kinds {
					if got.Kinds[kind] == nil || got.Kinds[kind].Count != n {
						t.Errorf("round %d, %s: the block has %d %s", i+1, block.Arm, n, kind)
					}
				}
			}
		}
		if want := int64(len(sink.all)); r.Samples == nil || r.Samples.Written != want || r.Samples.Dropped != 0 || warned(r, WarnSamples) {
			t.Errorf("the result has %+v of %d, warnings %v", r.Samples, want, r.Warnings)
		}
	})
}

// What is missing is told, and a run that fails ends its sink too.
func TestMissingSamplesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, log := range []SampleLog{{Written: 5, Dropped: 3}, {Err: errors.New("no space")}} {
			r, err := (&Driver{
				Plan:    testPlan(nil),
				Engines: []Engine{&fakeEngine{outcome: honest(time.Millisecond, time.Millisecond)}},
				Samples: &keptSamples{log: log},
			}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !warned(r, WarnSamples) {
				t.Errorf("%+v: no warning", log)
			}
		}
		sink := &keptSamples{}
		fatal := errors.New("as the test said")
		_, err := (&Driver{
			Plan: testPlan(nil),
			Engines: []Engine{&fakeEngine{outcome: func(_ Arm, _ Offer, n int64) fakeOutcome {
				if n == 20 {
					return fakeOutcome{fatal: fatal}
				}
				return fakeOutcome{takes: time.Millisecond, granted: 1}
			}}},
			Samples: sink,
		}).Run(context.Background())
		if !errors.Is(err, fatal) || sink.ended != 1 || len(sink.all) == 0 {
			t.Errorf("%v; ended %d times with %d samples", err, sink.ended, len(sink.all))
		}
	})
}
