package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// Noise is what comparisons find where nothing differs, on one machine and
// against one target.
type Noise struct {
	// Plan is that of one of the compared runs, without its double.
	Plan bench.Plan `json:"plan"`
	Env  bench.Env  `json:"env"`
	// Runs is how many processes it was learnt from.
	Runs   int     `json:"runs"`
	Floors []Floor `json:"floors"`
}

// Floor is the noise of one metric of one arm. Spreads are those of natural
// logarithms, or of the values themselves where the metric is a ratio.
type Floor struct {
	Arm    string     `json:"arm"`
	Metric string     `json:"metric"`
	Unit   bench.Unit `json:"unit"`
	// Round is how far the change between two like servers in one round lies
	// from that in the next.
	Round *stats.Spread `json:"round,omitempty"`
	// Pair is how far the change that a whole run finds between two like
	// servers lies from none: what Round leaves over many rounds, and what
	// the two servers' processes do not share.
	Pair *stats.Spread `json:"pair,omitempty"`
	// Run is how far the value of one run lies from that of the next, in a
	// fresh process.
	Run *stats.Spread `json:"run,omitempty"`
}

// MinNoiseRuns is the fewest runs from which noise can be told: with fewer,
// Student's t makes a floor out of ignorance.
const MinNoiseRuns = 4

// MeasureNoise learns the noise of a plan from runs of it, each in a process of
// its own, in which every arm was doubled to compare a target with itself.
func MeasureNoise(plan bench.Plan, runs []*bench.Result) (*Noise, error) {
	if len(runs) < MinNoiseRuns {
		return nil, fmt.Errorf("%w: %d runs, where the noise between them takes %d", stats.ErrTooFew, len(runs), MinNoiseRuns)
	}
	var sides [2][]*bench.Result // each run's, as if there were no other side
	planned := []*bench.Result{{Plan: plan}}
	rounds := make([]int, len(runs))
	for i, r := range runs {
		values := sidesOf(r.Plan)
		if len(values) < len(sides) {
			return nil, fmt.Errorf("run %d does not compare a target with itself", i+1)
		}
		for k, value := range values {
			side := oneSide(r, value, plan.Compare)
			if d := Differences(planned, []*bench.Result{side}); len(d) > 0 {
				return nil, fmt.Errorf("the runs are not alike: %s", d[0])
			}
			sides[k] = append(sides[k], side)
		}
		rounds[i] = r.Plan.Rounds
	}
	slices.Sort(rounds)
	n := &Noise{Plan: plan, Env: runs[0].Env, Runs: len(runs)}
	n.Plan.Rounds = rounds[len(rounds)/2] // the driver may have lowered them
	within := make([][]Comparison, len(runs))
	for i, r := range runs {
		within[i] = Within(r)
	}
	for _, arm := range n.Plan.Arms {
		for _, m := range bench.Metrics() {
			f := Floor{Arm: arm.Name, Metric: m.Name, Unit: m.Unit}
			f.Round, f.Pair = pairSpreads(runs, within, arm.Name, m)
			f.Run = runSpread(sides, func(side []*bench.Result) []float64 {
				return observations(OfRuns, side, arm.Name, m)
			})
			n.add(f)
		}
		for _, name := range savingOf() {
			m, _ := bench.MetricByName(name)
			n.add(Floor{Arm: arm.Name, Metric: Saving(name), Unit: bench.Fraction,
				Run: runSpread(sides, func(side []*bench.Result) []float64 {
					_, runs := gains(OfRuns, side, arm.Name, m)
					return runs
				})})
		}
	}
	if len(n.Floors) == 0 {
		return nil, errors.New("no run has a metric of which the noise could be told")
	}
	return n, nil
}

func (n *Noise) add(f Floor) {
	if f.Round != nil || f.Pair != nil || f.Run != nil {
		n.Floors = append(n.Floors, f)
	}
}

