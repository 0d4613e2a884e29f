package compare

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// Against is how results compare with earlier ones.
type Against struct {
	// Base and New say where the results came from.
	Base []string `json:"base"`
	New  []string `json:"new"`
	// Unit is what was compared: rounds of one run a side, or runs.
	Unit Observation `json:"unit"`
	// Comparisons have, for each arm, the metrics of both sides; Arm and
	// Baseline are the same name.
	Comparisons []Comparison `json:"comparisons"`
	// Doubts are differences between the sides that may explain a change, and
	// what makes the comparison weak.
	Doubts []string `json:"doubts"`

	lacking []lack
}

// lack is a metric that cannot be compared, and why.
type lack struct{ metric, why string }

// Observation is the unit of inference.
type Observation string

// The units. Rounds of one run share that run's luck, so where there are
// several runs a side the run is the unit.
const (
	OfRounds Observation = "round"
	OfRuns   Observation = "run"
)

// Between compares results of the same plan, made at different times. Where
// noise is given, the noise of that plan, it tells what a single run a side
// cannot show of itself; nil is for none. An error means that the results cannot
// be compared, and is a Clash where it is about some of them: see Differences.
func Between(base, next []*bench.Result, noise *Noise, confidence float64) (*Against, error) {
	if err := Comparable(base, next); err != nil {
		return nil, err
	}
	if stats.FewestRankSum(confidence) == 0 {
		return nil, fmt.Errorf("a confidence of %v: want 0.5 to 0.9999", confidence)
	}
	a := &Against{Unit: OfRounds, Comparisons: []Comparison{}, Doubts: doubts(base, next, noise != nil)}
	if len(base) > 1 || len(next) > 1 {
		a.Unit = OfRuns
	}
	for _, arm := range base[0].Plan.Arms {
		for _, m := range bench.Metrics() {
			if c, ok := a.metric(base, next, arm.Name, m, confidence); ok {
				a.Comparisons = append(a.Comparisons, c)
			}
		}
		a.Comparisons = append(a.Comparisons, a.savings(base, next, arm.Name, confidence)...)
	}
	if a.Unit == OfRounds {
		fillTails(a.Comparisons, func(of tailGroup, quantiles []float64) ([]stats.Shift, int, error) {
			return unpairedTails(base[0], next[0], of, quantiles, confidence)
		})
	}
	if a.Unit == OfRounds {
		p := paceBetween(base[0], next[0])
		for i := range a.Comparisons {
			p.allow(&a.Comparisons[i], base[0])
		}
		if text := p.doubt(); text != "" {
			a.Doubts = append(a.Doubts, text)
		}
	}
	if noise != nil {
		noise.apply(a, base, next, confidence)
	}
	for _, l := range a.lacking {
		a.Doubts = append(a.Doubts, l.why)
	}
	return a, nil
}

// Comparable says why Between cannot compare results at all.
func Comparable(base, next []*bench.Result) error {
	if len(base) == 0 || len(next) == 0 {
		return errors.New("there is nothing to compare: want at least one result on each side")
	}
	if err := distinct(slices.Concat(base, next)); err != nil && len(base)+len(next) > 2 {
		return err
	}
	if slices.ContainsFunc(slices.Concat(base, next), func(r *bench.Result) bool { return r.Plan.FindMax != "" }) {
		return errors.New("a search runs at many rates, and its figures are of all of them: compare runs at one rate (-r)")
	}
	for _, arm := range base[0].Plan.Arms {
		if slices.ContainsFunc(next, func(r *bench.Result) bool { _, ok := r.Plan.Arm(arm.Name); return ok }) {
			return nil
		}
	}
	return errors.New("there is nothing to compare: the results have no arm in common")
}

// distinct refuses a run that is there twice, as a Clash: it would pass for
// several.
func distinct(all []*bench.Result) error {
	for i, r := range all {
		for _, o := range r.Origins() {
			same := func(b bench.Origin) bool { return b.Started.Equal(o.Started) && b.Seed == o.Seed }
			for j, before := range all[:i] {
				if !o.Started.IsZero() && slices.ContainsFunc(before.Origins(), same) {
					return &Clash{parts: []clashPart{{[]int{j, i}, " and ",
						fmt.Sprintf(" hold the same run, that of %s with seed %d: give each run once", o.Started.Format(time.RFC3339), o.Seed)}}}
				}
			}
		}
	}
	return nil
}

// Untold says which gated metrics could not be compared, and why.
func (a *Against) Untold(allowance Allowance) []string {
	var all []string
	for _, l := range a.lacking {
		if _, gated := allowance.Of(l.metric); gated {
			all = append(all, l.why)
		}
	}
	return all
}

// always are gated metrics that every run has whose handshakes succeed and are
// not too few.
func always() []string { return []string{"tls.p50", "total.p50"} }

