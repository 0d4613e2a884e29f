package report

import (
	"slices"

	"tlsbench/bench"
)

// warnings are the result's, with the label of the arm that each is about.
func (d *Document) warnings() []string {
	short := labels(d.Result.Plan)
	var lines []string
	for _, w := range d.Result.Warnings {
		lines = append(lines, warningText(w, short))
	}
	return lines
}

func warningText(w bench.Warning, short map[string]string) string {
	if w.Arm == "" {
		return w.Text
	}
	return short[w.Arm] + ": " + w.Text
}

// fewWarned is how many arms may say the same in lines of their own.
const fewWarned = 2

// warningsForPeople tells a doubt that many arms share once, with the figures of
// the first: that it is doubted, and of which arms, is not left out.
func (d *Document) warningsForPeople() []string {
	short := labels(d.Result.Plan)
	arms := map[bench.WarningCode][]string{}
	for _, w := range d.Result.Warnings {
		if label := short[w.Arm]; w.Arm != "" && !slices.Contains(arms[w.Code], label) {
			arms[w.Code] = append(arms[w.Code], label)
		}
	}
	told := map[bench.WarningCode]bool{}
	var lines []string
	for _, w := range d.Result.Warnings {
		others := arms[w.Code]
		switch {
		case w.Arm == "" || len(others) <= fewWarned:
			lines = append(lines, warningText(w, short))
		case !told[w.Code]:
			told[w.Code] = true
			lines = append(lines, warningText(w, short)+" (and alike: "+few(others[1:], fewAlike, "arms")+")")
		}
	}
	return lines
}
