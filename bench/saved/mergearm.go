package saved

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// armPart is an arm of one of the results that are merged, and what its blocks
// add up to.
type armPart struct {
	*bench.ArmResult
	sum *armSum
}

// armMerger joins what only an arm's own record tells. All else follows from its
// blocks when the merged result is restored.
type armMerger struct {
	decoder   hist.Decoder
	histogram *hist.Histogram // reused
}

// mergeArms also tells what is lacking.
func mergeArms(plan bench.Plan, all []*bench.Result) (arms []bench.ArmResult, lacking []bench.Warning, err error) {
	g := armMerger{histogram: hist.New()}
	for i, arm := range plan.Arms {
		union := newArmSum(arm.Want)
		parts := make([]armPart, len(all))
		for k, r := range all {
			parts[k] = armPart{&r.Arms[i], newArmSum(arm.Want)}
			for _, b := range r.Blocks(arm.Name) {
				if err := union.addFigures(&b.Stats); err != nil {
					return nil, nil, fmt.Errorf("arm %s: %w", arm.Name, err)
				}
				_ = parts[k].sum.addFigures(&b.Stats) // a part of what the union could hold
			}
		}
		if union.medians {
			return nil, nil, fmt.Errorf("arm %s: a result has the medians of its rounds' phases alone: merge it as -o json=FILE saved it", arm.Name)
		}
		a, without, err := g.merge(arm, union, parts)
		if err != nil {
			return nil, nil, fmt.Errorf("arm %s: %w", arm.Name, err)
		}
		if len(without) > 0 {
			lacking = append(lacking, bench.Warning{Code: bench.WarnRunsDiffer, Arm: arm.Name,
				Text: "no percentiles of " + strings.Join(without, ", ") + ": a run was saved without their histograms"})
		}
		arms = append(arms, a)
	}
	return arms, lacking, nil
}

func (g *armMerger) merge(arm bench.Arm, union *armSum, parts []armPart) (a bench.ArmResult, without []string, err error) {
	a = bench.ArmResult{Name: arm.Name, Facts: firstFacts(arm.Want, parts)}
	a.Phases, a.Medians, a.Histograms = map[bench.Phase]hist.Summary{}, map[bench.Phase]time.Duration{}, map[bench.Phase]string{}
	mergeMeans(&a, union, parts)
	for _, p := range bench.Phases() {
		sum, measured := union.phases[p]
		if !measured {
			continue
		}
		told, err := g.mergePhase(&a, p, sum, parts)
		if err != nil {
			return a, nil, fmt.Errorf("histograms.%s: %w", p, err)
		}
		if !told {
			without = append(without, p.String())
		}
	}
	for kind, phases := range union.others {
		if a.Others == nil {
			a.Others = map[bench.Kind]map[bench.Phase]hist.Summary{}
		}
		a.Others[kind] = map[bench.Phase]hist.Summary{}
		for p, sum := range phases {
			a.Others[kind][p] = sum.summary()
			if of := having(parts, func(a *bench.ArmResult) bool { _, ok := a.Others[kind][p]; return ok }); len(of) == 1 {
				a.Others[kind][p] = of[0].Others[kind][p]
			}
		}
	}
	for _, part := range parts {
		if part.PrimingFailure != nil {
			a.PrimingFailure = part.PrimingFailure
		}
		for class, text := range part.FirstErrors {
			if a.FirstErrors == nil {
				a.FirstErrors = map[bench.ErrorClass]string{}
			}
			if _, known := a.FirstErrors[class]; !known {
				a.FirstErrors[class] = text
			}
		}
	}
	return a, without, nil
}

// mergePhase merges histograms, false where one is lacking.
func (g *armMerger) mergePhase(a *bench.ArmResult, p bench.Phase, sum *phaseSum, parts []armPart) (told bool, err error) {
	of := having(parts, func(a *bench.ArmResult) bool { _, ok := a.Phases[p]; return ok })
	if len(of) == 1 {
		only := of[0]
		a.Phases[p] = only.Phases[p]
		if median, ok := only.Medians[p]; ok {
			a.Medians[p] = median
		}
		text, kept := only.Histograms[p]
		if kept {
			a.Histograms[p] = text
		}
		return true, nil
	}
	a.Phases[p] = sum.summary()
	g.histogram.Reset()
	for _, part := range of {
		text, kept := part.Histograms[p]
		if !kept {
			return false, nil
		}
		h, err := g.decoder.Decode(text)
		if err == nil {
			err = g.histogram.Add(h)
		}
		if err != nil {
			return false, err
		}
	}
	a.Histograms[p], err = g.histogram.Encode()
	return true, err
}

// having are the parts of which something holds.
func having(parts []armPart, holds func(*bench.ArmResult) bool) []armPart {
	var all []armPart
	for _, part := range parts {
		if holds(part.ArmResult) {
			all = append(all, part)
		}
	}
	return all
}

// summary is without percentiles: these do not add up.
func (t *phaseSum) summary() hist.Summary {
	lowest, highest := t.min, t.max
	mean := min(max(time.Duration(math.Round(t.mean())), lowest), highest)
	return hist.Summary{Count: t.count, Min: &lowest, Mean: &mean, Max: &highest}
}

// firstFacts are those of a handshake of the wanted kind, where there was one.
func firstFacts(want bench.Want, parts []armPart) *bench.Facts {
	var other *bench.Facts
	for _, part := range parts {
		switch {
		case part.Facts == nil:
		case part.Wanted(want) > 0:
			return part.Facts
		case other == nil:
			other = part.Facts
		}
	}
	return other
}
