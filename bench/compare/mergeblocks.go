package compare

import (
	"fmt"
	"slices"
	"time"

	"tlsbench/bench"
)

// alikeBlocks is how many times as long as another a block may be. How much its
// median scatters goes with the root of its length: a fifth less at this.
const alikeBlocks = 1.5

// unevenBlocks holds the planned blocks of runs against those of the run that has
// the shortest ones. A run that was asked for the same length, and then lowered
// its rounds to fit its pace, is a doubt; others clash.
func unevenBlocks(all []*bench.Result) (parts []clashPart, doubts []bench.Warning) {
	shortest := 0
	for i, r := range all {
		if lengthFlag(r.Plan) != lengthFlag(all[0].Plan) {
			return nil, nil // another clash
		}
		if blockOf(r.Plan) < blockOf(all[shortest].Plan) {
			shortest = i
		}
	}
	short := all[shortest]
	for i, r := range all {
		if blockOf(r.Plan) <= alikeBlocks*blockOf(short.Plan) {
			continue
		}
		lengths := fmt.Sprintf("a block of %s, and of %s", blockText(short.Plan), blockText(r.Plan))
		if askedOfEach(r) == askedOfEach(short) && lowered(r) {
			w := bench.Warning{Code: bench.WarnRunsDiffer, Text: "the runs differ in " + lengths +
				", where rounds were lowered to fit the pace: each round counts as one, whatever its length"}
			if !slices.Contains(doubts, w) {
				doubts = append(doubts, w)
			}
			continue
		}
		parts = append(parts, clashPart{[]int{shortest, i}, against, fmt.Sprintf(
			": %s, which would each count as one round: keep %s and --rounds in proportion", lengths, lengthFlag(r.Plan))})
	}
	return parts, doubts
}

// askedOf is what -n or -d asked for, in attempts or nanoseconds.
func askedOf(p bench.Plan) int64 {
	if p.Count > 0 {
		return p.Count
	}
	return int64(p.Duration)
}

// askedOfEach is the same of each run that is in a result.
func askedOfEach(r *bench.Result) int64 { return askedOf(r.Plan) / int64(len(r.Origins())) }

// blockOf is how long a block was planned to be, in the same unit; of what is
// merged already, in the mean.
func blockOf(p bench.Plan) float64 { return float64(askedOf(p)) / float64(p.Rounds) }

func blockText(p bench.Plan) string {
	if p.Count > 0 {
		return fmt.Sprintf("%.3g attempts (-n %d in %d rounds)", blockOf(p), p.Count, p.Rounds)
	}
	return fmt.Sprintf("%v (-d %v in %d rounds)", time.Duration(blockOf(p)).Round(time.Millisecond), p.Duration, p.Rounds)
}

// lowered says that a run has fewer rounds than it was asked for.
func lowered(r *bench.Result) bool {
	return slices.ContainsFunc(r.Warnings, func(w bench.Warning) bool {
		return w.Code == bench.WarnFewerRounds || w.Code == bench.WarnShortBlocks
	})
}
