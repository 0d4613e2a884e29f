package compare

import (
	"fmt"
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// Judge marks the regressions among comparisons. A metric that got worse is
// one only where all three hold: the change is significant with all gated
// comparisons taken together (Holm), its estimate exceeds what is allowed, and
// its interval excludes what is allowed. Identical code has failed builds on
// each of these alone.
//
// With so few rounds or runs that no p could pass the correction, what looks
// quiet would only be blind: all that is gated is then inconclusive, and the
// text says how many it takes. It is "" otherwise.
func Judge(all []Comparison, a Allowance, confidence float64) (blind string) {
	var gated []int
	var ps []float64
	for i := range all {
		c := &all[i]
		c.Allowed, c.PAdjusted, c.Regressed = nil, nil, false
		share, ok := a.Of(c.Metric)
		if !ok {
			continue
		}
		c.Allowed = &share
		p := math.NaN() // nothing could be told: it takes no part
		if c.P != nil {
			p = *c.P
		}
		gated, ps = append(gated, i), append(ps, p)
	}
	if fewest := tooFew(all, gated, confidence); fewest > 0 {
		for _, i := range gated {
			all[i].Verdict = Inconclusive
		}
		blind = fmt.Sprintf("%d gated comparisons taken together can show no change at %.0f %% with fewer than %d rounds, or runs a side: what is gated is inconclusive",
			len(gated), 100*confidence, fewest)
	}
	for k, p := range stats.Holm(ps) {
		c := &all[gated[k]]
		if math.IsNaN(p) {
			continue
		}
		c.PAdjusted = &p
		worse, least := c.worsening()
		c.Regressed = p <= 1-confidence && worse > *c.Allowed && least > *c.Allowed
	}
	return blind
}

// tooFew gives the number of rounds or runs that it takes until one comparison
// could be significant among all that are gated, 0 where there are enough. Those
// of which nothing is told do not count, as with Holm.
func tooFew(all []Comparison, gated []int, confidence float64) int {
	told := slices.DeleteFunc(slices.Clone(gated), func(i int) bool { return all[i].P == nil })
	if len(told) == 0 && len(gated) > 0 {
		if c := all[gated[0]]; c.Arm != c.Baseline {
			return stats.FewestSignedRank(confidence)
		}
		return stats.FewestRankSum(confidence)
	}
	together := shared(confidence, len(told))
	fewest := 0
	for _, i := range told {
		c := all[i]
		fewest = stats.FewestSignedRank(together)
		if c.Arm == c.Baseline { // not paired
			fewest = stats.FewestRankSum(together)
		}
		if c.ByNoise || c.Rounds >= fewest {
			return 0
		}
	}
	return fewest
}

// FewestRounds is how many rounds it takes until one of a plan's gated
// comparisons could be significant among all: those of arms with each other in
// one run. It is 0 where nothing is gated.
func (a Allowance) FewestRounds(p bench.Plan) int {
	gated := 0
	for i := range p.Arms {
		if _, compared := p.Baseline(i); !compared {
			continue
		}
		for _, m := range bench.Metrics() {
			if _, ok := a.Of(m.Name); ok {
				gated++
			}
		}
	}
	if gated == 0 {
		return 0
	}
	return stats.FewestSignedRank(shared(p.Confidence, gated))
}

// shared is the confidence that each of so many comparisons needs so that all
// have the wanted one together, as far as the tests can tell one.
func shared(confidence float64, among int) float64 {
	return min(1-(1-confidence)/float64(max(1, among)), 0.9999)
}

// worsening is by how much a metric got worse, and by how much at least: the
// end of its interval on the better side.
func (c Comparison) worsening() (estimate, least float64) {
	if c.Better == bench.HigherIsBetter {
		return -*c.Change, -c.CI[1]
	}
	return *c.Change, c.CI[0]
}

// most is by how much a metric may have got worse: the end of its interval on
// the worse side.
func (c Comparison) most() float64 {
	switch {
	case c.CI == nil:
		return 0
	case c.Better == bench.HigherIsBetter:
		return -c.CI[0]
	default:
		return c.CI[1]
	}
}

// Regressions are the comparisons that Judge marked.
func Regressions(all []Comparison) []Comparison {
	var found []Comparison
	for _, c := range all {
		if c.Regressed {
			found = append(found, c)
		}
	}
	return found
}

// String tells the change in words.
func (c Comparison) String() string {
	if c.Change == nil {
		return fmt.Sprintf("%s of %s: %s", c.Metric, c.Arm, c.Verdict)
	}
	unit := "%"
	if c.Unit == bench.Fraction {
		unit = " points"
	}
	text := fmt.Sprintf("%s of %s changed by %+.1f%s (%.0f %% CI %+.1f to %+.1f)",
		c.Metric, c.Arm, 100**c.Change, unit, 100*c.Confidence, 100*c.CI[0], 100*c.CI[1])
	if c.Allowed != nil {
		text += fmt.Sprintf(", allowed are %.1f%s", 100**c.Allowed, unit)
	}
	return text
}
