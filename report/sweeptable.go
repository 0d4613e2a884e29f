package report

import (
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// sweepPart has a row for each value of the sweep, and the compared arms side by
// side.
func (d *Document) sweepPart(s compare.Sweep, titled bool, width int) part {
	var p part
	if titled {
		p.title = d.sweepTitle(s)
	}
	names := make([]string, len(s.Compared))
	for i, c := range s.Compared {
		names[i] = shortCoord(bench.Coord{Dimension: d.Result.Plan.Compare, Value: c})
	}
	values := strip{Column{Name: s.Dimension}, s.Values}
	g := d.sweepGrid(s, values, names)
	short, key := hashed(names)
	g, ok := g.shorter(d.sweepGrid(s, values, short), names, width, width/4)
	if ok {
		names, p.key = short, key
	}
	number, key := numbers(s.Values)
	if g, ok = g.shorter(grid{[]strip{number}, g.metrics}, s.Values, width, width/2); ok {
		p.key = append(p.key, key...)
	}
	p.notes = d.unswept(s, names)
	p.tables = g.tables(width)
	return p
}

// sweepTitle tells a sweep from others by what its arms share.
func (d *Document) sweepTitle(s compare.Sweep) string {
	var arms []*bench.ArmResult
	for _, arm := range s.Arms() {
		if a, ok := d.Result.Arm(arm.Name); ok {
			arms = append(arms, a)
		}
	}
	return d.titleOf(s.Shared, arms)
}

func (d *Document) sweepGrid(s compare.Sweep, values strip, names []string) grid {
	g := grid{lead: []strip{values}}
	for _, f := range d.sweptFigures(s) {
		if d.steady(s, f.metric) {
			continue
		}
		var metric [][]strip
		for i, c := range s.Compared {
			run := d.figureOfSweep(f, s, c)
			for j := range run {
				run[j].Group = f.group
			}
			run[0].Name = names[i]
			if len(names) == 1 {
				run[0].Group, run[0].Name = "", f.group
			}
			metric = append(metric, run)
		}
		g.metrics = append(g.metrics, metric)
	}
	return g
}

// sweptFigures begin with what became of the load.
func (d *Document) sweptFigures(s compare.Sweep) []figure {
	var all []figure
	switch load := s.Arms()[0].Load; {
	case load.Storm > 0:
		all = append(all, figure{"connected", "last connected", "", true})
		if d.ever(s, "error_ratio") {
			all = append(all, figure{"error_ratio", "failed", "", false})
		}
		if d.ever(s, "server_peak_cores") {
			all = append(all, figure{"server_peak_cores", "server's peak, cores", "", false})
		}
	case load.Rate > 0:
		all = append(all, figure{"begun", "begun/s", "", false}, figure{"rate", "completed/s", "", false})
		if d.ever(s, "drop_ratio") {
			all = append(all, figure{"drop_ratio", "dropped", "", false})
		}
		if d.ever(s, "lag.p99") {
			all = append(all, figure{"lag.p99", "lag p99", "", false})
		}
	default:
		all = append(all, figure{"rate", "rate", "", false})
	}
	return append(all, []figure{
		{"tls.p50", "tls p50", "", true}, {"tls.p99", "tls p99", "", false}, {"total.p50", "total p50", "", false},
		{"client_cpu", "client CPU", "", false}, {"server_cpu", "server CPU", "", true},
		{"bytes_in", "bytes in", "", false}, {"bytes_out", "bytes out", "", false},
	}...)
}

// ever reports whether any arm of a sweep has more of a metric than nothing.
func (d *Document) ever(s compare.Sweep, metric string) bool {
	for _, c := range s.Compared {
		if _, highest := d.extremes(s, c, metric); highest > 0 {
			return true
		}
	}
	return false
}

// unswept tells what stays the same along a sweep: a column would say it again
// and again.
func (d *Document) unswept(s compare.Sweep, names []string) []string {
	var parts []string
	for _, metric := range []struct{ name, label string }{{"bytes_in", "bytes in"}, {"bytes_out", "bytes out"}} {
		if !d.steady(s, metric.name) {
			continue
		}
		var values []string
		for i, c := range s.Compared {
			lowest, highest := d.extremes(s, c, metric.name)
			text := grouped(lowest)
			if highest := grouped(highest); highest != text {
				text += " to " + highest
			}
			if len(names) > 1 {
				text = names[i] + " " + text
			}
			values = append(values, text)
		}
		parts = append(parts, metric.label+" "+strings.Join(values, ", "))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"throughout: " + strings.Join(parts, "; ")}
}

// steady reports whether bytes hardly change along a sweep. A certificate's
// signature alone makes a few of them more or less.
func (d *Document) steady(s compare.Sweep, metric string) bool {
	if !strings.HasPrefix(metric, "bytes") {
		return false
	}
	for _, c := range s.Compared {
		lowest, highest := d.extremes(s, c, metric)
		if lowest == 0 || highest > 1.005*lowest {
			return false
		}
	}
	return true
}

// extremes are the lowest and the highest value of a metric along a sweep, 0
// where there is none.
func (d *Document) extremes(s compare.Sweep, compared, metric string) (lowest, highest float64) {
	m, _ := bench.MetricByName(metric)
	for _, v := range s.Values {
		arm, _ := s.Arm(v, compared)
		a, ok := d.Result.Arm(arm.Name)
		if !ok {
			continue
		}
		if v, ok := m.Of(&a.Stats); ok {
			if lowest == 0 || v < lowest {
				lowest = v
			}
			highest = max(highest, v)
		}
	}
	return lowest, highest
}

// figureOfSweep is a metric of the arms at one value of the compared dimension,
// and its change where any of them is compared with another.
func (d *Document) figureOfSweep(f figure, s compare.Sweep, compared string) []strip {
	m, _ := bench.MetricByName(f.metric)
	values, changes := strip{}, strip{Column: d.changeColumn("change")}
	changed := false
	for _, v := range s.Values {
		text, difference := absent, ""
		if arm, ok := s.Arm(v, compared); ok {
			if a, ok := d.Result.Arm(arm.Name); ok {
				text = measured(a, m)
			}
			if d.hasBaseline(arm.Name) {
				difference = change(compare.Find(d.Comparisons, arm.Name, f.metric))
				changed = true
			}
		}
		values.cells, changes.cells = append(values.cells, text), append(changes.cells, difference)
	}
	if !f.changes || !changed {
		return []strip{values}
	}
	return []strip{values, changes}
}

// hasBaseline reports whether the plan compares the arm with another one.
func (d *Document) hasBaseline(name string) bool {
	for i, arm := range d.Result.Plan.Arms {
		if arm.Name == name {
			_, ok := d.Result.Plan.Baseline(i)
			return ok
		}
	}
	return false
}
