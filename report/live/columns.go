package live

import (
	"time"

	"tlsbench/bench"
	"tlsbench/report"
)

// column is one figure of every arm.
type column struct {
	head  string
	least int // its width, so that it keeps its place while figures change
	of    func(bench.ArmProgress) span
}

const durationWidth = len("99.9 ms")

// layouts are the columns that a terminal may have room for, the best first.
func layouts() [][]column {
	return [][]column{
		{{"tls p50", durationWidth, p50}, {"tls p99", durationWidth, p99}, {"handshakes/s", 0, perSecond}, {"errors", 0, failed}, {"fallbacks", 0, fallbacks}},
		{{"p50", durationWidth, p50}, {"p99", durationWidth, p99}, {"/s", 5, perSecond}, {"err", 0, failed}, {"fell", 0, fallbacks}},
		{{"p50", durationWidth, p50}, {"p99", durationWidth, p99}, {"err", 0, failed}, {"fell", 0, fallbacks}},
		{{"p50", durationWidth, p50}, {"err", 0, failed}, {"fell", 0, fallbacks}},
		{},
	}
}

func p50(a bench.ArmProgress) span { return duration(a.P50) }
func p99(a bench.ArmProgress) span { return duration(a.P99) }

func duration(d *time.Duration) span {
	if d == nil {
		return span{report.Absent, faint}
	}
	return span{report.Duration(*d), plain}
}

func perSecond(a bench.ArmProgress) span {
	if a.Rate == nil || a.Completed == 0 { // a rate of 0 is none
		return span{report.Absent, faint}
	}
	return span{rate(*a.Rate), plain}
}

func failed(a bench.ArmProgress) span    { return count(a, a.Failed, red) }
func fallbacks(a bench.ArmProgress) span { return count(a, a.Fallbacks, yellow) }

func count(a bench.ArmProgress, n int64, alarming style) span {
	switch {
	case a.Rate == nil:
		return span{report.Absent, faint}
	case n == 0:
		return span{"0", plain}
	}
	return span{report.Grouped(n), alarming}
}
