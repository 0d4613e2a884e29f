package report

import (
	"math"
	"slices"
	"strings"

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

const (
	curveRows = 9
	curveGap  = 4
	// twoCurves is the width from which on two charts stand beside each other.
	twoCurves = 110
)

// drawSweep draws a chart for each metric that changes along a sweep.
func (d *Document) drawSweep(b *strings.Builder, s compare.Sweep, width int) {
	marks := d.kneeMarks(s)
	var blocks [][]string
	columns := width
	if width >= twoCurves {
		columns = (width - curveGap) / 2
	}
	for _, metric := range d.curves() {
		if p, ok := d.sweepPlot(s, metric, columns); ok {
			p.Marks = marks
			blocks = append(blocks, p.Cells(columns, curveRows))
		}
	}
	for row := range slices.Chunk(blocks, width/columns) {
		b.WriteByte('\n')
		b.WriteString(strings.Join(chart.Beside(columns, curveGap, row...), "\n") + "\n")
	}
	for _, note := range d.unplotted(s) {
		wrap(b, note, "", "  ", width)
	}
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

func (d *Document) curves() []metricCurve {
	all := []metricCurve{{"rate", "rate: " + d.rateName()}, {"tls.p50", "tls p50: median time in the TLS handshake"}}
	if d.requests() {
		all = append(all, metricCurve{"total.p50", "total p50: median time to the response"})
	}
	return append(all, metricCurve{"server_cpu", "server CPU per handshake"})
}

// steep is the ratio of values from which on an axis is logarithmic.
const steep = 10

// sweepPlot is a metric's chart, false where no arm has it.
func (d *Document) sweepPlot(s compare.Sweep, curve metricCurve, columns int) (chart.Plot, bool) {
	m, _ := bench.MetricByName(curve.metric)
	p := chart.Plot{Title: curve.title, X: d.sweepAxis(s)}
	var values []float64
	for i, compared := range s.Compared {
		series := chart.Series{Style: i, Name: printable(shortCoord(bench.Coord{Dimension: d.Result.Plan.Compare, Value: compared}))}
		if compared == "" { // there is but one
			series.Name = ""
		}
		for j, value := range s.Values {
			y := math.NaN()
			if arm, ok := s.Arm(value, compared); ok {
				if a, ok := d.Result.Arm(arm.Name); ok {
					y = plotted(a, m)
				}
			}
			if !math.IsNaN(y) {
				values = append(values, y)
			}
			series.Line = append(series.Line, chart.Point{X: float64(j), Y: y})
		}
		p.Series = append(p.Series, series)
	}
	if len(values) == 0 {
		return p, false
	}
	lowest, highest := slices.Min(values), slices.Max(values)
	if m.Unit == bench.Nanoseconds && highest > steep*lowest {
		p.Title += " (logarithmic axis)"
		p.Y.Scale, _ = chart.Around(true, values...)
	} else {
		p.Y.Scale = chart.Scale{To: 1.05 * highest}
	}
	const ticks = 5
	if m.Unit == bench.Nanoseconds {
		p.Y.Ticks = timeTicks(p.Y.Scale, ticks)
		return p, true
	}
	for _, v := range p.Y.Scale.Ticks(ticks) {
		p.Y.Ticks = append(p.Y.Ticks, chart.Tick{At: v, Text: grouped(v)})
	}
	return p, true
}

// plotted is a metric's value, NaN where there is none or clocks counted other
// kinds in.
func plotted(a *bench.ArmResult, m bench.Metric) float64 {
	v, ok := m.Of(&a.Stats)
	if !ok || a.Completed() == 0 || m.Clocked && a.Mixed || !(v > 0) || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// sweepAxis puts the swept values at equal distances.
func (d *Document) sweepAxis(s compare.Sweep) chart.Axis {
	const margin = 0.3 // of a distance
	axis := chart.Axis{Label: printable(s.Dimension), Scale: chart.Scale{From: -margin, To: float64(len(s.Values)-1) + margin}}
	for i, v := range s.Values {
		axis.Ticks = append(axis.Ticks, chart.Tick{At: float64(i), Text: chart.Fit(printable(v), 12)})
	}
	return axis
}

// kneeMarks name the compared arms that have a knee, where it is.
func (d *Document) kneeMarks(s compare.Sweep) []chart.Mark {
	symbols := chart.Symbols()
	at := map[string]string{} // by value
	for i, compared := range s.Compared {
		if k, ok := compare.KneeOf(d.Result, s, compared); ok {
			at[k.Arm.Coord(s.Dimension)] += symbols[i]
		}
	}
	var marks []chart.Mark
	for i, v := range s.Values {
		if at[v] != "" {
			marks = append(marks, chart.Mark{At: float64(i), Text: "knee " + at[v]})
		}
	}
	return marks
}
