package report

import (
	"fmt"

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
	chosen, numbered := g.shorter(grid{[]strip{number}, g.metrics}, names, width, width/2)
	if !numbered {
		key = nil
	}
	return part{key: key, tables: chosen.tables(width), groups: d.negotiated(sides)}
}

// fewGroups is of how many groups it is told what they negotiated.
const fewGroups = 6

// negotiated tells what the groups' connections were, where these differ: the
// header says what all have in common.
func (d *Document) negotiated(sides []side) []string {
	connections := distinct(sides, func(s side) string { return connection(s.arms) })
	if len(connections) < 2 {
		return nil
	}
	var lines []string
	for _, s := range sides {
		if len(lines) == fewGroups && len(sides) > fewGroups+1 {
			return append(lines, fmt.Sprintf("and %s more groups", grouped(len(sides)-fewGroups)))
		}
		if connection(s.arms) != "" {
			lines = append(lines, d.heading(s))
		}
	}
	return lines
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
