package hist

import (
	"math/bits"
	"time"
)

// exact is what the buckets of some values would round.
type exact struct {
	min, max     time.Duration
	sumHi, sumLo uint64 // 128 bits: a mean stays exact for any count
}

// nothing is crossed, so that it merges without a special case.
func nothing() exact { return exact{min: Highest, max: Lowest} }

// add takes in other values.
func (e *exact) add(o exact) {
	e.widen(o.min, o.max)
	e.addSum(o.sumHi, o.sumLo)
}

func (e *exact) widen(low, high time.Duration) {
	e.min, e.max = min(e.min, low), max(e.max, high)
}

func (e *exact) addSum(hi, lo uint64) {
	var carry uint64
	e.sumLo, carry = bits.Add64(e.sumLo, lo, 0)
	e.sumHi, _ = bits.Add64(e.sumHi, hi, carry)
}

// addTimes adds v to the sum n times.
func (e *exact) addTimes(v time.Duration, n int64) {
	e.addSum(bits.Mul64(uint64(v), uint64(n)))
}

// mean is the exact mean of n values rounded to the nearest nanosecond.
func (e *exact) mean(n int64) time.Duration {
	lo, carry := bits.Add64(e.sumLo, uint64(n)/2, 0)
	// No mean exceeds Highest, so the high word stays below n, as Div64 demands.
	m, _ := bits.Div64(e.sumHi+carry, lo, uint64(n))
	return time.Duration(m)
}

// summary condenses n values of which the quantiles are known.
func (e *exact) summary(n int64, quantile func(float64) time.Duration) Summary {
	s := Summary{Count: n}
	if n == 0 {
		return s
	}
	lowest, mean, highest := e.min, e.mean(n), e.max
	s.Min, s.Mean, s.Max = &lowest, &mean, &highest
	for _, nq := range Quantiles() {
		if Supported(nq.Q, n) {
			v := quantile(nq.Q)
			*s.field(nq.Name) = &v
		}
	}
	return s
}
