package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/digits"
)

const (
	absent = "–" // not measured
	nbsp   = digits.Space
	minus  = "−"
)

// nanoseconds writes a duration in the unit that suits it.
func nanoseconds(ns float64) string { return digits.Nanoseconds(ns) }

func duration(d time.Duration) string { return nanoseconds(float64(d)) }

// grouped writes a whole number with its thousands apart.
func grouped[T int | int64 | float64](n T) string {
	digits := strconv.FormatFloat(math.Round(float64(n)), 'f', 0, 64)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(nbsp)
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// value writes a metric's value.
func value(v float64, unit bench.Unit) string {
	switch unit {
	case bench.Nanoseconds:
		return nanoseconds(v)
	case bench.Fraction:
		return percent(v)
	case bench.Count:
		return count(v)
	default:
		return grouped(v)
	}
}

// count writes a mean of a few things, which is mostly whole.
func count(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 2, 64), ".00")
}

// percent writes a fraction.
func percent(f float64) string { return signless(100*f) + nbsp + "%" }

// signless writes tenths, and further digits of what is below: an interval that
// excludes 0 must not seem to reach it, nor a rare failure to be none.
func signless(v float64) string {
	size := math.Abs(v)
	text := strconv.FormatFloat(size, 'f', 1, 64)
	for digits := 2; digits <= 3 && size > 0 && strings.Trim(text, "0.") == ""; digits++ {
		text = strconv.FormatFloat(size, 'f', digits, 64)
	}
	switch {
	case strings.Trim(text, "0.") == "":
		return "0.0"
	case size >= 999.95:
		text = grouped(size)
	}
	if v < 0 {
		return minus + text
	}
	return text
}

func signed(v float64) string {
	if text := signless(v); strings.HasPrefix(text, minus) || text == "0.0" {
		return text
	} else {
		return "+" + text
	}
}

// change writes a comparison's estimate and interval.
func change(c compare.Comparison, ok bool) string {
	switch {
	case !ok:
		return absent
	case c.Verdict == compare.Inconclusive, c.Verdict == compare.Same:
		return string(c.Verdict)
	case c.CI[0] == c.CI[1]:
		return signed(100**c.Change) + nbsp + "%"
	}
	return fmt.Sprintf("%s%s%%%s[%s,%s%s]", signed(100**c.Change), nbsp, nbsp+nbsp,
		signed(100*c.CI[0]), nbsp, signed(100*c.CI[1]))
}

func plural[T int | int64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + one + "s"
}
