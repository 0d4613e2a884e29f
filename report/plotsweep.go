package report

import (
	"slices"
	"strings"

	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

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
	for _, metric := range d.curves(s) {
		if p, ok := d.sweepPlot(s, metric); ok {
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

// sweepPlot is a metric's chart, false where no arm has it.
func (d *Document) sweepPlot(s compare.Sweep, curve metricCurve) (chart.Plot, bool) {
	p := chart.Plot{Title: curve.title, X: d.sweepAxis(s)}
	series, y, ok := d.sweptSeries(s, curve, func(i int) float64 { return float64(i) })
	p.Series, p.Y = series, y
	if y.Scale.Log {
		p.Title += " (log axis)"
	}
	return p, ok
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
	at := map[string][]string{} // by value
	for i, compared := range s.Compared {
		if k, ok := compare.KneeOf(d.Result, s, compared); ok {
			v := k.Arm.Coord(s.Dimension)
			name := kneeName(k)
			if last := len(at[v]) - 1; last >= 0 && strings.HasPrefix(at[v][last], name+" ") {
				at[v][last] += symbols[i]
			} else {
				at[v] = append(at[v], name+" "+symbols[i])
			}
		}
	}
	var marks []chart.Mark
	for i, v := range s.Values {
		if len(at[v]) > 0 {
			marks = append(marks, chart.Mark{At: float64(i), Text: strings.Join(at[v], ", ")})
		}
	}
	return marks
}
