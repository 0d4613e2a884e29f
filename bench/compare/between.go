package compare

import (
	"errors"
	"fmt"
	"math"

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
}

// Observation is the unit of inference.
type Observation string

// The units. Rounds of one run share that run's luck, so where there are
// several runs a side the run is the unit.
const (
	OfRounds Observation = "round"
	OfRuns   Observation = "run"
)

// Between compares results of the same plan, made at different times. An error
// means that they cannot be compared: see Differences.
func Between(base, next []*bench.Result, confidence float64) (*Against, error) {
	if len(base) == 0 || len(next) == 0 {
		return nil, errors.New("there is nothing to compare: want at least one result on each side")
	}
	a := &Against{Unit: OfRounds, Comparisons: []Comparison{}, Doubts: doubts(base, next)}
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
	return a, nil
}

// metric compares one metric of one arm, false where a side has no value.
func (a *Against) metric(base, next []*bench.Result, arm string, m bench.Metric, confidence float64) (Comparison, bool) {
	baseValue, okBase := typical(base, arm, m)
	value, okNew := typical(next, arm, m)
	if !okBase || !okNew || incomparable(m, baseValue, value) && baseValue != value {
		return Comparison{}, false
	}
	c := Comparison{
		Arm: arm, Baseline: arm, Metric: m.Name, Unit: m.Unit, Better: m.Better,
		BaselineValue: baseValue, Value: value, Verdict: Inconclusive,
	}
	var shift stats.Shift
	var err error
	if a.Unit == OfRounds && m.Tail.Quantile > 0 {
		shift, err = a.tail(base[0], next[0], arm, m, confidence)
	} else {
		shift, err = stats.RankSum(a.observations(base, arm, m), a.observations(next, arm, m), confidence)
	}
	c.fill(m, shift, err)
	return c, true
}

// fill takes over what a test found.
func (c *Comparison) fill(m bench.Metric, shift stats.Shift, err error) {
	c.Rounds = shift.N
	if err != nil {
		return // too few, or none that can be compared
	}
	scale := math.Expm1
	if m.Unit == bench.Fraction {
		scale = func(x float64) float64 { return x }
	}
	change, detectable := scale(shift.Estimate), -scale(-shift.Detectable)
	c.Change, c.Detectable, c.P = &change, &detectable, &shift.P
	c.CI = &[2]float64{scale(shift.Interval.Low), scale(shift.Interval.High)}
	c.Confidence = shift.Interval.Confidence
	c.Verdict = verdict(*c, m)
}

// observations are one value for each unit of a side.
func (a *Against) observations(side []*bench.Result, arm string, m bench.Metric) []float64 {
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
		if a.Unit == OfRuns {
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

func (a *Against) tail(base, next *bench.Result, arm string, m bench.Metric, confidence float64) (stats.Shift, error) {
	sides := [2][][]stats.Bar{}
	for i, r := range []*bench.Result{base, next} {
		for _, b := range usable(r, m, arm) {
			found, err := bars(b, m.Tail.Phase)
			if err != nil {
				return stats.Shift{}, err
			}
			sides[i] = append(sides[i], found)
		}
	}
	return stats.UnpairedTail(sides[0], sides[1], m.Tail.Quantile, confidence, resamples, base.Plan.Seed)
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
		baseValues, baseValue := a.gains(base, arm, m)
		values, value := a.gains(next, arm, m)
		if baseValue == nil || value == nil {
			continue
		}
		c := Comparison{
			Arm: arm, Baseline: arm, Metric: Saving(name), Unit: bench.Fraction, Better: bench.HigherIsBetter,
			BaselineValue: *baseValue, Value: *value, Verdict: Inconclusive,
		}
		shift, err := stats.RankSum(baseValues, values, confidence)
		c.fill(bench.Metric{Unit: bench.Fraction, Better: bench.HigherIsBetter}, shift, err)
		all = append(all, c)
	}
	return all
}

// gains are one for each unit of a side, and the typical one: the paired
// estimate of a run, or the middle one of several; nil where there is none.
func (a *Against) gains(side []*bench.Result, arm string, m bench.Metric) (units []float64, typical *float64) {
	var runs []float64
	for _, r := range side {
		c, ok := Find(withinArm(r, arm, m), arm, m.Name)
		if !ok || c.Change == nil {
			continue
		}
		runs = append(runs, -*c.Change)
		if a.Unit == OfRuns {
			continue
		}
		for _, pair := range pairs(r, m, c.Baseline, arm) {
			if before, after, ok := pairValues(m, pair); ok {
				units = append(units, 1-after/before)
			}
		}
	}
	if a.Unit == OfRuns {
		units = runs
	}
	s, err := stats.Summarize(runs)
	if err != nil || len(runs) == 0 {
		return nil, nil
	}
	return units, &s.Median
}

// withinArm compares one metric of one arm with its baseline in the same run.
func withinArm(r *bench.Result, arm string, m bench.Metric) []Comparison {
	for i, a := range r.Plan.Arms {
		if a.Name != arm {
			continue
		}
		if base, ok := r.Plan.Baseline(i); ok {
			if c, ok := pair(r, m, base.Name, arm, &decoded{}); ok {
				return []Comparison{c}
			}
		}
	}
	return nil
}
