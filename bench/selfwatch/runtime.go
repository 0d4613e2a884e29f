package selfwatch

import (
	"math"
	"runtime/metrics"
	"slices"
	"time"
)

// The names of runtime/metrics that are read.
const (
	schedLatencies = "/sched/latencies:seconds"
	gcTotal        = "/cpu/classes/gc/total:cpu-seconds"
	gcIdle         = "/cpu/classes/gc/mark/idle:cpu-seconds"
)

// runtimeWatch reads Go's runtime, which counts the processor time of a
// collection when it ends.
type runtimeWatch struct {
	samples []metrics.Sample
	counts  []uint64 // of latencies, at the beginning
	gc      float64
}

func newRuntimeWatch() runtimeWatch {
	return runtimeWatch{samples: []metrics.Sample{{Name: schedLatencies}, {Name: gcTotal}, {Name: gcIdle}}}
}

func (w *runtimeWatch) begin() {
	metrics.Read(w.samples)
	w.gc, _ = w.collecting()
	w.counts = w.counts[:0]
	if h, ok := w.latencies(); ok {
		w.counts = append(w.counts, h.Counts...)
	}
}

func (w *runtimeWatch) end() (gc, p99 *time.Duration) {
	metrics.Read(w.samples)
	if total, ok := w.collecting(); ok {
		d := time.Duration(max(0, total-w.gc) * float64(time.Second))
		gc = &d
	}
	h, ok := w.latencies()
	if !ok || len(h.Counts) != len(w.counts) {
		return gc, nil
	}
	between := slices.Clone(h.Counts)
	for i, n := range w.counts {
		between[i] -= n
	}
	return gc, percentile99(between, h.Buckets)
}

func (w *runtimeWatch) collecting() (seconds float64, ok bool) {
	total, idle := w.samples[1].Value, w.samples[2].Value
	if total.Kind() != metrics.KindFloat64 || idle.Kind() != metrics.KindFloat64 {
		return 0, false
	}
	return total.Float64() - idle.Float64(), true
}

func (w *runtimeWatch) latencies() (*metrics.Float64Histogram, bool) {
	v := w.samples[0].Value
	if v.Kind() != metrics.KindFloat64Histogram {
		return nil, false
	}
	return v.Float64Histogram(), true
}

// fewestForP99 leaves one beyond the percentile.
const fewestForP99 = 100

// percentile99 is the upper end of the bucket in which the 99th percentile lies,
// the lower one where that has no end. Bucket i goes from bounds[i] to
// bounds[i+1], in seconds.
func percentile99(counts []uint64, bounds []float64) *time.Duration {
	var all uint64
	for _, n := range counts {
		all += n
	}
	if all < fewestForP99 {
		return nil
	}
	beyond := all / 100
	for i := len(counts) - 1; i >= 0; i-- {
		if counts[i] <= beyond {
			beyond -= counts[i]
			continue
		}
		end := bounds[i+1]
		if math.IsInf(end, 1) {
			end = bounds[i]
		}
		d := time.Duration(max(0, end) * float64(time.Second))
		return &d
	}
	return nil
}