func (a *Against) lacks(metric, format string, args ...any) {
	a.lacking = append(a.lacking, lack{metric, fmt.Sprintf(format, args...)})
}

// Judge is the function of that name, and doubts where it is blind.
func (a *Against) Judge(allowed Allowance, confidence float64) {
	if blind := Judge(a.Comparisons, allowed, confidence); blind != "" {
		a.Doubts = append(a.Doubts, blind+"; more of them, or noise measured beforehand (--noise), settle that")
	}
}

// metric compares one metric of one arm, false where a side has no value. A tail
// percentile of rounds is left to fillTails.
func (a *Against) metric(base, next []*bench.Result, arm string, m bench.Metric, confidence float64) (Comparison, bool) {
	baseValue, okBase := typical(base, arm, m)
	value, okNew := typical(next, arm, m)
	switch {
	case !okBase && !okNew:
		if slices.Contains(always(), m.Name) {
			a.lacks(m.Name, "%s of %s was measured on neither side", m.Name, arm)
		}
		return Comparison{}, false
	case !okBase || !okNew:
		side := "new"
		if okBase {
			side = "base"
		}
		a.lacks(m.Name, "%s of %s was measured on one side only (%s)", m.Name, arm, side)
		return Comparison{}, false
	case incomparable(m, baseValue, value):
		if baseValue != value {
			a.lacks(m.Name, "%s of %s: %v, and %v, which have no ratio", m.Name, arm, baseValue, value)
		}
		return Comparison{}, false
	}
	c := Comparison{
		Arm: arm, Baseline: arm, Metric: m.Name, Unit: m.Unit, Better: m.Better,
		BaselineValue: baseValue, Value: value, Verdict: Inconclusive,
	}
	if a.Unit == OfRounds && m.Tail.Quantile > 0 {
		return c, true
	}
	c.rankSum(observations(a.Unit, base, arm, m), observations(a.Unit, next, arm, m), confidence)
	return c, true
}

// rankSum compares values that nothing pairs.
func (c *Comparison) rankSum(base, next []float64, confidence float64) {
	shift, err := stats.RankSum(base, next, confidence)
	if err != nil {
		return // too few, or none that can be compared
	}
	c.Rounds = shift.N
	c.fill(shift)
}

// fill takes over what a test found.
func (c *Comparison) fill(shift stats.Shift) {
	scale := math.Expm1
	if c.Unit == bench.Fraction {
		scale = func(x float64) float64 { return x }
	}
	change, detectable := scale(shift.Estimate), -scale(-shift.Detectable)
	low, high := scale(shift.Interval.Low), scale(shift.Interval.High)
	if math.IsInf(high, 0) || math.IsInf(low, 0) {
		// Noise beyond any figure.
		c.Change, c.Detectable, c.P, c.CI, c.Confidence, c.Verdict = nil, nil, nil, nil, 0, Inconclusive
		return
	}
	c.Change, c.Detectable, c.P = &change, &detectable, &shift.P
	c.CI = &[2]float64{low, high}
	c.Confidence = shift.Interval.Confidence
	c.Verdict = c.verdict()
}

// observations are one value for each unit of a side.
func observations(unit Observation, side []*bench.Result, arm string, m bench.Metric) []float64 {
	var all []float64
	add := func(v float64, ok bool) {
		switch {
		case !ok:
		case m.Unit == bench.Fraction:
			all = append(all, v)
		case v > 0:
			all = append(all, math.Log(v))
		}
	}
	for _, r := range side {
		if unit == OfRuns {
			if s, ok := r.Arm(arm); ok && !(m.Clocked && s.Mixed) {
				add(m.Of(&s.Stats))
			}
			continue
		}
		of := m.OfRound
		if of == nil {
			of = m.Of
		}
		for _, b := range usable(r, m, arm) {
			add(of(&b.Stats))
		}
	}
	return all
}

// usable are an arm's blocks that ran their planned length and whose clocks do
// not speak of a mixture.
func usable(r *bench.Result, m bench.Metric, arm string) []*bench.Block {
	var all []*bench.Block
	for i := range r.Rounds {
		b, ok := r.Rounds[i].Block(arm)
		if ok && !b.Cut && !(m.Clocked && b.Mixed) {
			all = append(all, b)
		}
	}
	return all
}

// typical is a side's value: that of its run, or the middle one of several.
func typical(side []*bench.Result, arm string, m bench.Metric) (float64, bool) {
	var all []float64
	for _, r := range side {
		if s, ok := r.Arm(arm); ok {
			if v, ok := m.Of(&s.Stats); ok {
				all = append(all, v)
			}
		}
	}
	s, err := stats.Summarize(all)
	return s.Median, err == nil && len(all) > 0
}
