package report

import (
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// fewestForCurve is what makes a curve more than a line between two points.
const fewestForCurve = 3

// drawnSweeps are those of which curves say more than rows.
func (d *Document) drawnSweeps() []compare.Sweep {
	return slices.DeleteFunc(compare.Sweeps(d.Result.Plan), func(s compare.Sweep) bool {
		return len(s.Values) < fewestForCurve || len(s.Compared) > len(chart.Symbols())
	})
}

// unplotted says of which arms the curves lack something, and why.
func (d *Document) unplotted(s compare.Sweep) []string {
	short := labelsAmong(d.Result.Plan, s.Arms())
	var failed, mixed []string
	for _, arm := range s.Arms() {
		switch a, ok := d.Result.Arm(arm.Name); {
		case !ok || a.Completed() == 0:
			failed = append(failed, short[arm.Name])
		case a.Mixed:
			mixed = append(mixed, short[arm.Name])
		}
	}
	var notes []string
	if len(failed) > 0 {
		notes = append(notes, "no handshake completed, so not on the curves: "+few(failed, fewAlike, "arms"))
	}
	if len(mixed) > 0 {
		notes = append(notes, "rate and CPU left out, which count other kinds in: "+few(mixed, fewAlike, "arms"))
	}
	return notes
}

// metricCurve is a metric as a chart over a sweep.
type metricCurve struct{ metric, title string }

func (d *Document) curves(s compare.Sweep) []metricCurve {
	var all []metricCurve
	switch load := s.Arms()[0].Load; {
	case load.Storm > 0:
		all = append(all, metricCurve{"connected", "time until the last one was connected"})
	case load.Rate > 0:
		all = append(all, metricCurve{"rate", "completed: handshakes/s"})
		if d.ever(s, "drop_ratio") {
			all = append(all, metricCurve{"drop_ratio", "dropped: share of what fell due"})
		}
	default:
		all = append(all, metricCurve{"rate", "rate: " + d.rateName()})
	}
	all = append(all, metricCurve{"tls.p50", "tls p50: median time in the TLS handshake"})
	if d.requests() {
		all = append(all, metricCurve{"total.p50", "total p50: median time to the response"})
	}
	return append(all, metricCurve{"server_cpu", "server CPU per handshake"})
}

// sweptSeries are a metric's values along a sweep, a series for each compared
// value, and the axis that holds them; false where no arm has any. at gives the
// place of the value of that number.
func (d *Document) sweptSeries(s compare.Sweep, curve metricCurve, at func(i int) float64) ([]chart.Series, chart.Axis, bool) {
	m, _ := bench.MetricByName(curve.metric)
	var all []chart.Series
	var heights []float64
	for i, compared := range s.Compared {
		series := chart.Series{Style: i, Key: style(i), Name: d.sweptName(compared)}
		for j, value := range s.Values {
			y := math.NaN()
			if arm, ok := s.Arm(value, compared); ok {
				if a, ok := d.Result.Arm(arm.Name); ok {
					y = plotted(a, m)
				}
			}
			if !math.IsNaN(y) {
				heights = append(heights, y)
			}
			series.Line = append(series.Line, chart.Point{X: at(j), Y: y})
		}
		all = append(all, series)
	}
	if len(heights) == 0 {
		return nil, chart.Axis{}, false
	}
	return all, heightAxis(m, heights), true
}

// sweptName is that of a compared value, "" where there is but one.
func (d *Document) sweptName(compared string) string {
	if compared == "" {
		return ""
	}
	return printable(shortCoord(bench.Coord{Dimension: d.Result.Plan.Compare, Value: compared}))
}

// steep is the ratio of times from which on their axis is logarithmic.
const steep = 10

func heightAxis(m bench.Metric, heights []float64) chart.Axis {
	lowest, highest := slices.Min(heights), slices.Max(heights)
	a := chart.Axis{Scale: chart.Scale{To: 1.05 * highest}, Unit: "number"}
	const ticks = 5
	if m.Unit == bench.Nanoseconds {
		if highest > steep*lowest {
			a.Scale, _ = chart.Around(true, heights...)
		}
		return timeAxis(a.Scale, "", ticks)
	}
	for _, v := range a.Scale.Ticks(ticks) {
		text := grouped(v)
		if m.Unit == bench.Fraction {
			text = shareText(v)
		}
		a.Ticks = append(a.Ticks, chart.Tick{At: v, Text: text})
	}
	return a
}

// plotted is a metric's value, NaN where there is none or clocks counted other
// kinds in.
func plotted(a *bench.ArmResult, m bench.Metric) float64 {
	v, ok := m.Of(&a.Stats)
	none := v == 0 && m.Unit != bench.Fraction // a share may well be 0
	if !ok || a.Completed() == 0 || m.Clocked && a.Mixed || none || !(v >= 0) || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
