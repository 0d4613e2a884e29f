package compare

import (
	"math"

	"tlsbench/bench"
)

// RoundChange is the change of a metric in one round, as a fraction; for a
// metric that is itself a ratio, it is the difference.
type RoundChange struct {
	Round  int // from 1
	Change float64
}

// ByRound gives the changes of which a Comparison is the estimate: those of the
// rounds in which both arms have a value that can be compared.
func ByRound(r *bench.Result, m bench.Metric, base, arm string) []RoundChange {
	var all []RoundChange
	for i, round := range r.Rounds {
		one := bench.Result{Rounds: []bench.Round{round}}
		for _, change := range roundChanges(m, pairs(&one, m, base, arm)) {
			if m.Unit != bench.Fraction {
				change = math.Expm1(change)
			}
			all = append(all, RoundChange{i + 1, change})
		}
	}
	return all
}
