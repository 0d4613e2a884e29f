package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// mergeWarnings keeps what only the runs themselves saw: once where all of them
// saw it, else with the run that it is about. What is diagnosed is diagnosed anew.
func mergeWarnings(all []*Result, doubts []Warning) []Warning {
	runs, having := 0, map[Warning]int{}
	for _, r := range all {
		runs += len(r.Origins())
		for _, w := range r.ownWarnings() {
			having[w] += len(r.Origins())
		}
	}
	var merged []Warning
	add := func(w Warning) {
		if !slices.Contains(merged, w) {
			merged = append(merged, w)
		}
	}
	for _, r := range all {
		for _, w := range r.ownWarnings() {
			if having[w] == runs || w.attributed() {
				add(w)
				continue
			}
			for _, o := range r.Origins() {
				add(Warning{Code: w.Code, Arm: w.Arm, Text: ofRun + o.Started.Format(time.RFC3339) + fmt.Sprintf(", seed %d: ", o.Seed) + w.Text})
			}
		}
	}
	for _, w := range doubts {
		add(w)
	}
	return merged
}

// ofRun begins a warning of one run in a merged result.
const ofRun = "in the run of "

// attributed says that the warning is about a run that it names, or about all
// that were merged before.
func (w Warning) attributed() bool {
	return strings.HasPrefix(w.Text, ofRun) || w.Code == WarnRunsDiffer
}

// ownWarnings are each once those that are not diagnosed.
func (r *Result) ownWarnings() []Warning {
	var own []Warning
	for _, w := range r.Warnings {
		if !slices.Contains(diagnosed, w.Code) && !slices.Contains(own, w) {
			own = append(own, w)
		}
	}
	return own
}
