package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Noise is what a target compared with itself found, as people and programs
// read it.
type Noise struct {
	Noise *compare.Noise
	// Allowed is the allowance for which rounds and runs are recommended, as a
	// fraction.
	Allowed float64
	Took    time.Duration
}

// NoiseFormats names the outputs that Noise has.
func NoiseFormats() []string { return []string{"text", "json"} }

// WriteJSON writes what compare.ReadNoise reads.
func (n Noise) WriteJSON(w io.Writer) error { return compare.WriteNoise(w, n.Noise) }

// manyRuns is a number of runs a side that compare can work with alone.
const manyRuns = 6

// WriteText writes tables and recommendations, for a terminal of that many
// columns, 0 for none.
func (n Noise) WriteText(w io.Writer, width int) error {
	if width <= 0 {
		width = 120
	}
	p := n.Noise.Plan
	var b strings.Builder
	wrap(&b, fmt.Sprintf("%s %s   noise   %s   %d runs of %s, each twice, in %v",
		bench.ThisTool().Name, bench.ThisTool().Version, p.Arms[0].Target.URL, n.Noise.Runs,
		plural(len(p.Arms), "arm"), n.Took.Round(time.Second)), "", "  ", width)
	wrap(&b, fmt.Sprintf("the smallest change that four of five comparisons would see, at %.0f%s%% confidence",
		100*p.Confidence, nbsp), "", "  ", width)
	for _, arm := range p.Arms {
		b.WriteByte('\n')
		if err := drawTable(&b, n.table(arm)); err != nil {
			return err
		}
	}
	b.WriteByte('\n')
	for _, line := range n.advice() {
		wrap(&b, line, "", "  ", width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// table has a row for each metric of an arm of which anything is known.
func (n Noise) table(arm bench.Arm) Table {
	rounds := n.Noise.Plan.Rounds
	t := Table{Columns: []Column{
		{Name: strings.ReplaceAll(arm.Name, ",", " "), Left: true},
		{Name: fmt.Sprintf("--vs, %d%srounds", rounds, nbsp)},
		{Name: "compare, 1" + nbsp + "run"},
		{Name: fmt.Sprintf("%d%sruns", manyRuns, nbsp)},
		{Name: "gated", Left: true},
	}}
	for _, f := range n.Noise.Floors {
		if f.Arm != arm.Name {
			continue
		}
		cell := func(v float64, ok bool) string {
			if !ok {
				return absent
			}
			return signless(100*v) + nbsp + points(f.Unit)
		}
		versus, okVersus := n.Noise.Versus(f, rounds)
		one, okOne := n.Noise.Between(f, 1)
		many, okMany := n.Noise.Between(f, manyRuns)
		gated := ""
		if slices.Contains(compare.Gated(), f.Metric) {
			gated = "yes"
		}
		t.Rows = append(t.Rows, []string{f.Metric, cell(versus, okVersus), cell(one, okOne), cell(many, okMany), gated})
	}
	return t
}

// advice says what to run, and what it is good for.
func (n Noise) advice() []string {
	p := n.Noise.Plan
	wanted := share(n.Allowed)
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if need, ok := n.Noise.AllowVersus(p.Rounds); ok {
		add("run --vs, %d rounds as here: %s", p.Rounds, n.allow(need))
		if rounds := n.Noise.RoundsFor(n.Allowed); rounds > 0 {
			add("run --vs --max-regress %s: %s", wanted, n.rounds(rounds))
		} else {
			add("run --vs --max-regress %s: no sensible number of rounds is enough here", wanted)
		}
	}
	if need, ok := n.Noise.AllowBetween(1); ok {
		add("compare, one run a side, with --noise FILE: %s", n.allow(need))
		if runs := n.Noise.RunsFor(n.Allowed); runs > 0 {
			add("compare --max-regress %s: %d runs a side", wanted, runs)
		} else {
			add("compare --max-regress %s: no sensible number of runs is enough here; longer runs (-d) or --vs may be", wanted)
		}
	}
	return all
}

// mostAllowed is what --max-regress takes.
const mostAllowed = 10

func (n Noise) allow(need compare.Need) string {
	noisiest := fmt.Sprintf("(the noisiest is %s of %s)", need.Metric, need.Arm)
	allowed := compare.RoundUp(need.Allowed)
	if !(allowed <= mostAllowed) {
		return "no --max-regress tells a change from noise here " + noisiest
	}
	return fmt.Sprintf("--max-regress %s finds servers that got worse by %s %s", share(allowed), signless(100*need.Found(allowed))+nbsp+"%", noisiest)
}

// rounds keeps the length of a block.
func (n Noise) rounds(rounds int) string {
	p := n.Noise.Plan
	if p.Count > 0 {
		return fmt.Sprintf("--rounds %d -n %d", rounds, (p.Count*int64(rounds)+int64(p.Rounds)-1)/int64(p.Rounds))
	}
	d := p.Duration * time.Duration(rounds) / time.Duration(p.Rounds)
	return fmt.Sprintf("--rounds %d -d %v", rounds, d.Round(100*time.Millisecond))
}

// share writes an allowance as flags take it.
func share(v float64) string {
	return strconv.FormatFloat(math.Round(1e6*v)/1e4, 'f', -1, 64) + "%"
}
