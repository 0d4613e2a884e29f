package bench

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/session"
)

func TestFit(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*Plan)
		perAttempt time.Duration
		rounds     int
		warn       []WarningCode
	}{
		{"default", nil, 0, 10, nil},
		{"one second holds five blocks, but six are the fewest",
			func(p *Plan) { p.Duration = time.Second }, 0, 6, []WarningCode{WarnShortBlocks}},
		{"two seconds hold ten", func(p *Plan) { p.Duration = 2 * time.Second }, 0, 10, nil},
		{"slow attempts", nil, 35 * ms, 7, []WarningCode{WarnFewerRounds}},
		{"slower attempts", nil, 100 * ms, 6, []WarningCode{WarnShortBlocks}},
		{"fewer rounds than the floor were asked for", func(p *Plan) { p.Rounds = 2 }, 0, 2, nil},
		{"counted", func(p *Plan) { p.Count = 2000 }, 0, 10, nil},
		{"counted, known to be long enough", func(p *Plan) { p.Count = 2000 }, ms, 10, nil},
		{"counted, fewer attempts than rounds", func(p *Plan) { p.Count = 3 }, 0, 3, []WarningCode{WarnShortBlocks}},
		{"counted, fewer rounds", func(p *Plan) { p.Count = 160 }, 0, 8, []WarningCode{WarnFewerRounds}},
		{"counted, blocks too short for the clock", func(p *Plan) { p.Count = 2000 }, ms / 2, 6, []WarningCode{WarnShortBlocks}},
		{"counted, many workers", func(p *Plan) {
			p.Count = 2000
			p.Arms[1].Load.Workers = 10
		}, 0, 10, nil},
		{"counted, more workers than attempts", func(p *Plan) {
			p.Count = 7
			p.Arms[1].Load.Workers = 500
		}, 0, 6, []WarningCode{WarnShortBlocks}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, warnings := testPlan(tt.change).Fit(tt.perAttempt)
			var codes []WarningCode
			for _, w := range warnings {
				codes = append(codes, w.Code)
			}
			if p.Rounds != tt.rounds || !slices.Equal(codes, tt.warn) {
				t.Errorf("%d rounds with warnings %v, want %d with %v", p.Rounds, codes, tt.rounds, tt.warn)
			}
		})
	}
}

// The rounds that were asked for are named also where those that are left are
// too short.
func TestFitTellsRounds(t *testing.T) {
	for rounds, want := range map[int]string{30: "in 6 rounds instead of 30 a block is shorter", 6: "in 6 rounds a block is shorter"} {
		_, warnings := testPlan(func(p *Plan) { p.Count, p.Rounds = 60, rounds }).Fit(0)
		if len(warnings) != 1 || !strings.Contains(warnings[0].Text, want) {
			t.Errorf("%d rounds: %v, want %s", rounds, warnings, want)
		}
	}
}

// More workers than a block has attempts would only prime sessions for nobody.
func TestFitWorkers(t *testing.T) {
	p, warnings := testPlan(func(p *Plan) {
		p.Count, p.Duration, p.Rounds = 7, 0, 6
		p.Arms[1].Load.Workers = 500
	}).fitWorkers()
	if p.Arms[0].Load.Workers != 1 || p.Arms[1].Load.Workers != 2 || len(warnings) != 1 || warnings[0].Code != WarnFewerWorkers {
		t.Errorf("%d and %d workers with %v, want 1 and 2 with one warning", p.Arms[0].Load.Workers, p.Arms[1].Load.Workers, warnings)
	}
	timed := testPlan(func(p *Plan) { p.Arms[1].Load.Workers = 500 })
	if p, warnings := timed.fitWorkers(); p.Arms[1].Load.Workers != 500 || len(warnings) != 0 {
		t.Error("a timed plan lost workers")
	}
}

