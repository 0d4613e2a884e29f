package chart

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Cells is a canvas of character cells for a terminal, counted from its upper
// left. Nothing is drawn outside it. Text hides the lines that it stands on.
type Cells struct {
	width, height int
	text          []string // "" where there is none, tail after a wide character
	dots          []uint8  // of braille patterns
}

// tail is what a cell holds that a wide character takes from its left neighbour.
const tail = "\x00"

// NewCells makes an empty canvas.
func NewCells(width, height int) *Cells {
	width, height = max(0, width), max(0, height)
	return &Cells{width, height, make([]string, width*height), make([]uint8, width*height)}
}

// Put writes a text from a cell on, as much of it as the canvas has room for.
func (c *Cells) Put(x, y int, text string) {
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		if g.Width() == 0 {
			continue
		}
		c.put(x, y, g.Value(), g.Width())
		x += g.Width()
	}
}

func (c *Cells) put(x, y int, text string, width int) {
	if !c.within(x, y) || !c.within(x+width-1, y) {
		return
	}
	i := y*c.width + x
	if c.text[i] == tail {
		c.text[i-1] = " "
	}
	if end := i + width; end < len(c.text) && c.text[end] == tail {
		c.text[end] = " "
	}
	c.text[i] = text
	for j := 1; j < width; j++ {
		c.text[i+j] = tail
	}
}

func (c *Cells) within(x, y int) bool { return x >= 0 && x < c.width && y >= 0 && y < c.height }

// Under writes a text of one column where nothing was drawn yet.
func (c *Cells) Under(x, y int, text string) {
	if i := y*c.width + x; c.within(x, y) && c.text[i] == "" && c.dots[i] == 0 {
		c.Put(x, y, text)
	}
}

// Each cell has two by four dots, here by row: their bits in Unicode's braille
// patterns (The Unicode Standard, section 21.1).
func dotBits() [4][2]uint8 {
	return [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
}

// Line draws a line of braille dots between two dots. Across, a cell has two of
// them, and down, four.
func (c *Cells) Line(x, y, toX, toY int) {
	bits := dotBits()
	steps := max(abs(toX-x), abs(toY-y), 1)
	for i := range steps + 1 {
		px, py := x+divided((toX-x)*i, steps), y+divided((toY-y)*i, steps)
		if px >= 0 && py >= 0 && c.within(px/2, py/4) {
			c.dots[py/4*c.width+px/2] |= bits[py%4][px%2]
		}
	}
}

// divided rounds to the nearest, halves away from zero.
func divided(n, by int) int {
	if n < 0 {
		return -divided(-n, by)
	}
	return (n + by/2) / by
}

func abs(n int) int { return max(n, -n) }

// Lines are the canvas's rows, without blanks at their ends.
func (c *Cells) Lines() []string {
	lines := make([]string, c.height)
	for y := range lines {
		var b strings.Builder
		for x := range c.width {
			switch i := y*c.width + x; {
			case c.text[i] == tail:
			case c.text[i] != "":
				b.WriteString(c.text[i])
			case c.dots[i] != 0:
				b.WriteRune(rune(0x2800 + int(c.dots[i])))
			default:
				b.WriteByte(' ')
			}
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}
