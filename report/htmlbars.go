package report

import (
	"fmt"
	"math"
)

// bars are labelled bars that share a scale.
type bars struct {
	Caption string
	Rows    []barRow
}

// Intervals reports whether the rows are intervals.
func (b bars) Intervals() bool { return len(b.Rows) > 0 && b.Rows[0].Interval != nil }

// barRow is a bar made of segments or, where Interval is set, a value with its
// interval.
type barRow struct {
	Label    string
	Segments []segment
	Zero     float64 // where segments below zero end, in percent; 0 where there are none
	Interval *interval
	Text     string // the figure
	Note     string // what there is to say of it, such as its change
}

// segment is part of a bar, in percent of the scale.
type segment struct {
	Class string
	Title string
	From  float64
	Width float64
}

// interval is a value with its bounds, in percent of a scale on which Zero
// is no change, and Limit what is allowed.
type interval struct {
	Class               string
	Low, At, High, Zero float64
	Limited             bool
	Limit               float64
}

// scaleWidth is what a whole bar has.
const scaleWidth = 100

// stack lays segments one behind the other; whole is the scale's end.
func stack(whole float64, parts ...stackPart) []segment {
	var all []segment
	at := 0.0
	for _, p := range parts {
		if p.value <= 0 || whole <= 0 {
			continue
		}
		w := scaleWidth * p.value / whole
		all = append(all, segment{p.class, p.title, at, w})
		at += w
	}
	return all
}

// stackAround lays segments away from zero: those below it to its left. least and
// most are the scale's ends.
func stackAround(least, most float64, parts ...stackPart) (all []segment, zero float64) {
	if least >= 0 {
		return stack(most, parts...), 0
	}
	of := func(v float64) float64 { return scaleWidth * v / (most - least) }
	zero = of(-least)
	left, right := zero, zero
	for _, p := range parts {
		switch w := of(math.Abs(p.value)); {
		case p.value < 0:
			left -= w
			all = append(all, segment{p.class, p.title, left, w})
		case p.value > 0:
			all = append(all, segment{p.class, p.title, right, w})
			right += w
		}
	}
	return all, zero
}

type stackPart struct {
	class, title string
	value        float64
}

// style is the class of a series' colour.
func style(i int) string { return fmt.Sprintf("s%d", i) }
