package report

import "unicode/utf8"

// Table is a grid of finished cells.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Column heads one column; Group stands above neighbours that have it in common.
type Column struct {
	Group, Name string
	Left        bool // aligned to the left
}

// columnGap is the space between columns in text.
const columnGap = 2

// width is how wide the table is in text.
func (t Table) width() int {
	total := -columnGap
	for i, c := range t.Columns {
		widest := utf8.RuneCountInString(printable(c.Name))
		if i == 0 || t.Columns[i-1].Group != c.Group {
			widest = max(widest, utf8.RuneCountInString(printable(c.Group)))
		}
		for _, row := range t.Rows {
			widest = max(widest, utf8.RuneCountInString(printable(row[i])))
		}
		total += widest + columnGap
	}
	return total
}

// widest is the width of the widest of them.
func widest(tables ...Table) (n int) {
	for _, t := range tables {
		n = max(n, t.width())
	}
	return n
}
