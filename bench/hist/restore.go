package hist

import (
	"errors"
	"fmt"
	"math/bits"
	"time"
)

// Check says what in a saved Summary cannot be: nothing Summary returns fails
// it, except that of an empty histogram.
func (s Summary) Check() error {
	switch {
	case s.Count < 1 || s.Count > maxCount:
		return fmt.Errorf("count: %d is not within 1 to %d", s.Count, int64(maxCount))
	case s.Min == nil || s.Mean == nil || s.Max == nil:
		return errors.New("min_ns, mean_ns or max_ns is missing")
	case *s.Min < Lowest || *s.Max > Highest:
		return fmt.Errorf("%v to %v is not within %v to %v", *s.Min, *s.Max, Lowest, Highest)
	case *s.Mean < *s.Min || *s.Mean > *s.Max:
		return fmt.Errorf("mean_ns: %d is not within %d to %d", *s.Mean, *s.Min, *s.Max)
	case s.Count == 1 && *s.Min != *s.Max:
		return fmt.Errorf("one value is both %d and %d ns", *s.Min, *s.Max)
	}
	below, name := *s.Min, "min"
	for _, next := range append(Quantiles(), NamedQuantile{Name: "max"}) {
		v, ok := s.Stat(next.Name)
		if !ok {
			continue
		}
		if v < below {
			return fmt.Errorf("%s_ns: %d is below %s_ns: %d", next.Name, v, name, below)
		}
		below, name = v, next.Name
	}
	return nil
}

// Restore gives a histogram that was just decoded what its encoding has no
// room for: the exact minimum, maximum and mean, from the Summary that was
// saved beside it. Its percentiles are not looked at: they follow from the
// buckets. The only loss is the fraction of a nanosecond that the mean was
// rounded by.
//
// An error means that the two do not belong together; h is then unchanged.
func (h *Histogram) Restore(saved Summary) error {
	saved = Summary{Count: saved.Count, Min: saved.Min, Mean: saved.Mean, Max: saved.Max}
	if err := saved.Check(); err != nil {
		return err
	}
	if saved.Count != h.Count() {
		return fmt.Errorf("count: %d, and the histogram holds %d", saved.Count, h.Count())
	}
	lowest, mean, highest := *saved.Min, *saved.Mean, *saved.Max
	low := Histogram{hdr: h.hdr} // sums every value as the lowest that its bucket allows
	high := low                  // and as the highest
	var firstTo, lastFrom time.Duration
	for _, b := range h.hdr.Distribution() {
		if b.Count == 0 {
			continue
		}
		from, to := time.Duration(b.From), time.Duration(b.To)
		if firstTo == 0 {
			firstTo = to
		}
		lastFrom = from
		low.addSum(bits.Mul64(uint64(max(from, lowest)), uint64(b.Count)))
		high.addSum(bits.Mul64(uint64(min(to, highest)), uint64(b.Count)))
	}
	switch {
	case lowest < h.min || lowest > firstTo:
		return fmt.Errorf("min_ns: %d is not in the histogram's first bucket, %d to %d", lowest, h.min, firstTo)
	case highest < lastFrom || highest > h.max:
		return fmt.Errorf("max_ns: %d is not in the histogram's last bucket, %d to %d", highest, lastFrom, h.max)
	case mean < low.mean() || mean > high.mean():
		return fmt.Errorf("mean_ns: %d does not fit the histogram's buckets, %d to %d", mean, low.mean(), high.mean())
	}
	h.min, h.max = lowest, highest
	h.sumHi, h.sumLo = bits.Mul64(uint64(mean), uint64(saved.Count))
	return nil
}
