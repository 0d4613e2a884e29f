package report

import (
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
	g := d.sweepGrid(s, names)
	if !g.fits(width) {
		var number strip
		number, p.notes = numbers(names)
		for i := range p.notes {
			number.cells[i] = "#" + number.cells[i]
			p.notes[i] = "#" + p.notes[i]
		}
		g = d.sweepGrid(s, number.cells)
	}
	if !g.fits(width) {
		number, key := numbers(s.Values)
		p.notes = append(p.notes, key...)
		g.lead = []strip{number}
	}
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

func (d *Document) sweepGrid(s compare.Sweep, names []string) grid {
	g := grid{lead: []strip{{Column{Name: s.Dimension}, s.Values}}}
	for _, f := range []figure{
		{"rate", "rate", "", false}, {"tls.p50", "tls p50", "", true}, {"tls.p99", "tls p99", "", false}, {"total.p50", "total p50", "", false},
		{"client_cpu", "client CPU", "", false}, {"server_cpu", "server CPU", "", true},
		{"bytes_in", "bytes in", "", false}, {"bytes_out", "bytes out", "", false},
	} {
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
