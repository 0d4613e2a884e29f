package live

import (
	"cmp"
	"slices"
)

// choose gives the arms, by index, that a number of rows shows: those with the
// most errors and fallbacks and the first ones, in the plan's order. The arm that
// runs takes the last row where it is none of them, so that the other rows keep
// their place.
func choose(m Moment, rows int) []int {
	all := make([]int, len(m.Arms))
	for i := range all {
		all[i] = i
	}
	if len(all) <= rows {
		return all
	}
	bad := func(i int) int64 { return m.Arms[i].Failed + m.Arms[i].Fallbacks }
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(bad(b), bad(a)) })
	shown := all[:rows]
	running := m.Arm
	if running >= 0 && !slices.Contains(shown, running) {
		shown = shown[:rows-1]
	} else {
		running = -1
	}
	slices.Sort(shown)
	if running >= 0 {
		shown = append(shown, running)
	}
	return shown
}
