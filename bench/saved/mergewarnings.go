package saved

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tlsbench/bench"
)

// mergeWarnings keeps what only the runs themselves saw: once where all of them
// saw it, else with the run that it is about. What is diagnosed is diagnosed anew.
func mergeWarnings(all []*bench.Result, doubts []bench.Warning) []bench.Warning {
	runs, having := 0, map[bench.Warning]int{}
	for _, r := range all {
		runs += len(r.Origins())
		for _, w := range ownWarnings(r) {
			having[w] += len(r.Origins())
		}
	}
	var merged []bench.Warning
	add := func(w bench.Warning) {
		if !slices.Contains(merged, w) {
			merged = append(merged, w)
		}
	}
	for _, r := range all {
		for _, w := range ownWarnings(r) {
			if having[w] == runs || attributed(w) {
				add(w)
				continue
			}
			for _, o := range r.Origins() {
				add(bench.Warning{Code: w.Code, Arm: w.Arm, Text: ofRun + o.Started.Format(time.RFC3339) + fmt.Sprintf(", seed %d: ", o.Seed) + w.Text})
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
func attributed(w bench.Warning) bool {
	return strings.HasPrefix(w.Text, ofRun) || w.Code == bench.WarnRunsDiffer
}

// ownWarnings are each once those that are not diagnosed.
func ownWarnings(r *bench.Result) []bench.Warning {
	var own []bench.Warning
	for _, w := range r.Warnings {
		if !w.Code.Diagnosed() && !slices.Contains(own, w) {
			own = append(own, w)
		}
	}
	return own
}
