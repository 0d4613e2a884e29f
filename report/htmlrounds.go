package report

import (
	"fmt"
	"math"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// roundsSection shows what each comparison is estimated from: a change in every
// round. One that drifts from the first round to the last is seen here.
func (d *pageBuilder) roundsSection() pageSection {
	s := pageSection{ID: "rounds", Title: "Round by round",
		Lead: "The change of each round against the baseline's block of the same round. The line is the estimate over all rounds, the shade its confidence interval. Dots that climb or fall from left to right mean that something drifted." + d.bordersLead()}
	for _, name := range []string{"tls.p50", "total.p50", "client_cpu", "server_cpu"} {
		m, _ := bench.MetricByName(name)
		part, ok := d.roundsOf(m)
		switch {
		case !ok:
		case name == "tls.p50":
			s.Parts = append(s.Parts, part)
		default:
			s.Folds = append(s.Folds, fold{name, []pagePart{part}})
		}
	}
	return s
}

func (d *pageBuilder) roundsOf(m bench.Metric) (pagePart, bool) {
	part := pagePart{Title: "Change of " + m.Name}
	changes := map[string][]chart.Point{} // by round
	var compared []compare.Comparison
	all := []float64{0}
	for _, c := range d.Comparisons {
		if c.Metric != m.Name {
			continue
		}
		found := d.changesOf(m, c)
		if len(found) == 0 {
			continue
		}
		compared = append(compared, c)
		changes[c.Arm] = found
		for _, f := range found {
			all = append(all, f.Y)
		}
		if c.CI != nil {
			all = append(all, c.CI[0], c.CI[1])
		}
	}
	scale, ok := chart.Around(false, all...)
	if !ok || len(compared) == 0 {
		return part, false
	}
	room := 0.06 * (scale.To - scale.From)
	scale.From, scale.To = scale.From-room, scale.To+room
	for _, c := range compared {
		part.Figures = append(part.Figures, d.roundsPlot(c, changes[c.Arm], scale))
	}
	return part, true
}

// changesOf are the changes that a comparison is the estimate of.
func (d *pageBuilder) changesOf(m bench.Metric, c compare.Comparison) []chart.Point {
	var all []chart.Point
	for i, change := range compare.ByRound(d.Result, m, c.Baseline, c.Arm) {
		if m.Unit != bench.Fraction {
			change = math.Expm1(change)
		}
		if !math.IsNaN(change) {
			all = append(all, chart.Point{X: float64(i + 1), Y: change})
		}
	}
	return all
}

func (d *pageBuilder) roundsPlot(c compare.Comparison, changes []chart.Point, scale chart.Scale) drawing {
	arm := labels(d.Result.Plan)[c.Arm]
	text := fmt.Sprintf("%s in %s.", c.Metric, plural(len(changes), "round"))
	plot := chart.Plot{
		Title: "Change by round: " + arm, Text: text + " Estimate " + againstChange(c) + ".",
		X: roundAxis(len(d.Result.Rounds)), Y: changeAxis(scale),
		Marks: append(d.roundBorders(), chart.Mark{At: 0, Level: true, Class: "zero"}), Hover: chart.HoverNearest,
	}
	if c.CI != nil {
		plot.Bands = []chart.Band{{Low: c.CI[0], High: c.CI[1], Class: "ci"}}
	}
	if c.Change != nil {
		plot.Marks = append(plot.Marks, chart.Mark{At: *c.Change, Level: true, Class: "estimate"})
	}
	series := chart.Series{Name: arm, Key: "change", Style: 1}
	series.Dots = changes
	plot.Series = []chart.Series{series}
	return drawing{arm + ": " + againstChange(c), d.sheet.SVG(plot)}
}

// roundAxis leaves room beside the first and the last round.
func roundAxis(n int) chart.Axis {
	a := chart.Axis{Scale: chart.Scale{From: 0.5, To: float64(n) + 0.5}, Label: "round", Unit: "round"}
	for _, v := range a.Scale.Ticks(8) {
		if v == float64(int(v)) {
			a.Ticks = append(a.Ticks, chart.Tick{At: v, Text: grouped(v)})
		}
	}
	return a
}

func changeAxis(s chart.Scale) chart.Axis {
	a := chart.Axis{Scale: s, Unit: "change"}
	for _, v := range s.Ticks(6) {
		text := fmt.Sprintf("%+.3g%s%%", 100*v, nbsp)
		if v < 0 {
			text = minus + text[1:]
		}
		switch {
		case 100*v > -1e-9 && 100*v < 1e-9:
			text = "0"
		case v >= 10: // four digits of percent would not fit beside the plot
			text = "×" + grouped(1+v)
		}
		a.Ticks = append(a.Ticks, chart.Tick{At: v, Text: text})
	}
	return a
}
