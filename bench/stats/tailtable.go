package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// tailTable holds the rounds of one arm so that a quantile of any mix of them
// takes a binary search instead of a merge.
type tailTable struct {
	rounds int
	// logs are the logarithms of all distinct values, ascending.
	logs []float64
	// running has a row a value and a column a round: how many samples of the
	// round are at most that value.
	running []int64
}

func newTailTable(rounds [][]Bar) (tailTable, error) {
	var values []float64
	for r, bars := range rounds {
		var samples int64
		for _, b := range bars {
			if !(b.Value > 0) || math.IsInf(b.Value, 0) {
				return tailTable{}, fmt.Errorf("round %d: a value of %v has no logarithm", r+1, b.Value)
			}
			if b.Count < 0 {
				return tailTable{}, fmt.Errorf("round %d: a count of %d", r+1, b.Count)
			}
			// A resample may hold one round as many times as there are rounds.
			if b.Count > math.MaxInt64/int64(len(rounds))-samples {
				return tailTable{}, fmt.Errorf("round %d: more samples than can be counted", r+1)
			}
			samples += b.Count
			values = append(values, b.Value)
		}
		if samples == 0 {
			return tailTable{}, fmt.Errorf("round %d: no samples", r+1)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)

	t := tailTable{
		rounds:  len(rounds),
		logs:    make([]float64, len(values)),
		running: make([]int64, len(values)*len(rounds)),
	}
	for i, v := range values {
		t.logs[i] = math.Log(v)
	}
	for r, bars := range rounds {
		for _, b := range bars {
			i, _ := slices.BinarySearch(values, b.Value)
			t.running[i*t.rounds+r] += b.Count
		}
	}
	for i := t.rounds; i < len(t.running); i++ {
		t.running[i] += t.running[i-t.rounds]
	}
	return t, nil
}

// logQuantile is the logarithm of the q-quantile when each round is taken as
// often as its weight says: the value at rank q·total, rounded to the nearest.
func (t tailTable) logQuantile(q float64, weights []int64) float64 {
	total := t.atMost(len(t.logs)-1, weights)
	rank := total
	if r := q*float64(total) + 0.5; r < float64(total) {
		rank = max(int64(r), 1)
	}
	return t.logs[sort.Search(len(t.logs)-1, func(i int) bool { return t.atMost(i, weights) >= rank })]
}

// atMost is how many samples of the weighted rounds are at most value i.
func (t tailTable) atMost(i int, weights []int64) int64 {
	var sum int64
	for r, n := range t.running[i*t.rounds : (i+1)*t.rounds] {
		sum += n * weights[r]
	}
	return sum
}
