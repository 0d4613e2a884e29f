package report

import (
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// manyArms is how many arms can be shown with all their phases, and still be
// seen together. More of them get a row each.
const manyArms = 4

// part is tables that belong together.
type part struct {
	title  string   // which arms they are of, "" where they are of all
	key    []string // what names in the tables stand for
	tables []Table
	notes  []string // below the tables
	groups []string // what the tables' groups negotiated, below the notes
}

func (d *Document) many() bool { return len(d.Result.Plan.Arms) > manyArms }

// parts lays the result out for a width, 0 for no limit: sweeps with a row a
// value, a few arms side by side with all their phases, many with a row each.
func (d *Document) parts(width int) []part {
	if d.Result.Completed() == 0 {
		return nil
	}
	if d.searched() {
		return []part{d.searchPart(width)}
	}
	sides := d.sides()
	sweeps := d.sweeps()
	var parts []part
	for _, s := range sweeps {
		parts = append(parts, d.sweepPart(s, len(sweeps) > 1, width))
		sides = slices.DeleteFunc(sides, func(group side) bool { return has(s, group.arms[0].Name) })
	}
	switch {
	case len(sides) == 0:
	case d.many():
		parts = append(parts, d.armsPart(sides, width))
	default:
		for _, s := range sides {
			parts = append(parts, d.detailPart(s, len(sides)+len(sweeps) > 1, width))
		}
	}
	return append(parts, d.arrivalParts(width)...)
}

func has(s compare.Sweep, arm string) bool {
	return slices.ContainsFunc(s.Arms(), func(a bench.Arm) bool { return a.Name == arm })
}

// sweeps are those that a table with a row a value says more of than other
// tables do. One along the compared dimension is a table of arms anyhow.
func (d *Document) sweeps() []compare.Sweep {
	return slices.DeleteFunc(compare.Sweeps(d.Result.Plan), func(s compare.Sweep) bool {
		few := len(s.Values) < 3 && !d.many()
		return s.Dimension == d.Result.Plan.Compare || len(s.Compared) > manyArms || few
	})
}

// measured is a metric's value.
func measured(a *bench.ArmResult, m bench.Metric) string {
	v, ok := m.Of(&a.Stats)
	switch {
	case !ok || a.Completed() == 0: // a rate of 0 is none
		return absent
	case m.Clocked && a.Mixed:
		return value(v, m.Unit) + " (mixed)"
	default:
		return value(v, m.Unit)
	}
}

// figure is a metric as a column of many arms' tables.
type figure struct {
	metric      string
	group, name string
	changes     bool // its change is shown too
}

// comparesTotal reports whether some arm can be held against its baseline by
// total only.
func (d *Document) comparesTotal() bool {
	return slices.ContainsFunc(d.Comparisons, func(c compare.Comparison) bool { return d.timeMetric(c) != tlsMedian })
}

// figures are the few that a row has room for, by what is looked at together.
func (d *Document) figures() [][]figure {
	return [][]figure{
		{{"tls.p50", "tls", "p50", true}, {"tls.p99", "tls", "p99", false}},
		{{"total.p50", "total", "p50", d.comparesTotal()}},
		{{"client_cpu", "CPU", "client", false}, {"server_cpu", "CPU", "server", true}},
		{{"bytes_in", "bytes", "in", false}, {"bytes_out", "bytes", "out", false}},
		{{"rate", "", d.rateName(), false}},
	}
}
