package chart

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Columns is how many columns of a terminal a text takes: a wide character
// takes two, and one that combines with another none.
func Columns(text string) int { return displaywidth.String(text) }

// Fit cuts a text that takes more columns, and ends it in "…" then.
func Fit(text string, columns int) string {
	if columns < 1 {
		return ""
	}
	return displaywidth.TruncateString(text, columns, "…")
}

// Pad makes a text take exactly that many columns.
func Pad(text string, columns int) string {
	text = Fit(text, columns)
	return text + strings.Repeat(" ", max(0, columns-Columns(text)))
}

// Break divides a line into as many as it takes for none to be wider, behind
// spaces where there are any. At least two columns are needed.
func Break(line string, columns int) []string {
	var lines []string
	start, space, taken, at := 0, -1, 0, 0
	for g := displaywidth.StringGraphemes(line); g.Next(); at += len(g.Value()) {
		if g.Value() == " " && strings.TrimLeft(line[start:at], " ") != "" { // no indent
			space = at
		}
		taken += g.Width()
		if taken <= columns || at == start {
			continue
		}
		end, next := at, at
		if space > start {
			end, next = space, space+1
		}
		lines = append(lines, line[start:end])
		start, space, taken = next, -1, 0
		if next <= at {
			taken = Columns(line[next:at]) + g.Width()
		}
	}
	return append(lines, line[start:])
}

// Beside puts blocks of lines next to each other, each in that many columns,
// with so many between.
func Beside(columns, gap int, blocks ...[]string) []string {
	var all []string
	for i, block := range blocks {
		for j, line := range block {
			for j >= len(all) {
				all = append(all, "")
			}
			all[j] = Pad(all[j], i*(columns+gap)) + Fit(line, columns)
		}
	}
	return all
}
