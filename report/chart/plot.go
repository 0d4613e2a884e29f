package chart

import (
	"html/template"
	"math"
	"strconv"
	"unicode/utf8"
)

// Point is a pair of values.
type Point struct{ X, Y float64 }

// Range is a vertical line at X from Low to High.
type Range struct{ X, Low, High float64 }

// Tick is a value of an axis with its label, which may be empty.
type Tick struct {
	At   float64
	Text string
}

// Axis is one side of a plot.
type Axis struct {
	Scale Scale
	Label string
	Ticks []Tick
	// Unit tells a page's script how to write a value of this axis.
	Unit string
}

// Series is what belongs together and is switched on and off together. Its
// Style, from 0, chooses colour and dashes on the page; its Key is what the page
// knows it by.
type Series struct {
	Name, Key string
	Style     int
	Line      []Point // connected
	Dots      []Point // not connected
	Ranges    []Range
	// Signs are points that carry a letter, such as what failed.
	Signs []Sign
}

// Sign is a marked point.
type Sign struct {
	Point
	// Class names what it marks, for the page's colours; Text is its letter.
	Class, Text string
	// Title says what it is.
	Title string
}

// Mark is a line across the plot, at a value of the X axis or, where Level is
// set, of the Y axis.
type Mark struct {
	At          float64
	Level       bool
	Class, Text string
}

// Band is what lies between two values of the Y axis.
type Band struct {
	Low, High float64
	Class     string
}

// Hover is how a page's script reads values off a plot.
type Hover string

// The ways: the Y of every line at the pointer's X, or the nearest point.
const (
	HoverX       Hover = "x"
	HoverNearest Hover = "nearest"
)

// Plot is a chart with two axes.
type Plot struct {
	// Title names the chart, and Text says in a sentence what it shows: both
	// are for those who cannot see it.
	Title, Text string
	X, Y        Axis
	Bands       []Band
	Marks       []Mark
	Series      []Series
	Hover       Hover
}

// Sheet draws the plots of one page. Axes that several of them share are in the
// page once, so that many small plots on one scale take little room.
type Sheet struct {
	axes map[string]string // their names, by how they are drawn
}

// SVG draws a plot. Its parts stand in a box whose geometry the page's script
// knows: see Geometry.
func (sheet *Sheet) SVG(p Plot) template.HTML {
	var w writer
	w.raw(`<svg class="plot" viewBox="0 0 `, strconv.Itoa(width), ` `, strconv.Itoa(height), `" role="img" tabindex="0" aria-label="`,
		template.HTMLEscapeString(p.Title+". "+p.Text), `" data-x="`, template.HTMLEscapeString(p.X.forScript()),
		`" data-y="`, template.HTMLEscapeString(p.Y.forScript()), `" data-hover="`, string(p.Hover), `">`)
	sheet.drawAxes(&w, p)
	w.raw(`<g transform="translate(`, strconv.Itoa(left), ` `, strconv.Itoa(top), `) scale(`, strconv.FormatFloat(1./fine, 'f', -1, 64), `)">`)
	for _, b := range p.Bands {
		high, low := p.point(Point{p.X.Scale.From, b.High}), p.point(Point{p.X.Scale.From, b.Low})
		w.raw(`<path class="band `, b.Class, `" d="M0 `, strconv.Itoa(high.y), `h`, strconv.Itoa(plotWidth), `v`, strconv.Itoa(low.y-high.y), `H0z"/>`)
	}
	for _, m := range p.Marks {
		p.drawMark(&w, m)
	}
	for _, s := range p.Series {
		p.drawSeries(&w, s)
	}
	w.raw(`</g><g class="guide"></g></svg>`)
	return template.HTML(w.String())
}

// drawAxes draws what the axes show, or refers to where it was drawn before.
func (sheet *Sheet) drawAxes(w *writer, p Plot) {
	drawn := p.axes()
	if name, ok := sheet.axes[drawn]; ok {
		w.raw(`<use href="#`, name, `"/>`)
		return
	}
	if sheet.axes == nil {
		sheet.axes = map[string]string{}
	}
	name := "axes" + strconv.Itoa(len(sheet.axes)+1)
	sheet.axes[drawn] = name
	w.raw(`<g class="axes" id="`, name, `">`, drawn, `</g>`)
}

// About what a label takes, in the drawing's units.
const letterWidth, lineHeight = 7.0, 11

