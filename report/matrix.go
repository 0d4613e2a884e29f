package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench/probe"
)

// matrix numbers the columns like the rows: names are too long for heads.
func (p Probe) matrix(m probe.Matrix) Table {
	t := Table{Columns: []Column{{Name: "#"}, {Name: "granted at", Left: true}}}
	for j := range m.Cells {
		t.Columns = append(t.Columns, Column{Name: grouped(j + 1)})
	}
	for i, cells := range m.Cells {
		row := []string{grouped(i + 1), p.Result.Places[i].Name}
		for _, c := range cells {
			row = append(row, cell(c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func cell(c probe.Cell) string {
	text := absent
	if c.Tested() {
		text = fmt.Sprintf("%d/%d", c.Accepted, c.Of)
	}
	if c.Failed > 0 {
		text += fmt.Sprintf(" %d!", c.Failed)
	}
	return text
}

// sharing says which places accept each other's sessions.
func (p Probe) sharing(m probe.Matrix) string {
	var groups []string
	for _, g := range m.Groups {
		var numbers []string
		for _, i := range g {
			numbers = append(numbers, grouped(i+1))
		}
		groups = append(groups, strings.Join(numbers, " with "))
	}
	tested := func(cells []probe.Cell) bool { return slices.ContainsFunc(cells, probe.Cell.Tested) }
	switch {
	case len(groups) > 0:
	case slices.ContainsFunc(m.Cells, tested):
		return "shared: no place accepts even its own"
	default:
		return "shared: nothing is known"
	}
	return "shared: " + strings.Join(groups, "; ")
}
