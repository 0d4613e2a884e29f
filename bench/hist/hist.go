// Package hist keeps latencies: HdrHistogram's buckets for their shape and,
// beside them, the exact minimum, maximum and sum, which buckets would round.
//
// A histogram to record in costs about 220 KB whatever it holds. Keep a few and
// reuse them; save them encoded. One that is read back is Decoded, and costs as
// much as it holds.
package hist

import (
	"fmt"
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

// Histogram is a distribution of durations to record in. It is made by New and
// is not safe for concurrent use: give each writer its own and merge them.
type Histogram struct {
	hdr *hdrhistogram.Histogram
	exact
	clamped int64
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
	return &Histogram{hdr: hdrhistogram.New(int64(Lowest), int64(Highest), Digits), exact: nothing()}
}

// Record adds d. A duration outside [Lowest, Highest] is clamped to the nearer
// end and counted by Clamped. Record does not allocate.
func (h *Histogram) Record(d time.Duration) {
	v := min(max(d, Lowest), Highest)
	if v != d {
		h.clamped++
	}
	_ = h.hdr.RecordValue(int64(v)) // cannot fail: v is in range
	h.widen(v, v)
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
	if err := h.checkRoom(o.Count()); err != nil {
		return err
	}
	if dropped := h.hdr.Merge(o.hdr); dropped != 0 {
		return fmt.Errorf("merge histograms: %d values were dropped", dropped)
	}
	h.add(o.exact)
	h.clamped += o.clamped
	return nil
}

// Add is Merge of a histogram that was read back.
func (h *Histogram) Add(o *Decoded) error {
	if err := h.checkRoom(o.Count()); err != nil {
		return err
	}
	for _, b := range o.bars {
		_ = h.hdr.RecordValues(int64(b.Value), b.Count) // cannot fail: the value is in range, and there is room
	}
	h.add(o.exact)
	return nil
}

func (h *Histogram) checkRoom(more int64) error {
	if more > maxCount-h.Count() {
		return fmt.Errorf("merge histograms: %d and %d values are more than one can hold", h.Count(), more)
	}
	return nil
}

// Reset empties the histogram and keeps its memory.
func (h *Histogram) Reset() {
	if h.Count() > 0 { // it would write all of its 220 KB
		h.hdr.Reset()
	}
	*h = Histogram{hdr: h.hdr, exact: nothing()}
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
	for i, n := range h.hdr.Export().Counts {
		if n > 0 {
			_, to := bucket(i)
			bars = append(bars, Bar{Value: min(to, Highest), Count: n})
		}
	}
	return bars
}

// Summary condenses the histogram.
func (h *Histogram) Summary() Summary { return h.summary(h.Count(), h.Quantile) }
