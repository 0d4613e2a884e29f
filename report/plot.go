package report

import (
	"io"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// Plot draws a result with block characters, for people in a terminal of Width
// columns: how the arms' times are distributed, how they go along a sweep, and
// whether they drift from round to round.
type Plot struct{ Width int }

// fewestColumns is what charts need; a terminal with less gets so much.
const fewestColumns = 40

// Write implements Output.
func (p Plot) Write(w io.Writer, d *Document) error {
	if d.Result == nil {
		return errNoResult
	}
	width := p.Width
	if width <= 0 {
		width = defaultWidth
	}
	width = max(width, fewestColumns)
	var b strings.Builder
	for _, line := range d.header() {
		wrapParts(&b, line, "  ", width)
	}
	for _, s := range d.scenes() {
		d.drawScene(&b, s, width)
	}
	d.drawRounds(&b, width)
	b.WriteByte('\n')
	if d.Result.Completed() == 0 {
		wrap(&b, "no handshake completed: there is nothing to draw", "", "", width)
		b.WriteByte('\n')
	}
	section(&b, "kinds", joined(d.kinds()), width)
	section(&b, "errors", d.errors(), width)
	if err := d.closing(&b, width, nil); err != nil {
		return err
	}
	if d.Against != nil {
		b.WriteByte('\n')
		wrap(&b, d.againstHead(), "", "  ", width)
		for _, c := range compare.Regressions(d.Against.Comparisons) {
			wrap(&b, c.String(), "regression: ", "  ", width)
		}
		for _, doubt := range d.Against.Doubts {
			wrap(&b, doubt, "doubt: ", "  ", width)
		}
	}
	for line := range strings.Lines(b.String()) {
		for _, part := range chart.Break(strings.TrimRight(line, "\n"), width) {
			if _, err := io.WriteString(w, strings.TrimRight(part, " ")+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// scene is arms that are drawn with the same axes.
type scene struct {
	title string
	sweep *compare.Sweep // nil where they are none
	arms  side
}

// scenes are sweeps, and the groups of arms that are in none: many arms all
// together.
func (d *Document) scenes() []scene {
	if d.Result.Completed() == 0 {
		return nil
	}
	var all []scene
	sides := d.sides()
	sweeps := d.drawnSweeps()
	for i := range sweeps {
		s := &sweeps[i]
		all = append(all, scene{d.sweepTitle(*s), s, d.sideOf(s.Arms())})
		sides = slices.DeleteFunc(sides, func(group side) bool { return has(*s, group.arms[0].Name) })
	}
	if d.many() && len(sides) > 1 {
		var rest []bench.Arm
		for _, s := range sides {
			for _, a := range s.arms {
				arm, _ := d.Result.Plan.Arm(a.Name)
				rest = append(rest, arm)
			}
		}
		sides = []side{d.sideOf(rest)}
	}
	for _, s := range sides {
		title := ""
		if len(sides)+len(sweeps) > 1 {
			title = d.heading(s)
		}
		all = append(all, scene{title, nil, s})
	}
	if len(all) == 1 {
		all[0].title = ""
	}
	return all
}

func (d *Document) sideOf(arms []bench.Arm) side {
	s := side{labels: labelsAmong(d.Result.Plan, arms)}
	for _, arm := range arms {
		if a, ok := d.Result.Arm(arm.Name); ok {
			s.arms = append(s.arms, a)
		}
	}
	return s
}

func (d *Document) drawScene(b *strings.Builder, s scene, width int) {
	if s.title != "" {
		b.WriteByte('\n')
		wrap(b, s.title, "", "  ", width)
		b.WriteString(strings.Repeat("─", width) + "\n")
	}
	if s.arms.completed() == 0 {
		b.WriteString("no handshake completed\n")
		return
	}
	if s.sweep != nil {
		d.drawSweep(b, *s.sweep, width)
	}
	rows, key := s.arms.rows(width / 3)
	d.drawSpread(b, rows, bench.TLSPhase, key, width)
	if d.requests() && s.arms.hasPhase(bench.Total) {
		d.drawSpread(b, rows, bench.Total, nil, width)
	}
}

// requests reports whether more than a handshake was made.
func (d *Document) requests() bool {
	return slices.ContainsFunc(d.Result.Plan.Arms, func(a bench.Arm) bool { return !a.HandshakeOnly() })
}

// rows are the same arms with labels of at most that many columns: numbers and a
// key where they are longer.
func (s side) rows(most int) (side, []string) {
	long := slices.ContainsFunc(s.arms, func(a *bench.ArmResult) bool { return chart.Columns(printable(s.labels[a.Name])) > most })
	if long {
		return s.numbered()
	}
	return s, nil
}

// labelColumns is how many the rows' labels take.
func (s side) labelColumns() (n int) {
	for _, a := range s.arms {
		n = max(n, chart.Columns(printable(s.labels[a.Name])))
	}
	return n
}
