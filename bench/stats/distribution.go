package stats

import "math"

// normalDeviate is the z for which a normal variable lies within ±z with the
// given probability: 1.96 for 0.95.
func normalDeviate(confidence float64) float64 {
	return math.Sqrt2 * math.Erfinv(confidence)
}

// normalTail is the probability that a normal variable exceeds z.
func normalTail(z float64) float64 {
	return math.Erfc(z/math.Sqrt2) / 2
}

// manyDF is from where on the series of studentTail is long and its normal
// approximation is as good.
const manyDF = 1000

// studentTail is the probability that Student's t with df degrees of freedom
// exceeds t >= 0, by the finite series for whole degrees, and for many by the
// normal distribution (Abramowitz and Stegun, Handbook of Mathematical
// Functions, 26.7.3, 26.7.4 and 26.7.8).
func studentTail(t float64, df int) float64 {
	if df > manyDF {
		n := float64(df)
		return normalTail(t * (1 - 1/(4*n)) / math.Sqrt(1+t*t/(2*n)))
	}
	theta := math.Atan(t / math.Sqrt(float64(df)))
	sin, cos := math.Sincos(theta)
	var sum float64
	term := 1.0
	first := 2
	if df%2 == 1 {
		term = cos
		first = 3
	}
	for k := first; k <= df; k += 2 {
		sum += term
		term *= cos * cos * float64(k-1) / float64(k)
	}
	within := sin * sum
	if df%2 == 1 {
		within = (theta + within) * 2 / math.Pi
	}
	return max(0, (1-within)/2)
}

// studentDeviate is the t that studentTail maps to tail, in (0, 0.5].
func studentDeviate(tail float64, df int) float64 {
	low, high := 0.0, 1.0
	for studentTail(high, df) > tail {
		low, high = high, 2*high
	}
	for range 60 {
		if mid := (low + high) / 2; studentTail(mid, df) > tail {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}
