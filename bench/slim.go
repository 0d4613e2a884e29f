package bench

import (
	"slices"

	"tlsbench/bench/hist"
)

// WithoutRoundHistograms gives a result that lacks the histograms of its
// blocks, which make up most of a long one, and shares the rest. Only changes of
// tail percentiles cannot be told from it.
func (r *Result) WithoutRoundHistograms() *Result {
	return r.slim(func(b *Block) { b.Histograms = map[Phase]string{} })
}

// WithRoundMedians gives a result that has of its blocks' phases the medians
// alone, and shares the rest. It reads and renders as every other, but neither
// changes of tail percentiles nor the spread within a round can be told from it,
// and it cannot be merged.
func (r *Result) WithRoundMedians() *Result {
	return r.slim(func(b *Block) {
		b.Histograms, b.Phases, b.Others = map[Phase]string{}, map[Phase]hist.Summary{}, nil
	})
}

func (r *Result) slim(strip func(*Block)) *Result {
	slim := *r
	slim.Rounds = make([]Round, len(r.Rounds))
	for i, round := range r.Rounds {
		blocks := slices.Clone(round.Blocks)
		for k := range blocks {
			strip(&blocks[k])
		}
		slim.Rounds[i] = Round{Blocks: blocks}
	}
	return &slim
}

// mediansAlone reports whether a stretch was saved by the medians of its phases:
// every measured one with a median has its figures, too.
func (s *Stats) mediansAlone() bool { return len(s.Phases) == 0 && len(s.Medians) > 0 }
