package report

import (
	"time"

	"tlsbench/report/chart"
)

// A chart shows where merged runs border on each other, unless they are so many
// that nothing else would be seen.
const mostBordered = 40

// runLengths are how many rounds each run has that the result was merged from;
// those without any are left out. One number says that there is nothing to part.
func (d *Document) runLengths() []int {
	var all []int
	for _, o := range d.Result.Origins() {
		if o.Rounds > 0 {
			all = append(all, o.Rounds)
		}
	}
	if len(all) > mostBordered || len(all) == 0 {
		return []int{len(d.Result.Rounds)}
	}
	return all
}

// roundBorders part merged runs on an axis of rounds.
func (d *Document) roundBorders() []chart.Mark {
	var marks []chart.Mark
	before := 0.5
	for _, n := range d.runLengths() {
		if before > 0.5 {
			marks = append(marks, runMark(before))
		}
		before += float64(n)
	}
	return marks
}

// timeBorders part them on an axis of time.
func (d *Document) timeBorders() []chart.Mark {
	if len(d.roundBorders()) == 0 {
		return nil
	}
	var marks []chart.Mark
	var before time.Duration
	for _, o := range d.Result.Origins() {
		if o.Rounds > 0 && before > 0 {
			marks = append(marks, runMark(float64(before)))
		}
		before += o.Took
	}
	return marks
}

func runMark(at float64) chart.Mark { return chart.Mark{At: at, Class: "run"} }

// bordersLead says what the borders are, "" where there are none.
func (d *Document) bordersLead() string {
	if len(d.roundBorders()) == 0 {
		return ""
	}
	return " Dotted lines part the runs that were merged."
}
