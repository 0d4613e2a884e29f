package hist

import "time"

// Decoded is a histogram that was read back. It holds its non-empty buckets
// alone, and takes part in others by Histogram.Add.
type Decoded struct {
	bars  []Bar
	count int64
	exact
}

// Count is the number of values.
func (d *Decoded) Count() int64 { return d.count }

// Bars returns the non-empty buckets in ascending order. They are shared: leave
// them as they are.
func (d *Decoded) Bars() []Bar { return d.bars }

// Quantile is what Histogram.Quantile is of the same values.
func (d *Decoded) Quantile(q float64) time.Duration {
	switch {
	case d.count == 0:
		return 0
	case !(q > 0):
		return d.min
	case q >= 1:
		return d.max
	}
	// As the HDR library takes it, to the last bit.
	rank := min(max(int64(q*100/100*float64(d.count)+0.5), 1), d.count)
	i := 0
	for below := d.bars[0].Count; below < rank; below += d.bars[i].Count {
		i++
	}
	return min(max(d.bars[i].Value, d.min), d.max)
}

// Summary condenses the histogram.
func (d *Decoded) Summary() Summary { return d.summary(d.count, d.Quantile) }
