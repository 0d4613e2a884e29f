package report

import (
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// side is arms that stand side by side in a table: the baseline and what is
// compared with it.
type side struct {
	arms   []*bench.ArmResult
	labels map[string]string
}

// sides gives the arms of each group, in the plan's order.
func (d *Document) sides() []side {
	p := d.Result.Plan
	var all []side
	for _, group := range p.Groups() {
		var s side
		var arms []bench.Arm
		for _, i := range group {
			if a, ok := d.Result.Arm(p.Arms[i].Name); ok {
				s.arms = append(s.arms, a)
				arms = append(arms, p.Arms[i])
			}
		}
		s.labels = labelsAmong(p, arms)
		if len(s.arms) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// pairs are the same arms, each with the baseline only.
func (s side) pairs() []side {
	var all []side
	for _, a := range s.arms[1:] {
		all = append(all, side{[]*bench.ArmResult{s.arms[0], a}, s.labels})
	}
	return all
}

// numbered are the same arms with numbers for labels, and a key to these.
func (s side) numbered() (side, []string) {
	var names []string
	for _, a := range s.arms {
		names = append(names, s.labels[a.Name])
	}
	short, key := hashed(names)
	labels := map[string]string{}
	for i, a := range s.arms {
		labels[a.Name] = short[i]
	}
	return side{s.arms, labels}, key
}

func (s side) completed() (n int64) {
	for _, a := range s.arms {
		n += a.Completed()
	}
	return n
}

func (s side) hasPhase(p bench.Phase) bool {
	return slices.ContainsFunc(s.arms, func(a *bench.ArmResult) bool { return a.Phases[p].Count > 0 })
}

// isCompared reports whether the arm is compared with another one.
func (d *Document) isCompared(arm string) bool {
	return slices.ContainsFunc(d.Comparisons, func(c compare.Comparison) bool { return c.Arm == arm })
}
