package compare

import (
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// climb searches one stream's highest rate, several times. Each time it goes up,
// or down, in steps until one rate was held and a higher one was not, and then
// halves what lies between them. The first time its steps are wide; after that
// it begins at what was found before. Every search asks anew at every rate, so
// that the spread of what they find shows how sure it is.
type climb struct {
	times  int
	lowest float64 // that is tried

	rate       float64 // the next one to try
	held, lost float64 // 0 where there is none yet
	factor     float64 // of the steps

	found  []float64
	blocks int
	limits []step // what ended each search at the rate above
	ended  Limit  // why no more is tried
	why    string // of what ended it, or the running search
	tried  int    // in this search
}

const (
	firstFactor = 2.0
	laterFactor = 1.2
	// closeEnough is how far apart the rates are between which the highest lies
	// at the end of a search.
	closeEnough = 1.05
	// mostTried bounds a search that noise leads astray.
	mostTried = 40
	// deepest is how far below its start a search goes: lower rates take long.
	deepest = 16
)

func newClimb(from float64, times int) *climb {
	return &climb{times: times, lowest: from / deepest, rate: from, factor: firstFactor}
}

// next is the rate to try, false when the searches are over.
func (c *climb) next() (float64, bool) {
	if c.ended != noLimit || len(c.found) >= c.times {
		return 0, false
	}
	return c.rate, true
}

// take takes in how the rate fared.
func (c *climb) take(s step) {
	c.blocks++
	c.tried++
	if s.limit == noLimit {
		c.held = max(c.held, s.rate)
	} else if c.lost == 0 || s.rate < c.lost {
		c.lost = s.rate
		c.why = s.why
		c.note(s)
	}
	if c.held >= c.lost && c.lost > 0 {
		// Noise: the rate was held after a lower one was not. Above it counts.
		c.lost = 0
	}
	switch {
	case s.limit == LimitFew:
		c.end(s.limit, s.why) // a lower rate has fewer still
	case c.held > 0 && c.lost > 0 && (c.lost/c.held <= closeEnough || c.tried >= mostTried):
		c.finish()
	case c.tried >= mostTried:
		c.end(LimitRate, "the rates that were held do not follow from each other")
	case c.lost == 0:
		if c.rate = s.rate * c.factor; c.rate > bench.MaxRate {
			c.end(LimitRate, "the highest rate that is tried was held")
		}
	case c.held == 0:
		if c.rate = c.lost / c.factor; c.rate < c.lowest {
			c.end(s.limit, s.why)
		}
	default:
		c.rate = math.Sqrt(c.held * c.lost)
	}
}

// note remembers what ended the running search at the rate above.
func (c *climb) note(s step) {
	for len(c.limits) <= len(c.found) {
		c.limits = append(c.limits, step{})
	}
	c.limits[len(c.found)] = s
}

func (c *climb) end(l Limit, why string) { c.ended, c.why = l, why }

// finish ends a search, and begins the next one near what all have found.
func (c *climb) finish() {
	c.found = append(c.found, math.Sqrt(c.held*c.lost))
	sorted := slices.Sorted(slices.Values(c.found))
	c.rate = sorted[len(sorted)/2]
	c.held, c.lost, c.factor, c.tried = 0, 0, laterFactor, 0
}

// result is what the searches found.
func (c *climb) result(confidence float64) MaxRate {
	m := MaxRate{Searches: len(c.found), Blocks: c.blocks, Limit: c.ended, Why: c.why, Found: slices.Clone(c.found)}
	counts := map[Limit]int{}
	for i, s := range c.limits {
		if i < len(c.found) {
			counts[s.limit]++
		}
		if i < len(c.found) || len(c.found) == 0 {
			m.CoresShared = m.CoresShared || s.shared
		}
	}
	for _, s := range c.limits {
		if counts[s.limit] > counts[m.Limit] {
			m.Limit, m.Why = s.limit, s.why
		}
	}
	m.ClientBound = counts[LimitClient] > 0 || m.Limit == LimitClient
	logs := make([]float64, len(c.found))
	for i, rate := range c.found {
		logs[i] = math.Log(rate)
	}
	estimate, ci, level, ok := centre(logs, confidence)
	if !ok {
		return m
	}
	rate := math.Exp(estimate)
	m.Rate = &rate
	if ci != nil {
		m.CI, m.Confidence = &[2]float64{math.Exp(ci[0]), math.Exp(ci[1])}, level
	}
	return m
}

// centre is the Hodges-Lehmann estimate of values and its interval, which is nil
// where they are too few for one.
func centre(values []float64, confidence float64) (estimate float64, ci *[2]float64, level float64, ok bool) {
	if len(values) == 0 {
		return 0, nil, 0, false
	}
	shift, err := stats.SignedRank(values, confidence)
	if err != nil || len(values) < bench.MinRounds {
		s, err := stats.Summarize(values)
		return s.Median, nil, 0, err == nil
	}
	return shift.Estimate, &[2]float64{shift.Interval.Low, shift.Interval.High}, shift.Interval.Confidence, true
}
