package report

import (
	"strconv"

	"tlsbench/bench"
)

// inRound is a metric's value in one block.
func inRound(m bench.Metric, b *bench.Block) (float64, bool) {
	if m.OfRound != nil {
		return m.OfRound(&b.Stats)
	}
	return m.Of(&b.Stats)
}

// dimensions are those of all arms, in the plan's order.
func dimensions(p bench.Plan) []string {
	var all []string
	seen := map[string]bool{}
	for _, arm := range p.Arms {
		for _, c := range arm.Coords {
			if !seen[c.Dimension] {
				seen[c.Dimension] = true
				all = append(all, c.Dimension)
			}
		}
	}
	return all
}

// number writes all of a value for programs.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
