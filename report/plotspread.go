package report

import (
	"math"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/report/chart"
)

// spread is the distributions of a phase of several arms, drawn on one axis:
// for each the samples as bars, and its percentiles on a line below.
type spread struct {
	scale   chart.Scale
	columns int // of the axis
	tall    int // rows of bars
	labels  int // columns of labels
	figures []string
}

// Bars of a few arms may be taller than those of many.
const tallBars, flatBars = 3, 1

// fewestBars is the length of an axis below which figures give way to it.
const fewestBars = 16

// figureColumns is what a duration takes, with the gap before it.
const figureColumns = 9

// drawSpread draws a row of bars for each arm.
func (d *Document) drawSpread(b *strings.Builder, s side, p bench.Phase, key []string, width int) {
	g, ok := spreadOf(s, p, width)
	if !ok {
		return
	}
	b.WriteByte('\n')
	for _, line := range []string{
		spreadTitle(p),
		"bars: samples, an arm's most at full height   " + boxKey,
	} {
		wrap(b, line, "", "  ", width)
	}
	for _, line := range key {
		wrap(b, line, "", "  ", width)
	}
	lines := g.head()
	for _, a := range s.arms {
		lines = append(lines, g.arm(printable(s.labels[a.Name]), a, p)...)
	}
	lines = append(lines, g.axis()...)
	b.WriteString(strings.Join(lines, "\n") + "\n")
}

// boxKey says what is on the line below the bars.
const boxKey = "├" + nbsp + "min ●" + nbsp + "p50 ┿" + nbsp + "p90 ┼" + nbsp + "p99 ┤" + nbsp + "max"

func spreadTitle(p bench.Phase) string {
	what := "time in the TLS handshake"
	if p == bench.Total {
		what = "time to the response's first byte"
	}
	return p.String() + ": " + what + ", by arm (log axis)"
}

// spreadOf lays a chart out, false where no arm has the phase.
func spreadOf(s side, p bench.Phase, width int) (spread, bool) {
	g := spread{tall: tallBars, labels: s.labelColumns(), figures: []string{"p50", "p99"}}
	if len(s.arms) > manyArms {
		g.tall = flatBars
	}
	if width >= twoCurves {
		g.figures = []string{"p50", "p90", "p99", "max"}
	}
	g.columns = width - g.labels - 1 - figureColumns*len(g.figures)
	for ; g.columns < fewestBars && len(g.figures) > 1; g.columns += figureColumns {
		g.figures = g.figures[:len(g.figures)-1]
	}
	var ends []float64
	for _, a := range s.arms {
		for _, stat := range []string{"min", "p50", "max"} {
			if v, ok := a.Phases[p].Stat(stat); ok {
				ends = append(ends, float64(v))
			}
		}
	}
	var ok bool
	g.scale, ok = chart.Around(true, ends...)
	return g, ok && g.columns > 0
}

// width is that of the chart.
func (g spread) width() int { return g.labels + 1 + g.columns + figureColumns*len(g.figures) }

// figure writes one of the figures to the right of the axis.
func (g spread) figure(c *chart.Cells, i, y int, text string) {
	c.Put(g.labels+1+g.columns+figureColumns*(i+1)-chart.Columns(text), y, text)
}

// head names the figures.
func (g spread) head() []string {
	c := chart.NewCells(g.width(), 1)
	for i, name := range g.figures {
		g.figure(c, i, 0, name)
	}
	return c.Lines()
}

// arm draws one arm's rows.
func (g spread) arm(label string, a *bench.ArmResult, p bench.Phase) []string {
	left := g.labels + 1
	c := chart.NewCells(g.width(), g.tall+1)
	c.Put(0, g.tall-1, label)
	if why := missing(a, p); why != "" {
		c.Put(left, g.tall-1, why)
		return c.Lines()[g.tall-1 : g.tall]
	}
	c.Bars(left, g.tall-1, g.tall, g.counts(distribution(a, p)))
	g.box(c, left, a.Phases[p])
	for _, t := range g.ticks() {
		for y := range g.tall + 1 {
			c.Under(left+g.scale.Cell(t.At, g.columns), y, "·")
		}
	}
	for i, name := range g.figures {
		text := absent
		if v, ok := a.Phases[p].Stat(name); ok {
			text = duration(v)
		}
		g.figure(c, i, g.tall, text)
	}
	return c.Lines()
}

// missing says why an arm has no distribution, "" where it has one.
func missing(a *bench.ArmResult, p bench.Phase) string {
	switch {
	case a.Phases[p].Count > 0:
		return ""
	case a.Attempts == 0:
		return "nothing attempted"
	case a.Completed() == 0:
		return "no handshake completed"
	default:
		return "none of the wanted kind"
	}
}

// counts are the samples in each column of the axis.
func (g spread) counts(h *hist.Decoded) []int64 {
	if h == nil {
		return nil
	}
	counts := make([]int64, g.columns)
	for _, bar := range h.Bars() {
		counts[g.scale.Cell(float64(bar.Value), g.columns)] += bar.Count
	}
	return counts
}

// box draws a line through what is known of the distribution: the further out,
// the thinner.
func (g spread) box(c *chart.Cells, left int, s hist.Summary) {
	at := func(stat string) (int, bool) {
		v, ok := s.Stat(stat)
		return left + g.scale.Cell(float64(v), g.columns), ok
	}
	from, known := at("min")
	if !known {
		return
	}
	first := from
	for _, part := range []struct{ to, line string }{{"p50", "─"}, {"p90", "━"}, {"p99", "─"}, {"max", "╌"}} {
		to, ok := at(part.to)
		if !ok {
			continue
		}
		for x := from; x <= to; x++ {
			c.Put(x, g.tall, part.line)
		}
		from = to
	}
	c.Put(first, g.tall, "├")
	for _, mark := range []struct{ stat, sign string }{{"max", "┤"}, {"p90", "┿"}, {"p99", "┼"}, {"p50", "●"}} {
		if x, ok := at(mark.stat); ok {
			c.Put(x, g.tall, mark.sign)
		}
	}
}

func (g spread) ticks() []chart.Tick {
	const room, most = 11, 9 // columns for a tick; three figures tell no more apart
	return timeTicks(g.scale, min(most, g.columns/room))
}

func (g spread) axis() []string {
	left := g.labels + 1
	c := chart.NewCells(left+g.columns, 2)
	c.Axis(left, 0, g.columns, g.scale, g.ticks())
	return c.Lines()
}

// timeTicks label a scale of nanoseconds. They are two at least where the scale
// has so many: one does not tell how long the axis is.
func timeTicks(s chart.Scale, most int) []chart.Tick {
	const enough = 9
	values := s.Ticks(max(2, most))
	for more := max(2, most) + 1; len(values) < 2 && more <= enough; more++ {
		values = s.Ticks(more)
	}
	var all []chart.Tick
	for _, v := range values {
		all = append(all, chart.Tick{At: v, Text: roundTime(v)})
	}
	return all
}

// roundTime writes a round number of nanoseconds without figures that say
// nothing: "2 ms", "1.5 ms".
func roundTime(ns float64) string {
	if ns <= 0 || math.IsInf(ns, 0) || math.IsNaN(ns) {
		return "0"
	}
	number, unit, _ := strings.Cut(duration(time.Duration(math.Round(ns))), nbsp)
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number + nbsp + unit
}
