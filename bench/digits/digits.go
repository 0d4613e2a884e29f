// Package digits writes what was measured for people, alike in tables, warnings
// and advice: three significant figures, and a unit that suits them.
//
// What somebody set is written as flags take it: 200ms.
package digits

import (
	"strconv"
	"time"
)

// Space keeps a figure and its unit on one line.
const Space = "\u00a0"

// Significant writes a positive value with three significant figures.
func Significant(v float64) string {
	switch {
	case v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// Nanoseconds writes a duration in the unit that suits it: 1.47 ms.
func Nanoseconds(ns float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= 0.9995*u.size {
			return Significant(ns/u.size) + Space + u.name
		}
	}
	return strconv.FormatFloat(ns, 'f', 0, 64) + Space + "ns"
}

// Duration is Nanoseconds of a duration.
func Duration(d time.Duration) string { return Nanoseconds(float64(d)) }
