// Package compare says what changed between arms, with what confidence, and what
// that is worth.
//
// The unit of inference is the round: thousands of handshakes of one block
// share its luck, so they are one observation, not thousands. A change is
// therefore estimated from pairs of blocks of the same round, and "no change
// was detected" is a proper answer. The package draws no tables, so that a Go
// test can use it.
package compare

import (
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// Verdict is what a comparison found.
type Verdict string

// The verdicts, the same words in every output.
const (
	Better       Verdict = "better"
	Worse        Verdict = "worse"
	Same         Verdict = "~" // no change was detected
	Inconclusive Verdict = "inconclusive"
)

// Comparison is one metric of an arm against its baseline.
type Comparison struct {
	Arm      string          `json:"arm"`
	Baseline string          `json:"baseline"`
	Metric   string          `json:"metric"`
	Unit     bench.Unit      `json:"unit"`
	Better   bench.Direction `json:"better"`
	// BaselineValue and Value are those of all rounds together.
	BaselineValue float64 `json:"baseline_value"`
	Value         float64 `json:"value"`
	// Change is the paired estimate over rounds, as a fraction of the
	// baseline; for a metric that is itself a ratio, it is the difference. It
	// is not the ratio of the two values above.
	Change *float64 `json:"change"`
	// CI bounds the change with Confidence, which is at least the plan's.
	CI         *[2]float64 `json:"ci"`
	Confidence float64     `json:"confidence,omitempty"`
	P          *float64    `json:"p"`
	// Detectable is the decrease, as a fraction of the baseline, that four of
	// five such runs would see.
	Detectable *float64 `json:"detectable"`
	// Rounds is how many had a value for both arms.
	Rounds  int     `json:"rounds"`
	Verdict Verdict `json:"verdict"`
	// ByNoise says that the interval comes from noise that was measured
	// beforehand: there were too few rounds or runs for one of their own.
	ByNoise bool `json:"by_noise,omitempty"`
	// Allowed is by how much the metric may get worse, nil where it is not
	// gated; PAdjusted is P with all gated comparisons taken together; and
	// Regressed says that it got worse by more. See Judge.
	Allowed   *float64 `json:"allowed,omitempty"`
	PAdjusted *float64 `json:"p_adjusted,omitempty"`
	Regressed bool     `json:"regressed,omitempty"`
}

// Within compares the arms of one result with each other: along the plan's
// dimension, against the first value, inside groups that share all other
// coordinates.
func Within(r *bench.Result) []Comparison {
	var all []Comparison
	for i, arm := range r.Plan.Arms {
		base, ok := r.Plan.Baseline(i)
		if !ok {
			continue
		}
		for _, m := range bench.Metrics() {
			if m.Name == "resumed_ratio" && arm.Want != base.Want {
				continue // it differs because it was asked to
			}
			if !sameMeaning(m.Name, arm, base) {
				continue
			}
			if c, ok := pair(r, m, base.Name, arm.Name); ok {
				all = append(all, c)
			}
		}
	}
	fillTails(all, func(of tailGroup, quantiles []float64) ([]stats.Shift, int, error) {
		return pairedTails(r, of, quantiles)
	})
	return all
}

// Find gives the comparison of a metric of an arm.
func Find(all []Comparison, arm, metric string) (Comparison, bool) {
	i := slices.IndexFunc(all, func(c Comparison) bool { return c.Arm == arm && c.Metric == metric })
	if i < 0 {
		return Comparison{}, false
	}
	return all[i], true
}

// pair compares one metric of two arms, false where one of them has no value. A
// tail percentile is left to fillTails.
func pair(r *bench.Result, m bench.Metric, base, arm string) (Comparison, bool) {
	b, okBase := r.Arm(base)
	a, okArm := r.Arm(arm)
	if !okBase || !okArm {
		return Comparison{}, false
	}
	baseValue, okBase := m.Of(&b.Stats)
	value, okArm := m.Of(&a.Stats)
	if !okBase || !okArm || incomparable(m, baseValue, value) {
		return Comparison{}, false
	}
	c := Comparison{
		Arm: arm, Baseline: base, Metric: m.Name, Unit: m.Unit, Better: m.Better,
		BaselineValue: baseValue, Value: value, Verdict: Inconclusive,
	}
	if m.Tail.Quantile > 0 {
		return c, true
	}
	shift, used, err := estimate(r.Plan, m, pairs(r, m, base, arm))
	c.Rounds = used
	if err == nil {
		c.fill(shift)
	}
	return c, true
}

// incomparable values have no ratio.
func incomparable(m bench.Metric, values ...float64) bool {
	return m.Unit != bench.Fraction && slices.Min(values) <= 0
}

func (c *Comparison) verdict() Verdict {
	switch {
	case c.CI[0] <= 0 && c.CI[1] >= 0:
		return Same
	case (*c.Change < 0) == (c.Better == bench.LowerIsBetter):
		return Better
	default:
		return Worse
	}
}
