package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// tailTable holds the rounds of one arm so that a quantile of any mix of them
// takes a short walk instead of a merge.
type tailTable struct {
	logs    []float64 // of all distinct values, ascending
	bars    []tailBar // ascending by value, then by round
	samples []int64   // of each round
}

// tailBar is a bar of one round.
type tailBar struct {
	value, round int32 // as indices
	count        int64
}

func newTailTable(rounds [][]Bar) (tailTable, error) {
	samples := make([]int64, len(rounds))
	seen := map[float64]int32{} // distinct values, numbered as they come
	var values []float64
	var many, numbers []int32 // bars of each value, and the value of each bar
	for r, bars := range rounds {
		for _, b := range bars {
			if !(b.Value > 0) || math.IsInf(b.Value, 0) {
				return tailTable{}, fmt.Errorf("round %d: a value of %v has no logarithm", r+1, b.Value)
			}
			if b.Count < 0 {
				return tailTable{}, fmt.Errorf("round %d: a count of %d", r+1, b.Count)
			}
			// A resample may hold one round as many times as there are rounds.
			if b.Count > math.MaxInt64/int64(len(rounds))-samples[r] {
				return tailTable{}, fmt.Errorf("round %d: more samples than can be counted", r+1)
			}
			samples[r] += b.Count
			v, ok := seen[b.Value]
			if !ok {
				v = int32(len(values))
				seen[b.Value], values, many = v, append(values, b.Value), append(many, 0)
			}
			many[v]++
			numbers = append(numbers, v)
		}
		if samples[r] == 0 {
			return tailTable{}, fmt.Errorf("round %d: no samples", r+1)
		}
	}

	// A value's bars stand together: to sort all bars would take much longer.
	ascending := make([]int32, len(values))
	for v := range ascending {
		ascending[v] = int32(v)
	}
	slices.SortFunc(ascending, func(v, w int32) int { return cmp.Compare(values[v], values[w]) })
	t := tailTable{logs: make([]float64, len(values)), bars: make([]tailBar, len(numbers)), samples: samples}
	place, free := make([]int32, len(values)), make([]int32, len(values))
	var next int32
	for i, v := range ascending {
		t.logs[i], place[v], free[v] = math.Log(values[v]), int32(i), next
		next += many[v]
	}
	for r, bars := range rounds {
		for _, b := range bars {
			v := numbers[0]
			numbers = numbers[1:]
			t.bars[free[v]] = tailBar{value: place[v], round: int32(r), count: b.Count}
			free[v]++
		}
	}
	return t, nil
}

// compare gives tables an order, in which only equal ones are equal.
func (t tailTable) compare(o tailTable) int {
	return cmp.Or(slices.Compare(t.logs, o.logs), slices.CompareFunc(t.bars, o.bars, func(a, b tailBar) int {
		// One that lacks a bar has its next one in that place.
		return cmp.Or(-cmp.Compare(a.value, b.value), -cmp.Compare(a.round, b.round), cmp.Compare(a.count, b.count))
	}))
}

// tailQuantile finds one quantile of a table. All mixes of the rounds have it
// near to where the rounds as they are have it, so the search begins there.
type tailQuantile struct {
	tailTable
	q     float64
	start int     // a place among the bars
	below []int64 // samples of each round before it
}

func (t tailTable) quantile(q float64) tailQuantile {
	f := tailQuantile{tailTable: t, q: q, below: make([]int64, len(t.samples))}
	f.start = f.find(slices.Repeat([]int64{1}, len(t.samples)))
	for _, b := range t.bars[:f.start] {
		f.below[b.round] += b.count
	}
	return f
}

// log is the logarithm of the quantile when each round is taken as often as its
// weight says: the value at rank q·total, rounded to the nearest.
func (f tailQuantile) log(weights []int64) float64 { return f.logs[f.bars[f.find(weights)].value] }

// find gives the first bar up to which there are as many samples as the rank.
func (f tailQuantile) find(weights []int64) int {
	total := weigh(f.samples, weights)
	rank := total
	if r := f.q*float64(total) + 0.5; r < float64(total) {
		rank = max(int64(r), 1)
	}
	i, below := f.start, weigh(f.below, weights)
	for below >= rank {
		i--
		below -= f.bars[i].count * weights[f.bars[i].round]
	}
	for {
		if below += f.bars[i].count * weights[f.bars[i].round]; below >= rank {
			return i
		}
		i++
	}
}

// weigh adds up counts of each round.
func weigh(counts, weights []int64) (sum int64) {
	weights = weights[:len(counts)] // spares a check of each
	for r, n := range counts {
		sum += n * weights[r]
	}
	return sum
}
