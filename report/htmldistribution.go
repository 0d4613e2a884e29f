package report

import (
	"fmt"
	"math"
	"strconv"

	"tlsbench/bench"
	"tlsbench/report/chart"
)

// distributionSection shows every phase's distribution twice: the share of
// samples that took no longer, and the time at each percentile, on a scale that
// gives each nine of the tail as much room as the one before.
func (d *pageBuilder) distributionSection() pageSection {
	s := pageSection{ID: "distributions", Title: "Distributions",
		Lead: "Left of each pair: the share of handshakes that took no longer than a time. Right: the time at each percentile, as far as ten samples lie above it. Times are on a logarithmic scale that all groups share."}
	for _, p := range bench.Phases() {
		parts := d.distributionsOf(p)
		switch {
		case len(parts) == 0:
		case p == bench.TLSPhase || p == bench.Total:
			s.Parts = append(s.Parts, parts...)
		default:
			s.Folds = append(s.Folds, fold{phaseTitle(p), parts})
		}
	}
	return s
}

// distributionsOf draws one phase, a part for each group of arms.
func (d *pageBuilder) distributionsOf(p bench.Phase) []pagePart {
	curves := map[string]curve{}
	var times, tail []float64
	most := 0.0
	for i := range d.Result.Arms {
		a := &d.Result.Arms[i]
		c := curveOf(a, p)
		if c == nil {
			continue
		}
		curves[a.Name] = c
		times = append(times, float64(c[0].at), float64(c[len(c)-1].at))
		if s := c.supported(a.Phases[p].Count); len(s) > 0 {
			most = max(most, s[len(s)-1].q)
			tail = append(tail, float64(s[0].at), float64(s[len(s)-1].at))
		}
	}
	scale, ok := chart.Around(true, times...)
	if !ok {
		return nil
	}
	tailScale, _ := chart.Around(true, tail...)
	var parts []pagePart
	for _, side := range d.sides() {
		part := pagePart{Title: "Time in " + phaseTitle(p), Legend: d.legend(side)}
		if p == bench.Total {
			part.Title = "Total time"
		}
		if title := d.sideTitle(side); title != "" {
			part.Title += ": " + title
		}
		shares := chart.Plot{
			Title: part.Title, Text: "Share of handshakes no slower, by arm.",
			X: timeAxis(scale, phaseTitle(p), 6), Y: chart.Axis{Scale: chart.Scale{From: 0, To: 1}, Unit: "share", Ticks: shareTicks()},
			Hover: chart.HoverX,
		}
		tails := chart.Plot{
			Title: part.Title, Text: "Time at each percentile, by arm.",
			X: percentileAxis(most), Y: timeAxis(tailScale, "", 7), Hover: chart.HoverX,
		}
		for i, a := range side.arms {
			c, ok := curves[a.Name]
			if !ok {
				continue
			}
			share, tail := d.series(side, i), d.series(side, i)
			for _, q := range c {
				share.Line = append(share.Line, chart.Point{X: float64(q.at), Y: q.q})
			}
			for _, q := range c.supported(a.Phases[p].Count) {
				tail.Line = append(tail.Line, chart.Point{X: nines(q.q), Y: float64(q.at)})
			}
			shares.Series, tails.Series = append(shares.Series, share), append(tails.Series, tail)
		}
		if len(shares.Series) == 0 {
			continue
		}
		part.Figures = append(part.Figures, drawing{"share of handshakes no slower (log axis)", d.sheet.SVG(shares)})
		if most > 0 {
			part.Figures = append(part.Figures, drawing{"time at each percentile (log axis)", d.sheet.SVG(tails)})
		}
		parts = append(parts, part)
	}
	return parts
}

// series begins that of a group's arm.
func (d *pageBuilder) series(s side, i int) chart.Series {
	return chart.Series{Name: s.labels[s.arms[i].Name], Key: strconv.Itoa(i), Style: i}
}

// legend tells a group's arms apart.
func (d *pageBuilder) legend(s side) []legend {
	var all []legend
	for i, a := range s.arms {
		all = append(all, legend{s.labels[a.Name], strconv.Itoa(i), i % chart.Styles})
	}
	return all
}

// timeAxis has durations, in nanoseconds.
func timeAxis(s chart.Scale, label string, most int) chart.Axis {
	return chart.Axis{Scale: s, Label: label, Unit: "ns", Ticks: timeTicks(s, most)}
}

func shareTicks() []chart.Tick {
	var all []chart.Tick
	for _, q := range []float64{0, 0.25, 0.5, 0.75, 1} {
		all = append(all, chart.Tick{At: q, Text: fmt.Sprintf("%.0f%s%%", 100*q, nbsp)})
	}
	return all
}

// nines is the position of a quantile on HdrHistogram's scale: 0 for the lowest,
// 1 for 90 %, 2 for 99 %, and so on.
func nines(q float64) float64 { return -math.Log10(1 - q) }

func percentileAxis(most float64) chart.Axis {
	a := chart.Axis{Scale: chart.Scale{From: 0, To: max(nines(most), 0.5)}, Label: "percentile", Unit: "nines"}
	for _, q := range []struct {
		q    float64
		text string
	}{{0, "0"}, {0.5, "50"}, {0.9, "90"}, {0.99, "99"}, {0.999, "99.9"}, {0.9999, "99.99"}, {0.99999, "99.999"}} {
		if nines(q.q) <= a.Scale.To {
			a.Ticks = append(a.Ticks, chart.Tick{At: nines(q.q), Text: q.text})
		}
	}
	return a
}
