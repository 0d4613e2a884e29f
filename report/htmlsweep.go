package report

import (
	"strings"

	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// sweepSection draws metrics over a number in which arms differ, and where the
// load has its knee.
func (d *pageBuilder) sweepSection() pageSection {
	s := pageSection{ID: "sweep"}
	sweeps := d.drawnSweeps()
	for _, sweep := range sweeps {
		s.Title = "Sweep of " + sweep.Dimension
		s.Parts = append(s.Parts, d.sweepPlots(sweep, len(sweeps) > 1))
	}
	return s
}

func (d *pageBuilder) sweepPlots(s compare.Sweep, titled bool) pagePart {
	part := pagePart{Notes: d.unplotted(s)}
	if titled {
		part.Title = d.sweepTitle(s)
	}
	var marks []chart.Mark
	for i, compared := range s.Compared {
		if name := d.sweptName(compared); name != "" {
			part.Legend = append(part.Legend, legend{name, style(i), i})
		}
		if k, ok := compare.KneeOf(d.Result, s, compared); ok {
			name := kneeName(k)
			marks = append(marks, chart.Mark{At: s.Number(k.Arm.Coord(s.Dimension)), Class: "knee", Text: strings.TrimSpace(name + " " + d.sweptName(compared))})
		}
	}
	for _, curve := range append(d.curves(s), metricCurve{"client_cpu", "client CPU per handshake"}, metricCurve{"tls.p99", "tls p99"}) {
		series, y, ok := d.sweptSeries(s, curve, func(i int) float64 { return s.Number(s.Values[i]) })
		if !ok {
			continue
		}
		for i := range series {
			series[i].Dots = series[i].Line
		}
		plot := chart.Plot{
			Title: curve.title, Text: "By " + s.Dimension + ".", X: sweptAxis(s), Y: y, Marks: marks, Series: series, Hover: chart.HoverNearest,
		}
		caption := curve.title
		if y.Scale.Log {
			caption += " (log axis)"
		}
		part.Figures = append(part.Figures, drawing{caption, d.sheet.SVG(plot)})
	}
	return part
}

// sweptAxis is logarithmic where the values are: 1, 2, 4, 8.
func sweptAxis(s compare.Sweep) chart.Axis {
	first, last := s.Number(s.Values[0]), s.Number(s.Values[len(s.Values)-1])
	const decade = 8
	a := chart.Axis{Scale: chart.Scale{From: first, To: last, Log: first > 0 && last >= decade*first}, Label: s.Dimension, Unit: "tick"}
	const room = 0.04
	a.Scale.From, a.Scale.To = a.Scale.Value(-room), a.Scale.Value(1+room)
	taken := -1.0
	for _, v := range s.Values {
		at := a.Scale.At(s.Number(v))
		text := v
		if at-taken < 0.1 {
			text = "" // it would touch the one before
		} else {
			taken = at
		}
		a.Ticks = append(a.Ticks, chart.Tick{At: s.Number(v), Text: text})
	}
	return a
}
