package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// runs gives a comparison between results the noise that one run does not show
// of itself. Where its rounds or runs were too few for an interval of their
// own, that of the noise takes its place.
//
// base and next have the value of each run.
func (n *Noise) runs(arm, metric string, unit Observation, shift stats.Shift, err error, confidence float64, base, next []float64) (_ stats.Shift, byNoise bool, _ error) {
	f, ok := n.Find(arm, metric)
	switch {
	case !ok || f.Run == nil:
		return shift, false, err
	case err == nil && unit == OfRuns:
		return shift, false, nil // their own noise is in it
	case err == nil:
		return f.Run.OfDifference(1, 1).Widen(shift, confidence), false, nil
	case errors.Is(err, stats.ErrTooFew):
		shift, err = f.Run.Shift(base, next, confidence)
		return shift, err == nil, err
	default:
		return shift, false, err
	}
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
		m, known := bench.MetricByName(c.Metric)
		if !ok || !known || f.Pair == nil {
			continue
		}
		if shift := c.shift(); !math.IsInf(shift.Interval.Low, 0) {
			c.fill(m, f.Pair.Widen(shift, p.Confidence), nil)
		}
	}
}

// shift is what the comparison was filled with.
func (c Comparison) shift() stats.Shift {
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
		texts := environments("the noise's environment", n.Env, r.Env)
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
	return fmt.Sprintf("%d rounds, %v per arm", p.Rounds, p.Duration)
}
