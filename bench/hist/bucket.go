package hist

import (
	"math/bits"
	"time"
)

// HdrHistogram's buckets in this package's geometry: below 2^precision each
// value has its own, and each doubling above is divided into half as many.
const (
	precision = 11 // the least power of two that three digits fit twice
	half      = 1 << (precision - 1)
	buckets   = 27 * half
)

// bucket gives the smallest and the largest value of a bucket, by its place
// among all.
func bucket(i int) (from, to time.Duration) {
	shift := max(i/half-1, 0)
	from = time.Duration(i-shift*half) << shift
	return from, from + 1<<shift - 1
}

// bucketFrom gives the smallest value of the bucket that v falls into.
func bucketFrom(v time.Duration) time.Duration {
	shift := max(bits.Len64(uint64(v))-precision, 0)
	return v >> shift << shift
}
