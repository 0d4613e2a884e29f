package report

import (
	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// sweepSection draws metrics over a number in which arms differ, and where the
// load has its knee.
func (d *pageBuilder) sweepSection() pageSection {
	s := pageSection{ID: "sweep", Title: "Sweep"}
	sweeps := compare.Sweeps(d.Result.Plan)
	for _, sweep := range sweeps {
		if len(sweep.Values) < 3 {
			continue
		}
		s.Parts = append(s.Parts, d.sweepPlots(sweep, len(sweeps) > 1))
		s.Title = "Sweep of " + sweep.Dimension
	}
	return s
}

func (d *pageBuilder) sweepPlots(s compare.Sweep, titled bool) pagePart {
	var part pagePart
	if titled {
		part.Title = d.sweepTitle(s)
	}
	var knees []compare.Knee
	for i, compared := range s.Compared {
		part.Legend = append(part.Legend, sweptSeries(d.Result.Plan, s, compared, i))
		if k, ok := compare.KneeOf(d.Result, s, compared); ok {
			knees = append(knees, k)
		}
	}
	for _, f := range []struct{ metric, caption string }{
		{"rate", d.rateName()}, {"tls.p50", "tls p50"}, {"tls.p99", "tls p99"}, {"total.p50", "total p50"},
		{"client_cpu", "client CPU per handshake"}, {"server_cpu", "server CPU per handshake"},
	} {
		m, _ := bench.MetricByName(f.metric)
		if plot, ok := d.sweepPlot(s, m, f.caption, knees); ok {
			part.Figures = append(part.Figures, drawing{f.caption, d.sheet.SVG(plot)})
		}
	}
	return part
}

func sweptSeries(p bench.Plan, s compare.Sweep, compared string, i int) legend {
	name := shortCoord(bench.Coord{Dimension: p.Compare, Value: compared})
	if compared == "" {
		name = s.Dimension
	}
	return legend{name, style(i), i}
}

func (d *pageBuilder) sweepPlot(s compare.Sweep, m bench.Metric, caption string, knees []compare.Knee) (chart.Plot, bool) {
	plot := chart.Plot{Title: caption + " by " + s.Dimension, Text: "The tables have the values.", Hover: chart.HoverNearest}
	var heights []float64
	for i, compared := range s.Compared {
		l := sweptSeries(d.Result.Plan, s, compared, i)
		series := chart.Series{Name: l.Name, Key: l.Key, Style: l.Style}
		for _, v := range s.Values {
			arm, _ := s.Arm(v, compared)
			a, ok := d.Result.Arm(arm.Name)
			if !ok {
				continue
			}
			if y, ok := m.Of(&a.Stats); ok && y > 0 {
				heights = append(heights, y)
				series.Line = append(series.Line, chart.Point{X: s.Number(v), Y: y})
			}
		}
		series.Dots = series.Line
		plot.Series = append(plot.Series, series)
	}
	if len(heights) == 0 {
		return plot, false
	}
	plot.X = sweptAxis(s)
	plot.Y = sweepHeights(m, heights)
	for _, k := range knees {
		plot.Marks = append(plot.Marks, chart.Mark{At: s.Number(k.Arm.Coord(s.Dimension)), Class: "knee", Text: d.kneeName(s, k)})
	}
	return plot, true
}

// kneeName says whose knee it is where there are several lines.
func (d *pageBuilder) kneeName(s compare.Sweep, k compare.Knee) string {
	if len(s.Compared) == 1 {
		return "knee"
	}
	return "knee of " + shortCoord(bench.Coord{Dimension: d.Result.Plan.Compare, Value: k.Arm.Coord(d.Result.Plan.Compare)})
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

// sweepHeights is logarithmic where values differ a lot, and begins at zero
// where they do not.
func sweepHeights(m bench.Metric, all []float64) chart.Axis {
	scale, _ := chart.Around(true, all...)
	const wide = 10
	if scale.To < wide*scale.From {
		scale = chart.Scale{From: 0, To: scale.To}
	}
	if m.Unit == bench.Nanoseconds {
		return timeAxis(scale, "", 6)
	}
	a := chart.Axis{Scale: scale, Unit: "number"}
	for _, v := range scale.Ticks(6) {
		a.Ticks = append(a.Ticks, chart.Tick{At: v, Text: grouped(v)})
	}
	return a
}
