package compare

import (
	"fmt"
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// evaluation reads a result for one condition.
type evaluation struct {
	result   *bench.Result
	within   []Comparison
	places   map[*operand]place
	readings []reading
	missing  []string // what is not known, and what to do
	few      string   // why the condition must not pass
}

// reading is the value of an operand.
type reading struct {
	of    *operand
	label string // of its arm
	value float64
	total int64 // what a count is out of
	// interval is that of a saving, nil where it has none, at that confidence.
	interval   *[2]float64
	confidence float64
}

func (r reading) text(digits int) string {
	text := show(r.value, r.of.unit(), digits)
	if what := r.of.what; what.counts != nil {
		text = fmt.Sprintf("%s of %d %s", text, r.total, what.others)
	}
	if r.label != "" {
		text += " (" + r.label + ")"
	}
	if r.interval != nil {
		text += fmt.Sprintf(", %.0f %% interval %s to %s", 100*r.confidence,
			show(r.interval[0], bench.Fraction, digits), show(r.interval[1], bench.Fraction, digits))
	}
	return text
}

func (e *evaluation) miss(format string, args ...any) float64 {
	if text := fmt.Sprintf(format, args...); !slices.Contains(e.missing, text) {
		e.missing = append(e.missing, text)
	}
	return math.NaN()
}

// eval reads the operand.
func (o *operand) eval(e *evaluation) float64 {
	at := e.places[o]
	r := reading{of: o, label: at.label}
	switch {
	case o.saving:
		c, why := e.saving(o, at)
		if why != "" {
			return e.miss("%s is not known: %s", o, why)
		}
		r.value, r.interval, r.confidence = negated(*c.Change), c.CI, c.Confidence
		if c.CI != nil {
			r.interval = &[2]float64{negated(c.CI[1]), negated(c.CI[0])}
		}
		if c.Better == bench.HigherIsBetter {
			r.value, r.interval = *c.Change, c.CI
		}
	case o.what.counts != nil:
		for _, arm := range at.arms {
			if a, ok := e.result.Arm(arm.Name); ok {
				n, of := o.what.counts(arm.Want, &a.Stats)
				r.value, r.total = r.value+float64(n), r.total+of
			}
		}
	default:
		v, why := e.metric(o.what, at.arms[0])
		if why != "" {
			return e.miss("%s is not known: %s", o, why)
		}
		r.value = v
	}
	e.readings = append(e.readings, r)
	for _, arm := range at.arms {
		e.enough(o, arm)
	}
	if o.saving {
		e.enough(o, at.base)
	}
	return r.value
}

// enough notes where the operand rests on too little to pass.
func (e *evaluation) enough(o *operand, arm bench.Arm) {
	if e.few != "" {
		return
	}
	a, ok := e.result.Arm(arm.Name)
	if !ok {
		e.few = label(e.result.Plan, arm) + " was not run"
		return
	}
	n, what := o.what.seen(arm.Want, &a.Stats)
	if n >= fewest {
		return
	}
	e.few = fmt.Sprintf("%s has %d %s, and a check takes %d to pass", label(e.result.Plan, arm), n, what, fewest)
	if a.Attempts < fewest {
		e.few += ": " + e.longer()
	}
}

// longer is how to get more data.
func (e *evaluation) longer() string {
	if e.result.Plan.FindMax != "" {
		return "begin at a higher rate (-r), or ask for a lower percentile"
	}
	if e.result.Plan.Count > 0 {
		return "raise -n"
	}
	return "raise -d"
}

// metric reads a metric of an arm, or says why it is not known.
func (e *evaluation) metric(q quantity, arm bench.Arm) (v float64, why string) {
	a, ok := e.result.Arm(arm.Name)
	mixed := ok && q.Clocked && a.Mixed
	if ok && !mixed {
		if v, ok := q.Of(&a.Stats); ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, ""
		}
	}
	name := label(e.result.Plan, arm) // which takes long where there are many
	switch {
	case !ok:
		return 0, name + " was not run"
	case mixed && arm.Load.Share > 0:
		return 0, "the arms came mixed in one stream, so it is of the mixture"
	case mixed:
		return 0, fmt.Sprintf("more than 1 %% of the attempts of %s failed or fell back, so it is of a mixture", name)
	case a.Attempts == 0:
		return 0, name + " made no attempt"
	case a.Completed() == 0:
		return 0, "not one handshake of " + name + " succeeded"
	case q.stat != "":
		return 0, e.noSuchStat(q, arm, a)
	case q.Name == "server_cpu":
		return 0, e.noClock("server", e.result.Clocks.Server, "give --server-pid, --server-cgroup or --server-cpu-cmd")
	case q.Name == "client_cpu":
		return 0, e.noClock("client", e.result.Clocks.Client, "this system has no clock for it")
	case a.Wanted(arm.Want) == 0:
		return 0, noneWanted(name)
	}
	return 0, name + " has no value"
}

func noneWanted(name string) string { return "no handshake of " + name + " was of the wanted kind" }

func (e *evaluation) noSuchStat(q quantity, arm bench.Arm, a *bench.ArmResult) string {
	name, n := label(e.result.Plan, arm), a.Phases[q.phase].Count
	if n == 0 && a.Wanted(arm.Want) == 0 {
		return noneWanted(name)
	}
	for _, quantile := range hist.Quantiles() {
		if quantile.Name == q.stat && n > 0 {
			return fmt.Sprintf("%s takes %d handshakes of the wanted kind, and %s has %d: %s", q.stat, samplesFor(quantile.Q), name, n, e.longer())
		}
	}
	return fmt.Sprintf("%s has no sample of phase %s", name, q.phase)
}

// samplesFor is how many samples a percentile takes.
func samplesFor(q float64) int64 {
	n := int64(1)
	for !hist.Supported(q, n) {
		n++
	}
	return n
}

func (e *evaluation) noClock(whose, clock, advice string) string {
	if clock == "" {
		return fmt.Sprintf("the CPU of the %s was not measured: %s", whose, advice)
	}
	return fmt.Sprintf("the clock of the %s (%s) did not move, or could not be read: %s", whose, clock, e.longer())
}

// saving finds the comparison that an operand is about, or says why it is not
// known.
func (e *evaluation) saving(o *operand, at place) (c Comparison, why string) {
	for _, arm := range []bench.Arm{at.arms[0], at.base} {
		if a, ok := e.result.Arm(arm.Name); ok {
			if _, ok := o.what.Of(&a.Stats); ok {
				continue
			}
		}
		_, why := e.metric(o.what, arm)
		return c, why
	}
	c, ok := Find(e.within, at.arms[0].Name, o.what.Name)
	switch {
	case !ok:
		return c, fmt.Sprintf("%s was not compared with %s", at.label, label(e.result.Plan, at.base))
	case c.Verdict != Inconclusive && c.Change != nil:
		return c, ""
	case c.Rounds < bench.MinRounds && e.result.Plan.Rounds >= bench.MinRounds:
		return c, fmt.Sprintf("%d of %d rounds can be compared, and it takes %d: %s", c.Rounds, len(e.result.Rounds), bench.MinRounds, e.longer())
	case c.Rounds < bench.MinRounds:
		return c, fmt.Sprintf("%d rounds can be compared, and it takes %d: raise --rounds", c.Rounds, bench.MinRounds)
	default:
		return c, "the comparison is inconclusive: " + e.longer()
	}
}
