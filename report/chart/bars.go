package chart

import "slices"

// Cell is the place of a value among n cells side by side that a scale is
// divided into.
func (s Scale) Cell(v float64, n int) int {
	return max(0, min(n-1, int(s.At(v)*float64(n))))
}

// Eighths are the blocks that fill a cell from its bottom, by an eighth more each.
func Eighths() []string { return []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"} }

// Bars draws counts side by side from (x, base) upwards. The highest fills all
// rows, and none that counts anything is invisible.
func (c *Cells) Bars(x, base, rows int, counts []int64) {
	if len(counts) == 0 || rows < 1 {
		return
	}
	blocks := Eighths()
	highest := slices.Max(counts)
	for i, n := range counts {
		if n <= 0 {
			continue
		}
		level := max(1, int(float64(n)/float64(highest)*float64(rows*len(blocks))+0.5))
		for row := 0; level > 0; row++ {
			c.Put(x+i, base-row, blocks[min(level, len(blocks))-1])
			level -= len(blocks)
		}
	}
}

// Axis draws a horizontal axis of n cells from (x, y) on, with the ticks' labels
// below where there is room for them.
func (c *Cells) Axis(x, y, n int, s Scale, ticks []Tick) {
	for i := range n {
		c.Put(x+i, y, "─")
	}
	free := 0 // from where on the row of labels is
	for _, t := range ticks {
		at := x + s.Cell(t.At, n)
		c.Put(at, y, "┴")
		columns := Columns(t.Text)
		from := min(max(at-columns/2, 0), c.width-columns)
		if columns == 0 || from < free {
			continue
		}
		c.Put(from, y+1, t.Text)
		free = from + columns + 1
	}
}