func (p Plot) axes() string {
	var w, grid writer
	const base = height - bottom
	lowest := math.Inf(1)
	for _, t := range p.Y.Ticks {
		y := top + (base-top)*(1-p.Y.Scale.At(t.At))
		if lowest-y < lineHeight {
			continue // its label would touch the one below
		}
		lowest = y
		grid.raw(`M`, strconv.Itoa(left), ` `, short(y), `H`, strconv.Itoa(width-right))
		w.text("ytick", left-5, y+3.5, t.Text)
	}
	taken := math.Inf(-1)
	for _, t := range p.X.Ticks {
		x := left + (width-right-left)*p.X.Scale.At(t.At)
		half := letterWidth / 2 * float64(utf8.RuneCountInString(t.Text))
		grid.raw(`M`, short(x), ` `, strconv.Itoa(top), `V`, strconv.Itoa(base))
		if at := min(x, width-half); t.Text != "" && at-half > taken { // inside the edge, and beside the one before
			taken = at + half + letterWidth/2
			w.text("xtick", at, base+14, t.Text)
		}
	}
	if p.X.Label != "" {
		w.text("xlabel", (left+width-right)/2, height-6, p.X.Label)
	}
	return `<path d="` + grid.String() + `"/><path class="base" d="M` + strconv.Itoa(left) + ` ` + strconv.Itoa(base) + `H` + strconv.Itoa(width-right) + `"/>` + w.String()
}

func (p Plot) drawMark(w *writer, m Mark) {
	at := p.point(Point{m.At, m.At})
	d, x, y := "M"+strconv.Itoa(at.x)+" 0V"+strconv.Itoa(plotHeight), at.x+3*fine, 10*fine
	anchor := "start"
	if at.x > plotWidth*2/3 {
		x, anchor = at.x-3*fine, "end"
	}
	if m.Level {
		d, x, y, anchor = "M0 "+strconv.Itoa(at.y)+"H"+strconv.Itoa(plotWidth), plotWidth, at.y-3*fine, "end"
	}
	w.raw(`<path class="mark `, m.Class, `" d="`, d, `"/>`)
	if m.Text != "" {
		w.raw(`<text class="marktext" text-anchor="`, anchor, `" transform="translate(`, pair(x, y), `) scale(`, strconv.Itoa(fine), `)">`,
			template.HTMLEscapeString(m.Text), `</text>`)
	}
}

func (p Plot) drawSeries(w *writer, s Series) {
	w.raw(`<g class="series s`, strconv.Itoa(s.Style%Styles), `" data-key="`, template.HTMLEscapeString(s.Key), `" data-name="`, template.HTMLEscapeString(s.Name), `">`)
	if len(s.Ranges) > 0 {
		w.raw(`<path class="range" d="`)
		for _, r := range s.Ranges {
			low, high := p.point(Point{r.X, r.Low}), p.point(Point{r.X, r.High})
			w.raw("M", pair(low.x, low.y), "V", strconv.Itoa(high.y))
		}
		w.raw(`"/>`)
	}
	if len(s.Line) > 0 {
		w.raw(`<path class="line" d="`, line(p.drawn(s.Line)), `"/>`)
	}
	if len(s.Dots) > 0 {
		w.raw(`<path class="dots" d="`, dots(p.drawn(s.Dots)), `"/>`)
	}
	lettered := map[int]int{} // the last one's place, by height
	for _, sign := range s.Signs {
		at := p.point(sign.Point)
		if last, ok := lettered[at.y]; ok && at.x-last < 2*signSize*fine {
			w.raw(`<g class="sign `, sign.Class, `" transform="translate(`, pair(at.x, at.y), `) scale(`, strconv.Itoa(fine), `)"><title>`,
				template.HTMLEscapeString(sign.Title), `</title><circle r="2"/></g>`)
			continue
		}
		lettered[at.y] = at.x
		w.raw(`<g class="sign `, sign.Class, `" transform="translate(`, pair(at.x, at.y), `) scale(`, strconv.Itoa(fine), `)"><title>`,
			template.HTMLEscapeString(sign.Title), `</title><circle r="`, strconv.Itoa(signSize), `"/><text y="3.5">`, template.HTMLEscapeString(sign.Text), `</text></g>`)
	}
	w.raw(`</g>`)
}

// signSize is the radius of a sign. One that would lie on the sign before it is a
// dot without its letter.
const signSize = 6

// drawn are the points in the plot, without those that lie on the one before.
func (p Plot) drawn(all []Point) []point {
	var points []point
	for _, q := range all {
		if math.IsNaN(q.X) || math.IsNaN(q.Y) {
			continue
		}
		at := p.point(q)
		if len(points) == 0 || points[len(points)-1] != at {
			points = append(points, at)
		}
	}
	return points
}

// Styles is how many a page tells apart: colours, each with several ways to be
// dashed.
const Styles = 24

// forScript tells a page's script a scale: unit, log or lin, and both ends.
func (a Axis) forScript() string {
	kind := "lin"
	if a.Scale.Log {
		kind = "log"
	}
	end := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	return a.Unit + " " + kind + " " + end(a.Scale.From) + " " + end(a.Scale.To)
}
