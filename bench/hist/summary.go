package hist

import "time"

// minAbove is how many samples must lie above a percentile for it to be shown.
// With fewer it says more about a handful of outliers than about the server.
const minAbove = 10

// Summary is a distribution in a few numbers, ready for JSON: durations are
// integer nanoseconds, and what is not known is nil, hence null. In an empty
// histogram everything but Count is nil; a percentile is also nil unless the
// histogram supports it (see Supported).
type Summary struct {
	Count int64          `json:"count"`
	Min   *time.Duration `json:"min_ns"`
	Mean  *time.Duration `json:"mean_ns"`
	P50   *time.Duration `json:"p50_ns"`
	P90   *time.Duration `json:"p90_ns"`
	P95   *time.Duration `json:"p95_ns"`
	P99   *time.Duration `json:"p99_ns"`
	P999  *time.Duration `json:"p999_ns"`
	Max   *time.Duration `json:"max_ns"`
}

// NamedQuantile says which quantile, in (0, 1), a percentile's name means.
type NamedQuantile struct {
	Name string
	Q    float64
}

// Quantiles lists the percentiles of a Summary in ascending order.
func Quantiles() []NamedQuantile {
	return []NamedQuantile{{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}
}

// Supported reports whether n samples are enough for quantile q: at least ten
// must lie above it. So p50 takes 20 samples, p99 1 000 and p999 10 000.
func Supported(q float64, n int64) bool {
	const slack = 1e-6 // 1-q is not exact: 100·(1-0.9) falls just short of ten
	return float64(n)*(1-q) >= minAbove-slack
}

// Stat looks a value up by name: min, mean, max, or one of Quantiles. It is
// false for a value that is not known and for any other name.
func (s Summary) Stat(name string) (time.Duration, bool) {
	f := s.field(name)
	if f == nil || *f == nil {
		return 0, false
	}
	return **f, true
}

func (s *Summary) field(name string) **time.Duration {
	switch name {
	case "min":
		return &s.Min
	case "mean":
		return &s.Mean
	case "p50":
		return &s.P50
	case "p90":
		return &s.P90
	case "p95":
		return &s.P95
	case "p99":
		return &s.P99
	case "p999":
		return &s.P999
	case "max":
		return &s.Max
	}
	return nil
}
