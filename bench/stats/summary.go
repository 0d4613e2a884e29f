package stats

import (
	"errors"
	"fmt"

	"github.com/montanaflynn/stats"
)

// Summary describes a few values, one a round, in their own unit.
type Summary struct {
	N            int
	Mean, Median float64
	// StdDev is the sample standard deviation (n-1); 0 for a single value.
	StdDev float64
	// MAD is the median absolute deviation from the median, unscaled.
	MAD      float64
	Min, Max float64
}

// Summarize describes values. The error is ErrTooFew if there are none; NaN
// and infinite values are refused.
//
// The median is the only percentile here, the mean of the two middle values
// where their number is even: how the library takes the others has changed
// between its versions.
func Summarize(values []float64) (Summary, error) {
	if len(values) == 0 {
		return Summary{}, fmt.Errorf("summarize: %w: none", ErrTooFew)
	}
	if err := checkFinite(values); err != nil {
		return Summary{}, fmt.Errorf("summarize: %w", err)
	}
	var failed error
	take := func(v float64, err error) float64 {
		failed = errors.Join(failed, err)
		return v
	}
	s := Summary{
		N:      len(values),
		Mean:   take(stats.Mean(values)),
		Median: take(stats.Median(values)),
		MAD:    take(stats.MedianAbsoluteDeviation(values)),
		Min:    take(stats.Min(values)),
		Max:    take(stats.Max(values)),
	}
	if s.N > 1 {
		s.StdDev = take(stats.StandardDeviationSample(values))
	}
	if failed != nil {
		return Summary{}, fmt.Errorf("summarize: %w", failed)
	}
	return s, nil
}
