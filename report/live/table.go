package live

import (
	"slices"

	"tlsbench/bench"
	"tlsbench/report"
)

const (
	gap    = "  "
	marker = "▸ " // the arm that runs
)

// table has a line of heads and, below it, at most so many arms.
func (v *View) table(m Moment, width, rows int) []spans {
	shown := choose(m, rows)
	longest := columns("arm")
	for _, i := range shown {
		longest = max(longest, columns(v.labels[i]))
	}
	a := arrange(m.Arms, width, longest)

	title := "arm"
	if n, of := report.Grouped(len(shown)), report.Grouped(len(v.labels)); n != of {
		for _, title = range []string{n + " of " + of + " arms", n + "/" + of + " arms", n + "/" + of} {
			if columns(title) <= a.room {
				break
			}
		}
	}
	name := min(a.room, max(longest, columns(title)))
	head := spans{{gap + left(cut(title, name), name), faint}}
	for i, c := range a.columns {
		head = append(head, span{gap + right(c.head, a.widths[i]), faint})
	}
	lines := []spans{head}
	running := m.running()
	for _, arm := range shown {
		line := spans{{gap, plain}, {left(shorten(v.labels[arm], name), name), plain}}
		if slices.Contains(running, arm) {
			line[0].text, line[1].style = marker, bold
		}
		for i, c := range a.columns {
			figure := c.of(m.Arms[arm])
			line = append(line, span{gap + padding(figure.text, a.widths[i]), plain}, figure)
		}
		lines = append(lines, line)
	}
	return lines
}

// arrangement is a layout in a width.
type arrangement struct {
	columns []column
	widths  []int
	room    int // for names
}

// arrange takes the best layout that leaves room for names, of which the longest
// is given. Names up to a third of the width are worth more than whole heads, the
// rate and p99; errors and fallbacks are worth more than names.
func arrange(arms []bench.ArmProgress, width, longest int) (a arrangement) {
	for i, layout := range layouts() {
		a = arrangement{columns: layout, room: max(0, width-columns(gap))}
		for _, c := range layout {
			w := max(c.least, columns(c.head))
			for _, arm := range arms {
				w = max(w, columns(c.of(arm).text))
			}
			a.widths = append(a.widths, w)
			a.room -= columns(gap) + w
		}
		need := min(longest, 8)
		if i < 3 {
			need = min(longest, width/3)
		}
		if a.room >= need {
			break
		}
	}
	return a
}