func TestValidate(t *testing.T) {
	if err := testPlan(nil).Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	tests := map[string]func(*Plan){
		"no arm":              func(p *Plan) { p.Arms = nil },
		"0 rounds":            func(p *Plan) { p.Rounds = 0 },
		"-1 attempts":         func(p *Plan) { p.Count = -1 },
		"measured time of 0":  func(p *Plan) { p.Duration = 0 },
		"timeout of 0":        func(p *Plan) { p.Arms[0].Timeout = 0 },
		"warm-up of -1":       func(p *Plan) { p.Warmup = -1 },
		"confidence of 1":     func(p *Plan) { p.Confidence = 1 },
		"two arms":            func(p *Plan) { p.Arms[1].Name = p.Arms[0].Name },
		"0 workers":           func(p *Plan) { p.Arms[0].Load.Workers = 0 },
		"100000 workers":      func(p *Plan) { p.Arms[0].Load.Workers = 100000 },
		"262145 rounds":       func(p *Plan) { p.Rounds = MaxRounds + 1 },
		"attempts: want 1 to": func(p *Plan) { p.Count = MaxCount + 1 },
		"at most 10007h":      func(p *Plan) { p.Duration = MaxSpan + 1 },
		"0 to 10007h":         func(p *Plan) { p.Warmup = MaxSpan + 1 },
		"timeout of 10007h":   func(p *Plan) { p.Arms[0].Timeout = MaxSpan + 1 },
		"offered once": func(p *Plan) {
			p.FindMax, p.Arms[1].Session.Imported, p.Arms[1].Session.Policy = "tls.p50 < 1s", true, session.Once
		},
	}
	for want, change := range tests {
		if err := testPlan(change).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// In each group of as many rounds as there are arms, every arm stands at every
// place once; and the order follows from the seed alone.
func TestScheduleIsBalanced(t *testing.T) {
	for arms := 1; arms <= 5; arms++ {
		p := Plan{Rounds: 4 * arms, Seed: 7, Arms: make([]Arm, arms)}
		s, again := newFixedRounds(p), newFixedRounds(p)
		var done []Round
		places := map[[2]int]int{}
		for {
			spec, ok := s.Next(done)
			if !ok {
				break
			}
			if other, _ := again.Next(done); !slices.Equal(spec.Turns, other.Turns) {
				t.Errorf("the same seed gave %v and %v", spec.Turns, other.Turns)
			}
			for place, turn := range spec.Turns {
				places[[2]int{place, turn.Stream}]++
			}
			done = append(done, Round{})
			if len(done)%arms == 0 {
				for at, n := range places {
					if n != len(done)/arms {
						t.Errorf("%d arms: arm %d stood at place %d %d times in %d rounds", arms, at[1], at[0], n, len(done))
					}
				}
			}
		}
		if len(done) != p.Rounds {
			t.Errorf("%d rounds, want %d", len(done), p.Rounds)
		}
	}
}

func TestGroupsShareAllOtherCoordinates(t *testing.T) {
	p := Plan{Compare: "session"}
	for _, version := range []string{"1.2", "1.3"} {
		for _, session := range []string{"full", "resumed"} {
			p.Arms = append(p.Arms, NewArm(Coord{"tls", version}, Coord{"session", session}))
		}
	}
	var got []string
	for i := range p.Arms {
		if base, ok := p.Baseline(i); ok {
			got = append(got, p.Arms[i].Name+" against "+base.Name)
		}
	}
	want := "tls=1.2,session=resumed against tls=1.2,session=full; tls=1.3,session=resumed against tls=1.3,session=full"
	if strings.Join(got, "; ") != want {
		t.Errorf("got %s", strings.Join(got, "; "))
	}
	if groups := p.Groups(); !slices.EqualFunc(groups, [][]int{{0, 1}, {2, 3}}, slices.Equal) {
		t.Errorf("groups %v", groups)
	}
}

// What a driver begins is what a saved plan says, so that a plan that is yet to
// run can be told from it.
func TestFittedIsWhatTheDriverBegins(t *testing.T) {
	p := testPlan(func(p *Plan) {
		p.Count, p.Duration = 120, 0
		for i := range p.Arms {
			p.Arms[i].Load.Workers = 64
		}
	})
	fitted := p.Fitted()
	if fitted.Rounds != MinRounds || fitted.Arms[0].Load.Workers != 20 || p.Arms[0].Load.Workers != 64 {
		t.Errorf("%d rounds of %d workers; the plan itself has %d", fitted.Rounds, fitted.Arms[0].Load.Workers, p.Arms[0].Load.Workers)
	}
	synctest.Test(t, func(t *testing.T) {
		r := mustRun(t, t.Context(), &fakeEngine{outcome: honest(time.Millisecond, time.Millisecond)}, p)
		if r.Plan.Rounds != fitted.Rounds || r.Plan.Arms[0].Load != fitted.Arms[0].Load {
			t.Errorf("the driver ran %d rounds of %d workers", r.Plan.Rounds, r.Plan.Arms[0].Load.Workers)
		}
	})
	if again := fitted.Fitted(); !reflect.DeepEqual(again, fitted) {
		t.Error("fitting twice changes the plan")
	}
}
