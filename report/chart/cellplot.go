package chart

import (
	"math"
	"slices"
)

// Symbols mark the points of series in a terminal, by their style.
func Symbols() []string { return []string{"●", "○", "■", "□", "▲", "△", "◆", "◇"} }

// several stands where points of several series share a cell.
const several = "*"

// Cells draws the plot in lines of at most that many columns, with rows of them
// for the points: title and key above, the axes' labels beside and below.
// Its lines join a series' points where no value is NaN between them. Bands,
// ranges and signs are left to SVG.
func (p Plot) Cells(columns, rows int) []string {
	labels := 0
	for _, t := range p.Y.Ticks {
		labels = max(labels, Columns(t.Text))
	}
	marked := 0
	if slices.ContainsFunc(p.Marks, func(m Mark) bool { return !m.Level && m.Text != "" }) {
		marked = 1
	}
	left := labels + 2 // a blank and the axis
	wide := max(1, columns-left-1)
	c := NewCells(columns, marked+rows+3)
	for y := range rows {
		c.Put(left-1, marked+y, "│")
	}
	for _, t := range p.Y.Ticks {
		y := marked + rows - 1 - p.Y.Scale.Cell(t.At, rows)
		c.Put(labels-Columns(t.Text), y, t.Text)
		c.Put(left-1, y, "┤")
	}
	c.Put(left-1, marked+rows, "└")
	c.Axis(left, marked+rows, wide, p.X.Scale, p.X.Ticks)
	for _, s := range p.Series {
		p.join(c, s, left, marked, wide, rows)
	}
	shared := p.stamp(c, left, marked, wide, rows)
	free := left
	for _, m := range p.Marks {
		at := left + p.X.Scale.Cell(m.At, wide)
		for y := range rows {
			c.Under(at, marked+y, "┊")
		}
		from := min(max(at-Columns(m.Text)/2, free), columns-Columns(m.Text))
		if m.Text != "" && from >= free {
			c.Put(from, 0, m.Text)
			free = from + Columns(m.Text) + 2
		}
	}
	label := Fit(p.X.Label, wide)
	c.Put(left+(wide-Columns(label))/2, marked+rows+2, label)
	drawn := c.Lines()
	if label == "" {
		drawn = drawn[:len(drawn)-1]
	}
	return slices.Concat(Break(p.Title, columns), p.keys(columns, shared), drawn)
}

// keys say what the symbols stand for.
func (p Plot) keys(columns int, shared bool) []string {
	symbols := Symbols()
	var all []string
	for _, s := range p.Series {
		if s.Name != "" {
			all = append(all, symbols[s.Style%len(symbols)]+" "+s.Name)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if shared {
		all = append(all, several+" several")
	}
	line := all[0]
	var lines []string
	for _, key := range all[1:] {
		if Columns(line)+3+Columns(key) > columns {
			lines = append(lines, Fit(line, columns))
			line = key
			continue
		}
		line += "   " + key
	}
	return append(lines, Fit(line, columns))
}

// join draws a series' lines.
func (p Plot) join(c *Cells, s Series, left, top, wide, rows int) {
	var last *Point
	for _, q := range s.Line {
		if math.IsNaN(q.X) || math.IsNaN(q.Y) {
			last = nil
			continue
		}
		at := Point{
			// The middle of the cells that the points' symbols stand in.
			X: float64(2*(left+p.X.Scale.Cell(q.X, wide)) + 1),
			Y: float64(4*top) + float64(min(4*rows-1, int((1-p.Y.Scale.At(q.Y))*float64(4*rows)))),
		}
		if last != nil {
			c.Line(int(last.X), int(last.Y), int(at.X), int(at.Y))
		}
		last = &at
	}
}

// stamp puts the series' symbols where their points are, and reports whether any
// share a cell.
func (p Plot) stamp(c *Cells, left, top, wide, rows int) (shared bool) {
	symbols := Symbols()
	owner := map[[2]int]int{}
	for i, s := range p.Series {
		for _, q := range slices.Concat(s.Line, s.Dots) {
			if math.IsNaN(q.X) || math.IsNaN(q.Y) {
				continue
			}
			at := [2]int{left + p.X.Scale.Cell(q.X, wide), top + rows - 1 - p.Y.Scale.Cell(q.Y, rows)}
			symbol := symbols[s.Style%len(symbols)]
			if first, taken := owner[at]; taken && first != i {
				symbol, shared = several, true
			}
			owner[at] = i
			c.Put(at[0], at[1], symbol)
		}
	}
	return shared
}
