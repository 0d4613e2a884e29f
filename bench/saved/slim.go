package saved

import (
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// WithoutRoundHistograms gives a result that lacks the histograms of its
// blocks, which make up most of a long one, and shares the rest. Only changes of
// tail percentiles cannot be told from it.
func WithoutRoundHistograms(r *bench.Result) *bench.Result {
	return slim(r, func(b *bench.Block) { b.Histograms = map[bench.Phase]string{} })
}

// WithRoundMedians gives a result that has of its blocks' phases the medians
// alone, and shares the rest. It reads and renders as every other, but neither
// changes of tail percentiles nor the spread within a round can be told from it,
// and it cannot be merged.
func WithRoundMedians(r *bench.Result) *bench.Result {
	return slim(r, func(b *bench.Block) {
		b.Histograms, b.Phases, b.Others = map[bench.Phase]string{}, map[bench.Phase]hist.Summary{}, nil
	})
}

func slim(r *bench.Result, strip func(*bench.Block)) *bench.Result {
	slimmed := *r
	slimmed.Rounds = make([]bench.Round, len(r.Rounds))
	for i, round := range r.Rounds {
		blocks := slices.Clone(round.Blocks)
		for k := range blocks {
			strip(&blocks[k])
		}
		slimmed.Rounds[i] = bench.Round{Blocks: blocks}
	}
	return &slimmed
}

// mediansAlone reports whether a stretch was saved by the medians of its phases:
// every measured one with a median has its figures, too.
func mediansAlone(s *bench.Stats) bool { return len(s.Phases) == 0 && len(s.Medians) > 0 }
