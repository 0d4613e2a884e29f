package compare

import (
	"math"

	"tlsbench/bench"
)

// ByRound gives the change of a metric from the baseline to the arm in each round
// of the result: the log ratio, or the difference where the metric is itself a
// ratio. It is NaN in a round that a comparison leaves out.
func ByRound(r *bench.Result, m bench.Metric, base, arm string) []float64 {
	all := make([]float64, len(r.Rounds))
	for i := range all {
		all[i] = math.NaN()
		one := &bench.Result{Rounds: r.Rounds[i : i+1]}
		if changes := roundChanges(m, pairs(one, m, base, arm)); len(changes) > 0 {
			all[i] = changes[0]
		}
	}
	return all
}
