package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// checks says what became of each condition.
func (d *Document) checks() []string {
	var lines []string
	for _, c := range d.Checks {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", c.Verdict, c.Expr, c.Why))
	}
	return lines
}

// againstHead says what was compared with what.
func (d *Document) againstHead() string {
	a := d.Against
	side := func(names []string, unnamed string) string {
		if len(names) == 0 {
			return unnamed
		}
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s against %s, by %s", side(a.New, "this run"), side(a.Base, "earlier results"), a.Unit)
}

// armAgainst is what of an arm's comparisons with earlier results is worth
// showing to people.
type armAgainst struct {
	name  string
	shown []compare.Comparison
}

// againstArms leaves out tail percentiles that are not gated. Of many arms it
// shows what changed or is gated, and says how much it leaves out.
func (d *Document) againstArms() (all []armAgainst, rest string) {
	names := distinct(d.Against.Comparisons, func(c compare.Comparison) string { return c.Arm })
	same, unclear := 0, 0
	for _, c := range d.Against.Comparisons {
		if m, ok := bench.MetricByName(c.Metric); ok && m.Tail.Quantile > 0 && c.Allowed == nil {
			continue
		}
		if len(names) > manyArms && c.Allowed == nil && (c.Verdict == compare.Same || c.Verdict == compare.Inconclusive) {
			if c.Verdict == compare.Same {
				same++
			} else {
				unclear++
			}
			continue
		}
		i := slices.IndexFunc(all, func(a armAgainst) bool { return a.name == c.Arm })
		if i < 0 {
			i = len(all)
			all = append(all, armAgainst{name: c.Arm})
		}
		all[i].shown = append(all[i].shown, c)
	}
	if same+unclear > 0 {
		rest = fmt.Sprintf("of %s not shown: no change detected in %s, inconclusive %s",
			plural(same+unclear, "comparison"), grouped(same), grouped(unclear))
	}
	return all, rest
}

// againstTable has a row for each metric. Its names are those that allowances
// and checks go by.
func againstTable(all []compare.Comparison, withAllowed bool) Table {
	gated := slices.ContainsFunc(all, func(c compare.Comparison) bool { return c.Allowed != nil })
	withAllowed = withAllowed && gated
	t := Table{Columns: []Column{
		{Name: "metric", Left: true}, {Name: "old"}, {Name: "new"}, {Name: againstChangeHead(all), Left: true}, {Name: "verdict", Left: true},
	}}
	if withAllowed {
		t.Columns = append(t.Columns, Column{Name: "allowed"})
	}
	for _, c := range all {
		row := []string{c.Metric, value(c.BaselineValue, c.Unit), value(c.Value, c.Unit), againstChange(c), againstVerdict(c)}
		if withAllowed {
			allowed := ""
			if c.Allowed != nil {
				allowed = signless(100**c.Allowed) + nbsp + points(c.Unit)
			}
			row = append(row, allowed)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// againstChangeHead gives the confidence that all intervals have: exact ones
// have a little more than was asked for.
func againstChangeHead(all []compare.Comparison) string {
	lowest := 1.0
	for _, c := range all {
		if c.CI != nil {
			lowest = min(lowest, c.Confidence)
		}
	}
	if lowest == 1 || lowest <= 0 {
		return "change"
	}
	const inexact = 1e-9
	return fmt.Sprintf("change, %.0f%s%% CI", math.Floor(100*lowest+inexact), nbsp)
}

// againstChange shows the interval also where no change was detected: it says
// how large one may have been missed.
func againstChange(c compare.Comparison) string {
	if c.Change == nil || c.CI == nil {
		return absent
	}
	return fmt.Sprintf("%s%s%s%s[%s,%s%s]", signed(100**c.Change), nbsp, points(c.Unit), nbsp,
		signed(100*c.CI[0]), nbsp, signed(100*c.CI[1]))
}

// points is what a change is counted in: that of a ratio is a difference.
func points(u bench.Unit) string {
	if u == bench.Fraction {
		return "pp"
	}
	return "%"
}

func againstVerdict(c compare.Comparison) string {
	if c.Regressed {
		return "regression"
	}
	return string(c.Verdict)
}
