package live

import (
	"strings"

	"tlsbench/bench"
	"tlsbench/report"
)

// View lays out the moments of one run.
type View struct {
	labels []string // by arm
	color  bool
}

// longestLabel is more than any terminal has room for.
const longestLabel = 400

// NewView makes the view of a plan's run.
func NewView(p bench.Plan, color bool) *View {
	v := &View{color: color}
	labels := report.Labels(p)
	for _, arm := range p.Arms {
		v.labels = append(v.labels, shorten(report.Printable(labels[arm.Name]), longestLabel))
	}
	return v
}

// Frame is a moment in that many columns and rows: at most so many lines, none of
// them wider.
func (v *View) Frame(m Moment, width, height int) []string {
	lines := []spans{head(m, width)}
	if height >= 2 {
		lines = append(lines, status(m, width))
	}
	// The table has a line of heads.
	if room := height - len(lines) - 1; room > 0 {
		if room > len(v.labels) {
			lines = append(lines, nil)
			room--
		}
		lines = append(lines, v.table(m, width, room)...)
	}
	frame := make([]string, len(lines))
	for i, line := range lines {
		frame[i] = line.painted(width, v.color)
	}
	return frame
}

// longestBar keeps the view narrow: lines that are no wider than a terminal gets
// when its size changes stay as they were.
const longestBar = 40

// head says how far the run is.
func head(m Moment, width int) spans {
	place := m.place()
	if m.searching() {
		return spans{{place, bold}}
	}
	done := right(m.percent(), len("100 %"))
	if left, known := m.left(); known {
		done += gap + right(left.String()+" left", len("59s left"))
	}
	line := spans{{place, bold}, {"  ", plain}}
	if room := min(longestBar, width-columns(place)-columns(done)-4); room >= 5 {
		full := int(m.share() * float64(room))
		line = append(line, span{strings.Repeat("█", full), cyan}, span{strings.Repeat("░", room-full), faint}, span{"  ", plain})
	}
	return append(line, span{done, plain})
}

// status says of the whole run what went wrong so far and how fast it is. What
// a narrow terminal has no room for is the least important first.
func status(m Moment, width int) spans {
	errors, fallbacks := span{trouble(m.Failed, "error"), plain}, span{trouble(m.fallbacks(), "fallback"), plain}
	if m.Failed > 0 {
		errors.style = red
	}
	if m.fallbacks() > 0 {
		fallbacks.style = yellow
	}
	line := spans{errors, {" · ", faint}, fallbacks}
	var rest []string // the most important first
	if still := m.still(); still != "" {
		line = append(spans{{still, yellow}, {" · ", faint}}, line...)
	} else if m.Rate != nil {
		rest = append(rest, rate(*m.Rate)+"/s"+m.ofWanted())
	}
	for _, more := range append(rest, report.Plural(int(m.Attempts), "attempt")) {
		longer := append(spans{{more, plain}, {" · ", faint}}, line...)
		if longer.columns() > width {
			break
		}
		line = longer
	}
	return line
}

func (s spans) columns() (n int) {
	for _, one := range s {
		n += columns(one.text)
	}
	return n
}
