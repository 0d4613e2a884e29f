package hist

import (
	"errors"
	"fmt"
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
// rounded by; one that was made of rounded means may be off by a whole one.
//
// An error means that the two do not belong together; d is then unchanged.
func (d *Decoded) Restore(saved Summary) error {
	saved = Summary{Count: saved.Count, Min: saved.Min, Mean: saved.Mean, Max: saved.Max}
	if err := saved.Check(); err != nil {
		return err
	}
	if saved.Count != d.count {
		return fmt.Errorf("count: %d, and the histogram holds %d", saved.Count, d.count)
	}
	lowest, mean, highest := *saved.Min, *saved.Mean, *saved.Max
	var low, high exact // sum every value as the lowest, and as the highest, that its bucket allows
	for _, b := range d.bars {
		low.addTimes(max(bucketFrom(b.Value), lowest), b.Count)
		high.addTimes(min(b.Value, highest), b.Count)
	}
	firstTo, lastFrom := d.bars[0].Value, bucketFrom(d.bars[len(d.bars)-1].Value)
	switch least, most := low.mean(d.count), high.mean(d.count); {
	case lowest < d.min || lowest > firstTo:
		return fmt.Errorf("min_ns: %d is not in the histogram's first bucket, %d to %d", lowest, d.min, firstTo)
	case highest < lastFrom || highest > d.max:
		return fmt.Errorf("max_ns: %d is not in the histogram's last bucket, %d to %d", highest, lastFrom, d.max)
	case mean < least-1 || mean > most+1:
		return fmt.Errorf("mean_ns: %d does not fit the histogram's buckets, %d to %d", mean, least, most)
	}
	d.exact = exact{min: lowest, max: highest}
	d.addTimes(mean, d.count)
	return nil
}
