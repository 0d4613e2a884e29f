package report

import (
	"slices"
	"strconv"
	"unicode/utf8"
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

// shorter gives the grid with numbers for names where that makes it fit, or where
// names are longer than most and numbers make for fewer tables; ok says which.
func (g grid) shorter(numbered grid, names []string, width, most int) (_ grid, ok bool) {
	if width == 0 {
		return g, false
	}
	tables, others := g.tables(width), numbered.tables(width)
	long := slices.ContainsFunc(names, func(name string) bool { return utf8.RuneCountInString(printable(name)) > most })
	tooWide := widest(tables...) > width && widest(others...) < widest(tables...)
	if tooWide || long && len(others) < len(tables) {
		return numbered, true
	}
	return g, false
}

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
	short, key := hashed(names)
	return strip{Column{Name: "row"}, short}, key
}

// hashed numbers names, and gives a key to them.
func hashed(names []string) (short, key []string) {
	for i, name := range names {
		short = append(short, "#"+strconv.Itoa(i+1))
		key = append(key, short[i]+": "+name)
	}
	return short, key
}
