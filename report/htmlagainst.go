package report

import (
	"math"
	"slices"

	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// againstSection compares with earlier results: what changed, by how much at
// most, and what was allowed.
func (d *pageBuilder) againstSection() pageSection {
	if d.Against == nil {
		return pageSection{}
	}
	s := pageSection{ID: "baseline", Title: "Against earlier results", Lead: sentence(d.againstHead()) +
		" Each line is the interval of a change, the dot its estimate; a mark shows what is allowed. What leaves the scale ends at its edge."}
	arms, rest := d.againstArms()
	for _, arm := range arms {
		part := pagePart{Title: arm.name, Tables: []pageTable{newPageTable("Changes of "+arm.name, againstTable(arm.shown, true))}}
		if b := intervals(arm.shown); len(b.Rows) > 0 {
			part.Bars = []bars{b}
		}
		s.Parts = append(s.Parts, part)
	}
	if rest != "" {
		s.Parts = append(s.Parts, pagePart{Notes: []string{rest}})
	}
	return s
}

// intervals draws changes on one scale that has no change in it. What leaves the
// scale ends at its edge.
func intervals(all []compare.Comparison) bars {
	var b bars
	scale, ok := changesScale(all)
	if !ok {
		return b
	}
	at := func(v float64) float64 { return scaleWidth * scale.At(v) }
	for _, c := range all {
		if c.CI == nil || c.Change == nil {
			continue
		}
		row := barRow{Label: c.Metric, Text: againstChange(c)}
		if c.Verdict != compare.Same {
			row.Text += nbsp + againstVerdict(c)
		}
		row.Interval = &interval{Class: verdictClass(c), Low: at(c.CI[0]), At: at(*c.Change), High: at(c.CI[1]), Zero: at(0)}
		if limit, ok := limitOf(c); ok {
			row.Interval.Limited, row.Interval.Limit = true, at(limit)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// changesScale holds every estimate, and of the intervals and limits what is not
// out of all proportion: one metric that nobody can tell must not make the
// others a dot.
func changesScale(all []compare.Comparison) (chart.Scale, bool) {
	var ends []float64
	low, high := 0.0, 0.0
	for _, c := range all {
		if c.CI == nil || c.Change == nil {
			continue
		}
		low, high = min(low, *c.Change), max(high, *c.Change)
		for _, end := range c.CI {
			if end != 0 {
				ends = append(ends, math.Abs(end))
			}
		}
	}
	reach := 0.01
	if len(ends) > 0 {
		slices.Sort(ends)
		const proportion = 3
		reach = max(reach, proportion*ends[len(ends)/2])
	}
	for _, c := range all {
		if c.CI == nil || c.Change == nil {
			continue
		}
		drawn := c.CI[:]
		if limit, ok := limitOf(c); ok {
			drawn = append(slices.Clone(drawn), limit)
		}
		for _, v := range drawn {
			low, high = min(low, max(v, -reach)), max(high, min(v, reach))
		}
	}
	room := 0.03 * (high - low)
	return chart.Scale{From: low - room, To: high + room}, high > low && !math.IsInf(high-low, 0)
}

// limitOf is the change from which on a metric has regressed.
func limitOf(c compare.Comparison) (float64, bool) {
	if c.Allowed == nil {
		return 0, false
	}
	if c.Better == "higher" {
		return -*c.Allowed, true
	}
	return *c.Allowed, true
}
