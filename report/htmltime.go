package report

import (
	"fmt"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/report/chart"
)

// timeSection shows the latency of every block where it lies in the run, and
// what failed there or fell back.
func (d *pageBuilder) timeSection() pageSection {
	s := pageSection{ID: "time", Title: "Over time",
		Lead: "Each dot is the median time in TLS of one block, at the moment when it began; the line above it reaches to the block's highest percentile that ten samples lie above, up to p99. E marks blocks with errors, F those where resumptions fell back, C those that were cut short." + d.bordersLead()}
	scale, ok := d.timeScale()
	if !ok {
		return pageSection{}
	}
	for _, side := range d.sides() {
		part := pagePart{Title: d.sideTitle(side), Legend: d.legend(side)}
		plot := chart.Plot{
			Title: "Time in TLS over the run", Text: "Median of each block, by arm.",
			X: runAxis(d.Result), Y: timeAxis(scale, "", 7), Marks: d.timeBorders(), Hover: chart.HoverNearest,
		}
		for i, a := range side.arms {
			series := d.series(side, i)
			for _, round := range d.Result.Rounds {
				if b, ok := round.Block(a.Name); ok {
					d.addBlock(&series, b, scale)
				}
			}
			plot.Series = append(plot.Series, series)
		}
		part.Figures = []drawing{{"time in TLS by block (log axis)", d.sheet.SVG(plot)}}
		s.Parts = append(s.Parts, part)
	}
	return s
}

// timeScale holds the medians and tails of all blocks.
func (d *pageBuilder) timeScale() (chart.Scale, bool) {
	var all []float64
	for _, round := range d.Result.Rounds {
		for i := range round.Blocks {
			b := &round.Blocks[i]
			if m, ok := b.Medians[bench.TLSPhase]; ok {
				all = append(all, float64(m), float64(tailOf(b)))
			}
		}
	}
	s, ok := chart.Around(true, all...)
	if d.hasSigns() {
		s.To = s.Value(1 / (1 - 3*signRow)) // room for the signs above
	}
	return s, ok
}

// signRow is how much of a chart's height the signs of one kind take.
const signRow = 0.07

// hasSigns reports whether anything failed, fell back or was cut short.
func (d *pageBuilder) hasSigns() bool {
	return slices.ContainsFunc(d.Result.Rounds, func(r bench.Round) bool {
		return slices.ContainsFunc(r.Blocks, func(b bench.Block) bool {
			return b.Failed() > 0 || d.fallbacks(&b) > 0 || b.Cut
		})
	})
}

// fallbacks are the block's handshakes of another kind than wanted.
func (d *pageBuilder) fallbacks(b *bench.Block) int64 {
	arm, _ := d.Result.Plan.Arm(b.Arm)
	return b.Completed() - b.Wanted(arm.Want)
}

// tailOf is the highest percentile of a block that is known, its median where
// none is.
func tailOf(b *bench.Block) time.Duration {
	for _, stat := range []string{"p99", "p95", "p90"} {
		if v, ok := b.Phases[bench.TLSPhase].Stat(stat); ok {
			return v
		}
	}
	return b.Medians[bench.TLSPhase]
}

func (d *pageBuilder) addBlock(s *chart.Series, b *bench.Block, scale chart.Scale) {
	x := float64(b.Start)
	median, ok := b.Medians[bench.TLSPhase]
	if ok {
		s.Dots = append(s.Dots, chart.Point{X: x, Y: float64(median)})
		if tail := tailOf(b); tail > median {
			s.Ranges = append(s.Ranges, chart.Range{X: x, Low: float64(median), High: float64(tail)})
		}
	}
	row := 0
	sign := func(class, letter, title string) {
		at := chart.Point{X: x, Y: scale.Value(1 - signRow*(0.5+float64(row)))}
		s.Signs = append(s.Signs, chart.Sign{Point: at, Class: class, Text: letter, Title: s.Name + ": " + title})
		row++
	}
	if n := b.Failed(); n > 0 {
		sign("bad", "E", fmt.Sprintf("%s of %s attempts failed", grouped(n), grouped(b.Attempts)))
	}
	if n := d.fallbacks(b); n > 0 {
		sign("unsure", "F", fmt.Sprintf("%s of %s fell back", grouped(n), grouped(b.Completed())))
	}
	if b.Cut {
		sign("unsure", "C", "the block was cut short")
	}
}

// runAxis is the time since the run began, to the end of its last block.
func runAxis(r *bench.Result) chart.Axis {
	end := time.Duration(1)
	for _, round := range r.Rounds {
		for _, b := range round.Blocks {
			end = max(end, b.Start+b.Took)
		}
	}
	a := chart.Axis{Scale: chart.Scale{From: 0, To: 1.02 * float64(end)}, Label: "since the run began", Unit: "ns"}
	if len(r.Merged) > 0 {
		a.Label = "since the first run began, without pauses"
	}
	unit, name := time.Second, "s"
	switch {
	case end > 3*time.Hour:
		unit, name = time.Hour, "h"
	case end > 3*time.Minute:
		unit, name = time.Minute, "min"
	case end < 3*time.Second:
		unit, name = time.Millisecond, "ms"
	}
	for _, v := range (chart.Scale{From: 0, To: a.Scale.To / float64(unit)}).Ticks(6) {
		a.Ticks = append(a.Ticks, chart.Tick{At: v * float64(unit), Text: fmt.Sprintf("%g%s%s", v, nbsp, name)})
	}
	return a
}
