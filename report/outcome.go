package report

import (
	"fmt"
	"maps"

	"tlsbench/bench"
)

// outcome is what became of an arm, or of several of which there is the same to
// say.
type outcome struct {
	label  string
	plan   bench.Arm
	result *bench.ArmResult
}

// outcomes are those of each arm. Of many arms, those that went as planned are
// counted together, by kind: only what did not is told of each.
func (d *Document) outcomes() []outcome {
	each := d.outcomesOfEach()
	if !d.many() {
		return each
	}
	var all []outcome
	at := map[string]int{} // by kinds
	count := map[string]int{}
	for _, o := range each {
		if !o.asPlanned() {
			all = append(all, o)
			continue
		}
		kinds := fmt.Sprint(sorted(o.result.Kinds), o.plan.Want.Resumes(), o.plan.Session.Imported)
		i, known := at[kinds]
		if !known {
			at[kinds], count[kinds] = len(all), 1
			all = append(all, o)
			continue
		}
		count[kinds]++
		all[i] = outcome{plural(count[kinds], "arm"), o.plan, together(all[i].result, o.result)}
	}
	return all
}

func (d *Document) outcomesOfEach() []outcome {
	short := labels(d.Result.Plan)
	var all []outcome
	for _, arm := range d.Result.Plan.Arms {
		if a, ok := d.Result.Arm(arm.Name); ok {
			all = append(all, outcome{short[arm.Name], arm, a})
		}
	}
	return all
}

// asPlanned reports whether every handshake was of the wanted kind, and no
// session was in short supply.
func (o outcome) asPlanned() bool {
	completed, s := o.result.Completed(), o.result.Sessions
	return completed > 0 && o.result.Wanted(o.plan.Want) == completed && s.Refused+s.Expired+s.Withheld+s.Starved == 0
}

// together adds what two arms counted.
func together(a, b *bench.ArmResult) *bench.ArmResult {
	sum := bench.ArmResult{Stats: bench.Stats{Kinds: maps.Clone(a.Kinds), Sessions: a.Sessions}}
	for kind, n := range b.Kinds {
		sum.Kinds[kind] += n
	}
	sum.Sessions.Add(b.Sessions)
	return &sum
}

// armLine is what there is to say of one arm, or of several.
type armLine struct{ label, text string }

func lines(all []outcome, text func(bench.Arm, *bench.ArmResult) string) []armLine {
	var found []armLine
	for _, o := range all {
		if t := text(o.plan, o.result); t != "" {
			found = append(found, armLine{o.label, t})
		}
	}
	return found
}

// alike puts lines of many arms together that say the same.
func (d *Document) alike(all []armLine) []armLine {
	if !d.many() {
		return all
	}
	var merged []armLine
	for _, text := range distinct(all, func(l armLine) string { return l.text }) {
		var names []string
		for _, l := range all {
			if l.text == text {
				names = append(names, l.label)
			}
		}
		merged = append(merged, armLine{few(names, fewAlike, "arms"), text})
	}
	return merged
}

// fewAlike is how many arms are named that share a line.
const fewAlike = 6

func joined(all []armLine) []string {
	var lines []string
	for _, l := range all {
		lines = append(lines, l.label+": "+l.text)
	}
	return lines
}