// Find gives the floor of a metric of an arm.
func (n *Noise) Find(arm, metric string) (Floor, bool) {
	i := slices.IndexFunc(n.Floors, func(f Floor) bool { return f.Arm == arm && f.Metric == metric })
	if i < 0 {
		return Floor{}, false
	}
	return n.Floors[i], true
}

// sidesOf are the two values of the compared dimension.
func sidesOf(p bench.Plan) []string {
	var values []string
	for _, arm := range p.Arms {
		if v := arm.Coord(p.Compare); !slices.Contains(values, v) && len(values) < 2 {
			values = append(values, v)
		}
	}
	return values
}

// oneSide gives the arms of a result that have one value of the compared
// dimension, takes that coordinate from them, and compares along another one.
func oneSide(r *bench.Result, value, dimension string) *bench.Result {
	own := *r
	own.Plan.Compare, own.Plan.Arms, own.Arms, own.Rounds = dimension, nil, nil, nil
	names := map[string]string{}
	for _, arm := range r.Plan.Arms {
		if arm.Coord(r.Plan.Compare) != value {
			continue
		}
		single := without(arm, r.Plan.Compare)
		names[arm.Name] = single.Name
		arm.Name, arm.Coords = single.Name, single.Coords
		own.Plan.Arms = append(own.Plan.Arms, arm)
	}
	for _, a := range r.Arms {
		if name, ok := names[a.Name]; ok {
			a.Name = name
			own.Arms = append(own.Arms, a)
		}
	}
	for _, round := range r.Rounds {
		kept := bench.Round{}
		for _, b := range round.Blocks {
			if name, ok := names[b.Arm]; ok {
				b.Arm = name
				kept.Blocks = append(kept.Blocks, b)
			}
		}
		own.Rounds = append(own.Rounds, kept)
	}
	return &own
}

// without names an arm by its coordinates in all other dimensions.
func without(arm bench.Arm, dimension string) bench.Arm {
	return bench.NewArm(slices.DeleteFunc(slices.Clone(arm.Coords), func(c bench.Coord) bool { return c.Dimension == dimension })...)
}

// pairSpreads tells how the change between the sides wavers, from round to
// round and from run to run.
func pairSpreads(runs []*bench.Result, within [][]Comparison, arm string, m bench.Metric) (round, pair *stats.Spread) {
	var changes []float64
	var variances float64
	pooled := stats.Spread{}
	n := 0
	for i, r := range runs {
		base, other, ok := doubles(r.Plan, arm)
		if !ok {
			continue
		}
		if s, err := stats.SpreadOf(roundChanges(m, pairs(r, m, base, other))); err == nil && m.Tail.Quantile == 0 {
			variances += s.SD * s.SD
			pooled.DF += s.DF
			n++
		}
		if c, ok := Find(within[i], other, m.Name); ok && c.Change != nil && c.invertible() {
			changes = append(changes, c.shift().Estimate)
		}
	}
	if n > 0 {
		pooled.SD = math.Sqrt(variances / float64(n))
		round = &pooled
	}
	if s, err := stats.SpreadAboutZero(changes); err == nil && len(changes) >= MinNoiseRuns {
		pair = &s
	}
	return round, pair
}

// doubles are the two arms of a doubled plan that became of one.
func doubles(p bench.Plan, arm string) (base, other string, ok bool) {
	for i, a := range p.Arms {
		b, paired := p.Baseline(i)
		if !paired {
			continue
		}
		if without(a, p.Compare).Name == arm {
			return b.Name, a.Name, true
		}
	}
	return "", "", false
}

// runSpread tells how the values of runs waver. Both sides of each run count:
// they share its luck, so they are two looks at the same spread.
func runSpread(sides [2][]*bench.Result, values func([]*bench.Result) []float64) *stats.Spread {
	base, err := stats.SpreadOf(values(sides[0]))
	if err != nil || base.DF < MinNoiseRuns-1 {
		return nil
	}
	other, err := stats.SpreadOf(values(sides[1]))
	if err != nil || other.DF < MinNoiseRuns-1 {
		return nil
	}
	pooled := base.Pool(other)
	return &pooled
}
