// Package hist keeps latencies: HdrHistogram's buckets for their shape and,
// beside them, the exact minimum, maximum and sum, which buckets would round.
//
// A histogram costs about 220 KB whatever it holds. Keep a few and reuse them;
// save them encoded.
package hist

import (
	"fmt"
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Every histogram has the same geometry, so that any two can be merged.
const (
	// Lowest and Highest bound what is recorded; values outside are clamped.
	Lowest  = time.Nanosecond
	Highest = 60 * time.Second
	// Digits is the number of significant decimal digits that a bucket keeps:
	// no value is off by more than 0.1 %.
	Digits = 3
)

// maxCount bounds the values in one histogram. Below it counts are exact as
// float64, and sums over hundreds of histograms fit an int64.
const maxCount = 1 << 53

// Histogram is a distribution of durations. It is made by New or Decode and is
// not safe for concurrent use: give each writer its own and merge them.
type Histogram struct {
	hdr          *hdrhistogram.Histogram
	min, max     time.Duration // crossed (Highest, Lowest) while empty, which merges without a special case
	sumHi, sumLo uint64        // 128 bits: a mean stays exact for any count
	clamped      int64
}

// Bar is one non-empty bucket.
type Bar struct {
	// Value is the largest duration of the bucket, and at most Highest. It is
	// the same in every histogram, so that bars of several can be added up.
	Value time.Duration
	Count int64
}

// New returns an empty histogram.
func New() *Histogram {
	return &Histogram{
		hdr: hdrhistogram.New(int64(Lowest), int64(Highest), Digits),
		min: Highest,
		max: Lowest,
	}
}

// Record adds d. A duration outside [Lowest, Highest] is clamped to the nearer
// end and counted by Clamped. Record does not allocate.
func (h *Histogram) Record(d time.Duration) {
	v := min(max(d, Lowest), Highest)
	if v != d {
		h.clamped++
	}
	_ = h.hdr.RecordValue(int64(v)) // cannot fail: v is in range
	h.min, h.max = min(h.min, v), max(h.max, v)
	h.addSum(0, uint64(v))
}

// Count is the number of recorded values.
func (h *Histogram) Count() int64 { return h.hdr.TotalCount() }

// Clamped is how many recorded values lay outside [Lowest, Highest].
func (h *Histogram) Clamped() int64 { return h.clamped }

// Merge adds all values of o, which is left as it was. The result is exactly
// that of recording everything in one histogram, whatever the order of merging.
// The only error is a count that grows beyond 2^53; h is then unchanged.
func (h *Histogram) Merge(o *Histogram) error {
	if o.Count() > maxCount-h.Count() {
		return fmt.Errorf("merge histograms: %d and %d values are more than one can hold", h.Count(), o.Count())
	}
	if dropped := h.hdr.Merge(o.hdr); dropped != 0 {
		return fmt.Errorf("merge histograms: %d values were dropped", dropped)
	}
	h.min, h.max = min(h.min, o.min), max(h.max, o.max)
	h.addSum(o.sumHi, o.sumLo)
	h.clamped += o.clamped
	return nil
}

// Reset empties the histogram and keeps its memory.
func (h *Histogram) Reset() {
	h.hdr.Reset()
	*h = Histogram{hdr: h.hdr, min: Highest, max: Lowest}
}

// Quantile returns the value at rank q·count, rounded to the nearest rank (the
// rule of HdrHistogram), within 0.1 % above the recorded value and never
// outside the exact minimum and maximum. q is clamped to [0, 1]; NaN counts as
// 0. It is 0 for an empty histogram.
func (h *Histogram) Quantile(q float64) time.Duration {
	switch {
	case h.Count() == 0:
		return 0
	case !(q > 0):
		return h.min
	case q >= 1:
		return h.max
	}
	v := time.Duration(h.hdr.ValueAtPercentile(q * 100))
	return min(max(v, h.min), h.max)
}

// Bars returns the non-empty buckets in ascending order.
func (h *Histogram) Bars() []Bar {
	var bars []Bar
	for _, b := range h.hdr.Distribution() {
		if b.Count > 0 {
			bars = append(bars, Bar{Value: min(time.Duration(b.To), Highest), Count: b.Count})
		}
	}
	return bars
}

func (h *Histogram) addSum(hi, lo uint64) {
	var carry uint64
	h.sumLo, carry = bits.Add64(h.sumLo, lo, 0)
	h.sumHi, _ = bits.Add64(h.sumHi, hi, carry)
}

// mean is the exact mean rounded to the nearest nanosecond, of a nonempty
// histogram.
func (h *Histogram) mean() time.Duration {
	n := uint64(h.Count())
	lo, carry := bits.Add64(h.sumLo, n/2, 0)
	// No mean exceeds Highest, so the high word stays below n, as Div64 demands.
	m, _ := bits.Div64(h.sumHi+carry, lo, n)
	return time.Duration(m)
}
