package report

import (
	"slices"
	"strconv"
)

// strip is a column with its cells.
type strip struct {
	Column
	cells []string
}

// grid is rows with more columns than a terminal may have room for. It is cut
// into tables, each of which begins with the same columns.
type grid struct {
	lead []strip
	// metrics are what a reader looks at together; each is made of runs, which
	// are never cut.
	metrics [][][]strip
}

// tables cuts the grid so that each table has the width, where that is
// possible; 0 is no limit. A metric is cut only where it does not fit alone.
func (g grid) tables(width int) []Table {
	var all []Table
	var current []strip
	fits := func(more []strip) bool { return width == 0 || g.table(slices.Concat(current, more)).width() <= width }
	flush := func() {
		if len(current) > 0 {
			all = append(all, g.table(current))
		}
		current = nil
	}
	for _, metric := range g.metrics {
		whole := slices.Concat(metric...)
		if fits(whole) {
			current = append(current, whole...)
			continue
		}
		flush()
		for _, run := range metric {
			if !fits(run) {
				flush()
			}
			current = append(current, run...)
		}
	}
	flush()
	return all
}

// fits reports whether every table that the grid is cut into has the width.
func (g grid) fits(width int) bool { return width == 0 || widest(g.tables(width)...) <= width }

func (g grid) table(strips []strip) Table {
	var t Table
	for _, s := range slices.Concat(g.lead, strips) {
		t.Columns = append(t.Columns, s.Column)
		for i, cell := range s.cells {
			if i == len(t.Rows) {
				t.Rows = append(t.Rows, nil)
			}
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	return t
}

// numbers is what rows are told apart by where their names are too long: it
// gives the column, and a key to it.
func numbers(names []string) (strip, []string) {
	s := strip{Column: Column{Name: "#"}}
	var key []string
	for i, name := range names {
		n := strconv.Itoa(i + 1)
		s.cells = append(s.cells, n)
		key = append(key, n+": "+name)
	}
	return s, key
}
