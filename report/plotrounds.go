package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// drift is the paired changes of a comparison, round by round.
type drift struct {
	compare.Comparison
	label   string
	changes []float64 // log ratios, NaN where a round has none
}

// drawRounds draws a strip for each comparison of tls.p50: how far each round was
// from what is usual for the row. A slope is a drift, and it would be hidden in an
// estimate over all rounds.
func (d *Document) drawRounds(b *strings.Builder, width int) {
	all, key, labels := d.drifts(width / 3)
	if len(all) == 0 {
		return
	}
	const figures = 34
	columns := max(10, width-labels-2-figures)
	runs := d.runLengths()
	if len(runs) > columns/4 {
		runs = []int{len(d.Result.Rounds)}
	}
	per := roundsPerColumn(runs, columns)
	span := driftSpan(all)
	b.WriteByte('\n')
	each := "round"
	if per > 1 {
		each = plural(per, "round")
	}
	var strips []string
	for _, one := range all {
		strips = append(strips, one.strip(span, runs, per))
	}
	title := fmt.Sprintf("tls p50 against the baseline, by %s: ▄%sas usual for the row, ▁▇%s%s below and above", each, nbsp, nbsp, percentage(span))
	for _, sign := range []struct{ signs, meaning string }{{"↓↑", "further"}, {"·", "not compared"}, {"│", "the next run"}} {
		if strings.ContainsAny(strings.Join(strips, ""), sign.signs) {
			title += ", " + sign.signs + nbsp + sign.meaning
		}
	}
	wrap(b, title+"; then "+d.changeColumn("the change").Name, "", "  ", width)
	for _, line := range key {
		wrap(b, line, "", "  ", width)
	}
	for i, one := range all {
		line := chart.Pad(one.label, labels) + " " + strips[i] + "  " + change(one.Comparison, true)
		b.WriteString(chart.Fit(line, width) + "\n")
	}
}

// drifts are those of all comparisons that any round takes part in, with labels
// of at most that many columns, a key to these, and how many they take.
func (d *Document) drifts(most int) (all []drift, key []string, columns int) {
	m, _ := bench.MetricByName(bench.TLSPhase.String() + ".p50")
	short := labels(d.Result.Plan)
	for _, c := range d.Comparisons {
		if c.Metric != m.Name {
			continue
		}
		one := drift{c, printable(short[c.Arm]), compare.ByRound(d.Result, m, c.Baseline, c.Arm)}
		if len(numbersOf(one.changes)) > 0 {
			all = append(all, one)
			columns = max(columns, chart.Columns(one.label))
		}
	}
	if columns > most {
		var names []string
		for _, one := range all {
			names = append(names, one.label)
		}
		var numbers []string
		numbers, key = hashed(names)
		columns = 0
		for i := range all {
			all[i].label = numbers[i]
			columns = max(columns, len(numbers[i]))
		}
	}
	return all, key, columns
}

// spans are how far a strip may reach, as fractions.
func spans() []float64 { return []float64{0.05, 0.1, 0.2, 0.5, 1, 3, 9} }

// driftSpan is the smallest that holds nine rounds of ten.
func driftSpan(all []drift) float64 {
	var distances []float64
	for _, one := range all {
		usual := median(one.changes)
		for _, v := range numbersOf(one.changes) {
			distances = append(distances, math.Abs(v-usual))
		}
	}
	slices.Sort(distances)
	most := distances[len(distances)*9/10]
	for _, span := range spans() {
		if most <= math.Log1p(span) {
			return span
		}
	}
	return spans()[len(spans())-1]
}

// roundsPerColumn is how many rounds take a column together, so that runs of so
// many rounds, and the borders between them, have room in that many columns.
func roundsPerColumn(runs []int, columns int) int {
	for per := 1; ; per++ {
		taken := len(runs) - 1
		for _, n := range runs {
			taken += (n + per - 1) / per
		}
		if taken <= columns || per > slices.Max(runs) {
			return per
		}
	}
}

// strip is a character for each so many rounds of a run.
func (d drift) strip(span float64, runs []int, per int) string {
	var strips []string
	usual, rest := median(d.changes), d.changes
	for _, n := range runs {
		n = min(n, len(rest))
		strips = append(strips, stripOf(rest[:n], usual, span, per))
		rest = rest[n:]
	}
	return strings.Join(strips, "│")
}

func stripOf(changes []float64, usual, span float64, per int) string {
	blocks := chart.Eighths()[:7] // of an odd number one is in the middle
	var b strings.Builder
	for some := range slices.Chunk(changes, per) {
		v := (median(some) - usual) / math.Log1p(span)
		switch {
		case math.IsNaN(v):
			b.WriteString("·")
		case v < -1-1e-9:
			b.WriteString("↓")
		case v > 1+1e-9:
			b.WriteString("↑")
		default:
			b.WriteString(blocks[int(math.Round((v+1)/2*float64(len(blocks)-1)))])
		}
	}
	return b.String()
}

// median is that of the numbers, NaN where there are none.
func median(all []float64) float64 {
	all = numbersOf(all)
	slices.Sort(all)
	if len(all) == 0 {
		return math.NaN()
	}
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// numbersOf are the numbers.
func numbersOf(all []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(all), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

func percentage(f float64) string { return fmt.Sprintf("%.0f%s%%", 100*f, nbsp) }
