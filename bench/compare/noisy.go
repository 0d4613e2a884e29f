package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// apply gives comparisons between results the noise that one run does not show
// of itself. Where the rounds or runs were too few for an interval of their
// own, that of the noise takes its place.
func (n *Noise) apply(a *Against, base, next []*bench.Result, confidence float64) {
	a.Doubts = append(a.Doubts, n.doubts(slices.Concat(base, next))...)
	for i := range a.Comparisons {
		c := &a.Comparisons[i]
		f, ok := n.Find(c.Arm, c.Metric)
		switch {
		case !ok || f.Run == nil:
		case c.Change == nil:
			before, after := runValues(base, c), runValues(next, c)
			shift, err := f.Run.Shift(before, after, confidence)
			if err != nil {
				continue // a side has no value
			}
			c.Rounds, c.ByNoise = shift.N, true
			c.fill(shift)
		case a.Unit == OfRounds && c.invertible(): // the noise of several runs is in them
			c.fill(f.Run.OfDifference(1, 1).Widen(c.shift(), confidence))
		}
	}
	if a.Unit == OfRounds {
		a.Doubts = append(a.Doubts, n.unknown(a.Comparisons)...)
	}
}

// runValues are those of a comparison's metric, one for each run of a side.
func runValues(side []*bench.Result, c *Comparison) []float64 {
	if m, ok := bench.MetricByName(c.Metric); ok {
		return observations(OfRuns, side, c.Arm, m)
	}
	for _, name := range savingOf() {
		if m, _ := bench.MetricByName(name); Saving(name) == c.Metric {
			_, runs := gains(OfRuns, side, c.Arm, m)
			return runs
		}
	}
	return nil
}

// Widen gives comparisons of two targets in one run, which the plan doubled its
// arms for, the noise that their rounds do not show: that of two processes that
// are alike.
func (n *Noise) Widen(all []Comparison, p bench.Plan) {
	for i := range all {
		c := &all[i]
		arm, ok := p.Arm(c.Arm)
		if !ok || c.Change == nil {
			continue
		}
		f, ok := n.Find(without(arm, p.Compare).Name, c.Metric)
		if ok && f.Pair != nil && c.invertible() {
			c.fill(f.Pair.Widen(c.shift(), p.Confidence))
		}
	}
}

// invertible reports whether shift finds what the comparison was filled with:
// a metric that vanished has no logarithm.
func (c *Comparison) invertible() bool { return c.Unit == bench.Fraction || c.CI[0] > -1 }

// shift is what the comparison was filled with.
func (c *Comparison) shift() stats.Shift {
	scale := math.Log1p
	if c.Unit == bench.Fraction {
		scale = func(x float64) float64 { return x }
	}
	return stats.Shift{
		N: c.Rounds, Estimate: scale(*c.Change), P: *c.P, Detectable: -scale(-*c.Detectable),
		Interval: stats.Interval{Low: scale(c.CI[0]), High: scale(c.CI[1]), Confidence: c.Confidence},
	}
}

// Differences says by field why results, which may be of doubled arms, are not
// of the experiment whose noise this is.
func (n *Noise) Differences(all []*bench.Result) []string {
	var own []*bench.Result
	for _, r := range all {
		if sides := sidesOf(r.Plan); r.Plan.Compare != n.Plan.Compare && len(sides) == 2 {
			for _, value := range sides {
				own = append(own, oneSide(r, value, n.Plan.Compare))
			}
			continue
		}
		own = append(own, r)
	}
	return Differences([]*bench.Result{{Plan: n.Plan}}, own)
}

// doubts names what may make the noise another one than it was.
func (n *Noise) doubts(all []*bench.Result) []string {
	var found []string
	for _, r := range all {
		texts := unequal("the noise's environment", n.Env, r.Env)
		for i, arm := range n.Plan.Arms {
			if i < len(r.Plan.Arms) && len(r.Plan.Arms) == len(n.Plan.Arms) && r.Plan.Arms[i].Target.URL != arm.Target.URL {
				texts = append(texts, fmt.Sprintf("the noise is that of another target: %s, and %s", arm.Target.URL, r.Plan.Arms[i].Target.URL))
			}
		}
		if n.Plan.Rounds != r.Plan.Rounds || n.Plan.Duration != r.Plan.Duration || n.Plan.Count != r.Plan.Count {
			texts = append(texts, fmt.Sprintf("the noise is that of runs of another length: %s, and %s", length(n.Plan), length(r.Plan)))
		}
		for _, text := range texts {
			if !slices.Contains(found, text) {
				found = append(found, text)
			}
		}
	}
	return found
}

// unknown names the metrics for which there is no noise between runs, so that
// their rounds alone speak.
func (n *Noise) unknown(all []Comparison) []string {
	var names []string
	for _, c := range all {
		if f, ok := n.Find(c.Arm, c.Metric); (!ok || f.Run == nil) && !slices.Contains(names, c.Metric) {
			names = append(names, c.Metric)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the noise between runs is not known of %s: what the two runs do not share passes for a change there", strings.Join(names, ", "))}
}

func length(p bench.Plan) string {
	if p.Count > 0 {
		return fmt.Sprintf("%d rounds, %d attempts per arm", p.Rounds, p.Count)
	}
	if p.Duration == 0 { // storms
		return fmt.Sprintf("%d rounds", p.Rounds)
	}
	return fmt.Sprintf("%d rounds, %v per arm", p.Rounds, p.Duration)
}
