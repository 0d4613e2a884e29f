package report

import (
	"fmt"

	"tlsbench/bench"
)

// outcome is what became of an arm, or of several of which there is the same to
// say.
type outcome struct {
	label  string
	plan   bench.Arm
	result *bench.ArmResult
}

// outcomes are those of each arm. Of many arms, those that went as planned come
// first and are counted together, by kind: only what did not is told of each.
func (d *Document) outcomes() []outcome {
	each := d.outcomesOfEach()
	if !d.many() {
		return each
	}
	var planned, others []outcome
	alike := map[string][]outcome{} // by kinds
	for _, o := range each {
		if !o.asPlanned() {
			others = append(others, o)
			continue
		}
		kinds := fmt.Sprint(sorted(o.result.Kinds), o.plan.Want, o.plan.Session.Imported)
		if alike[kinds] = append(alike[kinds], o); len(alike[kinds]) == 1 {
			planned = append(planned, outcome{label: kinds})
		}
	}
	for i := range planned {
		planned[i] = together(alike[planned[i].label])
	}
	return append(planned, others...)
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

// together adds what arms counted that wanted the same kind.
func together(all []outcome) outcome {
	if len(all) == 1 {
		return all[0]
	}
	sum := bench.ArmResult{Stats: bench.Stats{Kinds: map[bench.Kind]int64{}}}
	for _, o := range all {
		for kind, n := range o.result.Kinds {
			sum.Kinds[kind] += n
		}
		sum.Sessions.Add(o.result.Sessions)
	}
	first := all[0].plan
	return outcome{grouped(len(all)) + " " + string(first.Want) + " arms", first, &sum}
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
