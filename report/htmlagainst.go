package report

import (
	"math"

	"tlsbench/bench/compare"
)

// againstSection compares with earlier results: what changed, by how much at
// most, and what was allowed.
func (d *pageBuilder) againstSection() pageSection {
	if d.Against == nil {
		return pageSection{}
	}
	s := pageSection{ID: "baseline", Title: "Against earlier results", Lead: sentence(d.againstHead()) +
		" Each line is the interval of a change, the dot its estimate; a mark shows what is allowed."}
	arms, rest := d.againstArms()
	for _, arm := range arms {
		part := pagePart{Title: arm.name, Tables: []pageTable{newPageTable(againstTable(arm.shown, true))}}
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

// intervals draws changes on one scale that has no change in it.
func intervals(all []compare.Comparison) bars {
	low, high := 0.0, 0.0
	for _, c := range all {
		if c.CI == nil || c.Change == nil {
			continue
		}
		low, high = min(low, c.CI[0]), max(high, c.CI[1])
		if limit, ok := limitOf(c); ok {
			low, high = min(low, limit), max(high, limit)
		}
	}
	var b bars
	if !(high > low) || math.IsInf(high-low, 0) {
		return b
	}
	room := 0.03 * (high - low)
	low, high = low-room, high+room
	at := func(v float64) float64 { return scaleWidth * (v - low) / (high - low) }
	for _, c := range all {
		if c.CI == nil || c.Change == nil {
			continue
		}
		row := barRow{Label: c.Metric, Text: againstChange(c), Note: againstVerdict(c), Class: verdictClass(c)}
		row.Interval = &interval{Class: row.Class, Low: at(c.CI[0]), At: at(*c.Change), High: at(c.CI[1]), Zero: at(0)}
		if limit, ok := limitOf(c); ok {
			row.Interval.Limited, row.Interval.Limit = true, at(limit)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
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
