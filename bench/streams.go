package bench

import (
	"fmt"
	"math"
	"slices"
)

// Streams gives the arms, by index, that run at the same time: those of a group
// that share its attempts, and every other arm by itself.
func (p Plan) Streams() [][]int {
	var all [][]int
	for _, group := range p.Groups() {
		if len(group) > 1 && p.Arms[group[0]].Load.Share > 0 {
			all = append(all, group)
			continue
		}
		for _, i := range group {
			all = append(all, []int{i})
		}
	}
	slices.SortFunc(all, func(a, b []int) int { return a[0] - b[0] })
	return all
}

// validateStreams refuses arms that cannot come in one stream.
func (p Plan) validateStreams() error {
	for _, group := range p.Groups() {
		first := p.Arms[group[0]]
		sum, mixed := 0.0, false
		for _, i := range group {
			arm := p.Arms[i]
			sum += arm.Load.Share
			mixed = mixed || arm.Load.Share > 0
			alike := arm.Load
			alike.Share = first.Load.Share
			if mixed && alike != first.Load {
				return fmt.Errorf("arm %s: it comes in one stream with %s, and its load is another", arm.Name, first.Name)
			}
		}
		if mixed && (len(group) < 2 || math.Abs(sum-1) > 1e-9) {
			return fmt.Errorf("arm %s: the shares of its stream add up to %v: want 1, of at least two arms", first.Name, sum)
		}
	}
	return nil
}
