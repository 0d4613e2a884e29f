package chart

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// The drawing's own units. A page draws it between some 300 and 600 pixels
// wide, so that one unit is about a pixel.
const (
	width, height = 360, 224
	left, right   = 50, 12
	top, bottom   = 10, 36
	// fine is how many steps a unit has inside the plot: at ten of them a
	// value is read back to better than 0.2 % from two decades.
	fine = 10
	// What the plot has in such steps.
	plotWidth  = (width - left - right) * fine
	plotHeight = (height - top - bottom) * fine
)

// Geometry is where plots have their box, in the drawing's units: left, top,
// width and height; and into how many steps paths inside it divide a unit.
func Geometry() (box [4]int, steps int) {
	return [4]int{left, top, width - left - right, height - top - bottom}, fine
}

// writer puts SVG together. What it is given as text is escaped.
type writer struct{ strings.Builder }

func (w *writer) raw(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

func (w *writer) text(class string, x, y float64, text string) {
	w.raw(`<text class="`, class, `" x="`, short(x), `" y="`, short(y), `">`, template.HTMLEscapeString(text), `</text>`)
}

// short writes a coordinate with no more digits than can be seen.
func short(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// point is a position inside the plot, in fine steps from its upper left.
type point struct{ x, y int }

func (p Plot) point(q Point) point {
	return point{
		x: int(math.Round(p.X.Scale.At(q.X) * plotWidth)),
		y: int(math.Round((1 - p.Y.Scale.At(q.Y)) * plotHeight)),
	}
}

// line is a path through points, relative from the second on, which is shorter.
func line(points []point) string {
	var b strings.Builder
	for i, p := range points {
		switch {
		case i == 0:
			b.WriteString("M" + pair(p.x, p.y))
		case i == 1:
			b.WriteString("l" + pair(p.x-points[0].x, p.y-points[0].y))
		default:
			if next := pair(p.x-points[i-1].x, p.y-points[i-1].y); next[0] == '-' {
				b.WriteString(next)
			} else {
				b.WriteString(" " + next)
			}
		}
	}
	return b.String()
}

// pair writes two whole numbers as paths do.
func pair(x, y int) string {
	if y < 0 {
		return strconv.Itoa(x) + strconv.Itoa(y)
	}
	return strconv.Itoa(x) + " " + strconv.Itoa(y)
}

// dots is a path of points alone, which round line caps make visible.
func dots(points []point) string {
	var b strings.Builder
	for _, p := range points {
		b.WriteString("M" + pair(p.x, p.y) + "h0")
	}
	return b.String()
}
