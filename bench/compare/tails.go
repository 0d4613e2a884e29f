package compare

import (
	"fmt"
	"runtime"
	"sync"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/bench/stats"
)

// resamples give an interval's ends to about a tenth of its width.
const resamples = 2000

// tailGroup is what the tail percentiles of one phase of one arm are compared
// by: the same resamples of the same histograms.
type tailGroup struct {
	arm, baseline string
	phase         bench.Phase
}

// fillTails completes the comparisons of tail percentiles, which take longer
// than all others: one group on each processor. The estimate also says how many
// rounds it could use.
func fillTails(all []Comparison, estimate func(of tailGroup, quantiles []float64) ([]stats.Shift, int, error)) {
	groups := map[tailGroup][]int{}
	quantiles := map[tailGroup][]float64{}
	for i, c := range all {
		if m, ok := bench.MetricByName(c.Metric); ok && m.Tail.Quantile > 0 {
			of := tailGroup{c.Arm, c.Baseline, m.Tail.Phase}
			groups[of], quantiles[of] = append(groups[of], i), append(quantiles[of], m.Tail.Quantile)
		}
	}
	work := make(chan tailGroup)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(groups)) {
		workers.Go(func() {
			for of := range work {
				shifts, rounds, err := estimate(of, quantiles[of])
				for k, i := range groups[of] {
					all[i].Rounds = rounds
					if err == nil {
						all[i].fill(shifts[k])
					}
				}
			}
		})
	}
	for of := range groups {
		work <- of
	}
	close(work)
	workers.Wait()
}

// pairedTails bootstraps tail percentiles over rounds: a block has too few
// samples for one of its own.
func pairedTails(r *bench.Result, of tailGroup, quantiles []float64) ([]stats.Shift, int, error) {
	var base, arm []*bench.Block
	for _, round := range pairs(r, bench.Metric{}, of.baseline, of.arm) {
		base, arm = append(base, round.base), append(arm, round.arm)
	}
	rounds := len(base)
	if rounds < bench.MinRounds {
		return nil, rounds, stats.ErrTooFew
	}
	baseBars, err := bars(base, of.phase)
	if err != nil {
		return nil, rounds, err
	}
	armBars, err := bars(arm, of.phase)
	if err != nil {
		return nil, rounds, err
	}
	shifts, err := stats.PairedTail(baseBars, armBars, quantiles, r.Plan.Confidence, resamples, r.Plan.Seed)
	return shifts, rounds, err
}

// unpairedTails does so between two results.
func unpairedTails(base, next *bench.Result, of tailGroup, quantiles []float64, confidence float64) ([]stats.Shift, int, error) {
	baseBars, err := bars(usable(base, bench.Metric{}, of.arm), of.phase)
	if err != nil {
		return nil, 0, err
	}
	nextBars, err := bars(usable(next, bench.Metric{}, of.arm), of.phase)
	if err != nil {
		return nil, 0, err
	}
	shifts, err := stats.UnpairedTail(baseBars, nextBars, quantiles, confidence, resamples, base.Plan.Seed)
	if err != nil {
		return nil, 0, err
	}
	return shifts, min(len(baseBars), len(nextBars)), nil
}

func bars(blocks []*bench.Block, phase bench.Phase) ([][]stats.Bar, error) {
	var d hist.Decoder
	all := make([][]stats.Bar, len(blocks))
	for i, b := range blocks {
		text, ok := b.Histograms[phase]
		if !ok {
			return nil, fmt.Errorf("block of %s has no histogram of %s", b.Arm, phase)
		}
		h, err := d.Decode(text)
		if err != nil {
			return nil, fmt.Errorf("block of %s, histogram of %s: %w", b.Arm, phase, err)
		}
		all[i] = make([]stats.Bar, len(h.Bars()))
		for k, bar := range h.Bars() {
			all[i][k] = stats.Bar{Value: float64(bar.Value), Count: bar.Count}
		}
	}
	return all, nil
}
