package compare

import (
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/bench/stats"
)

// decoded keeps the histograms of blocks that were read once: decoding takes
// most of the time of a comparison, and each block is needed for several
// percentiles, a baseline's also for each arm.
type decoded struct {
	known map[histogramOf][]stats.Bar
}

type histogramOf struct {
	block *bench.Block
	phase bench.Phase
}

func (d *decoded) bars(b *bench.Block, phase bench.Phase) ([]stats.Bar, error) {
	key := histogramOf{b, phase}
	if found, ok := d.known[key]; ok {
		return found, nil
	}
	found, err := bars(b, phase)
	if err != nil {
		return nil, err
	}
	if d.known == nil {
		d.known = map[histogramOf][]stats.Bar{}
	}
	d.known[key] = found
	return found, nil
}

func bars(b *bench.Block, phase bench.Phase) ([]stats.Bar, error) {
	text, ok := b.Histograms[phase]
	if !ok {
		return nil, fmt.Errorf("block of %s has no histogram of %s", b.Arm, phase)
	}
	h, err := hist.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("block of %s, histogram of %s: %w", b.Arm, phase, err)
	}
	found := h.Bars()
	all := make([]stats.Bar, len(found))
	for i, bar := range found {
		all[i] = stats.Bar{Value: float64(bar.Value), Count: bar.Count}
	}
	return all, nil
}
