package compare

import (
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// savingOf are the metrics of which the gain is compared: it is what survives a
// change of machine.
func savingOf() []string { return []string{"tls.p50", "total.p50", "client_cpu", "server_cpu"} }

// Saving names the gain in a metric.
func Saving(metric string) string { return fmt.Sprintf("saving(%s)", metric) }

// savings compares what an arm saves against its own baseline, inside each run.
func (a *Against) savings(base, next []*bench.Result, arm string, confidence float64) []Comparison {
	var all []Comparison
	for _, name := range savingOf() {
		m, ok := bench.MetricByName(name)
		if !ok {
			continue
		}
		baseValues, baseRuns := gains(a.Unit, base, arm, m)
		values, runs := gains(a.Unit, next, arm, m)
		baseValue, value := middle(baseRuns), middle(runs)
		if baseValue == nil || value == nil {
			continue
		}
		c := Comparison{
			Arm: arm, Baseline: arm, Metric: Saving(name), Unit: bench.Fraction, Better: bench.HigherIsBetter,
			BaselineValue: *baseValue, Value: *value, Verdict: Inconclusive,
		}
		c.rankSum(baseValues, values, confidence)
		all = append(all, c)
	}
	return all
}

// gains are one for each unit of a side, and one for each run: the paired
// estimate.
func gains(unit Observation, side []*bench.Result, arm string, m bench.Metric) (units, runs []float64) {
	for _, r := range side {
		c, ok := Find(withinArm(r, arm, m), arm, m.Name)
		if !ok || c.Change == nil {
			continue
		}
		runs = append(runs, -*c.Change)
		if unit == OfRuns {
			continue
		}
		for _, pair := range pairs(r, m, c.Baseline, arm) {
			if before, after, ok := pairValues(m, pair); ok {
				units = append(units, 1-after/before)
			}
		}
	}
	if unit == OfRuns {
		units = runs
	}
	return units, runs
}

// middle is the median, nil where there is nothing.
func middle(values []float64) *float64 {
	s, err := stats.Summarize(values)
	if err != nil {
		return nil
	}
	return &s.Median
}

// withinArm compares one metric of one arm with its baseline in the same run.
func withinArm(r *bench.Result, arm string, m bench.Metric) []Comparison {
	for i, a := range r.Plan.Arms {
		if a.Name != arm {
			continue
		}
		if base, ok := r.Plan.Baseline(i); ok {
			if c, ok := pair(r, m, base.Name, arm); ok {
				return []Comparison{c}
			}
		}
	}
	return nil
}
