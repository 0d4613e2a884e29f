package report

import (
	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// armsPart has a row for each arm, group by group.
func (d *Document) armsPart(sides []side, width int) part {
	var arms []*bench.ArmResult
	baseline := map[string]bool{}
	for _, s := range sides {
		arms = append(arms, s.arms...)
		baseline[s.arms[0].Name] = true
	}
	g := grid{lead: d.armColumns(arms)}
	for _, together := range d.figures() {
		var metric [][]strip
		for _, f := range together {
			metric = append(metric, d.figureOfArms(f, arms, baseline))
		}
		g.metrics = append(g.metrics, metric)
	}
	short := labels(d.Result.Plan)
	var names []string
	for _, a := range arms {
		names = append(names, short[a.Name])
	}
	number, key := numbers(names)
	if short, ok := g.shorter(grid{[]strip{number}, g.metrics}, names, width, width/2); ok {
		return part{key: key, tables: short.tables(width)}
	}
	return part{tables: g.tables(width)}
}

func (d *Document) figureOfArms(f figure, arms []*bench.ArmResult, baseline map[string]bool) []strip {
	m, _ := bench.MetricByName(f.metric)
	values := strip{Column: Column{Group: f.group, Name: f.name}}
	changes := strip{Column: d.changeColumn("change")}
	changes.Group = f.group
	for _, a := range arms {
		values.cells = append(values.cells, measured(a, m))
		text := ""
		if !baseline[a.Name] {
			text = change(compare.Find(d.Comparisons, a.Name, f.metric))
		}
		changes.cells = append(changes.cells, text)
	}
	if !f.changes || len(baseline) == len(arms) {
		return []strip{values}
	}
	return []strip{values, changes}
}

// armColumns names arms by the coordinates in which they differ, the compared
// one last. What a row shares with the one above is not repeated.
func (d *Document) armColumns(arms []*bench.ArmResult) []strip {
	p := d.Result.Plan
	var planned []bench.Arm
	for _, a := range arms {
		arm, _ := p.Arm(a.Name)
		planned = append(planned, arm)
	}
	dimensions := []string{}
	for _, dim := range varyingAmong(planned) {
		if dim != p.Compare {
			dimensions = append(dimensions, dim)
		}
	}
	dimensions = append(dimensions, p.Compare)
	all := make([]strip, len(dimensions))
	previous := make([]string, len(dimensions))
	for i, arm := range planned {
		repeated := i > 0
		for j, dim := range dimensions {
			all[j].Column = Column{Name: dim, Left: true}
			if dim == "tls" {
				all[j].Name = "TLS" // tls is a phase
			}
			text := arm.Coord(dim)
			repeated = repeated && text == previous[j] && dim != p.Compare
			previous[j] = text
			if repeated {
				text = ""
			}
			all[j].cells = append(all[j].cells, text)
		}
	}
	return all
}
