package compare

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
)

// The units that only a check has.
const (
	plainNumber bench.Unit = ""     // a count or a quotient
	anyUnit     bench.Unit = "zero" // a bare 0, which needs no unit
)

// literalUnit is a unit of a number in a check: the number times factor, a
// power of ten, is in the unit of.
type literalUnit struct {
	name   string
	of     bench.Unit
	power  int     // of ten, so that what is written is rounded once
	factor float64 // exact
}

func literalUnits() []literalUnit {
	return []literalUnit{
		{"ns", bench.Nanoseconds, 0, 1}, {"us", bench.Nanoseconds, 3, 1}, {"µs", bench.Nanoseconds, 3, 1},
		{"ms", bench.Nanoseconds, 6, 1}, {"s", bench.Nanoseconds, 9, 1}, {"min", bench.Nanoseconds, 9, 60},
		{"%", bench.Fraction, -2, 1},
		{"B", bench.Bytes, 0, 1}, {"kB", bench.Bytes, 3, 1}, {"KiB", bench.Bytes, 0, 1 << 10},
		{"MB", bench.Bytes, 6, 1}, {"MiB", bench.Bytes, 0, 1 << 20},
		{"/s", bench.PerSecond, 0, 1},
	}
}

// literalUnitOf finds a unit. Both of Unicode's µ will do, and KB, since no
// unit here is a kelvin.
func literalUnitOf(name string) (literalUnit, bool) {
	switch name {
	case "μs": // a Greek mu, not the micro sign
		name = "µs"
	case "KB":
		name = "kB"
	}
	all := literalUnits()
	i := slices.IndexFunc(all, func(u literalUnit) bool { return u.name == name })
	if i < 0 {
		return literalUnit{}, false
	}
	return all[i], true
}

func literalUnitNames() string {
	var names []string
	for _, u := range literalUnits() {
		names = append(names, u.name)
	}
	return strings.Join(names, ", ")
}

// scalar units mix: a fraction is a number.
func scalar(u bench.Unit) bool { return u == plainNumber || u == bench.Fraction || u == anyUnit }

// alike units can be added and compared.
func alike(a, b bench.Unit) bool {
	return a == b || a == anyUnit || b == anyUnit || scalar(a) && scalar(b)
}

// common is the unit of a sum of two that are alike.
func common(a, b bench.Unit) bench.Unit {
	switch {
	case a == anyUnit:
		return b
	case b == anyUnit || a == b:
		return a
	default:
		return bench.Fraction
	}
}

// dimension is a unit in words, with the way to write a value of it.
func dimension(u bench.Unit) (name, example string) {
	switch u {
	case bench.Nanoseconds:
		return "a time", "ms"
	case bench.Bytes:
		return "a number of bytes", "B"
	case bench.PerSecond:
		return "a rate", "/s"
	case bench.Fraction:
		return "a fraction", "%"
	default:
		return "a plain number", ""
	}
}

// show writes a value with that many significant figures, in the unit that
// suits it.
func show(v float64, u bench.Unit, digits int) string {
	scale, name := 1.0, ""
	switch u {
	case bench.Nanoseconds:
		scale, name = timeScale(math.Abs(v))
	case bench.Fraction:
		scale, name = 0.01, " %"
	case bench.Bytes:
		name = " B"
	case bench.PerSecond:
		name = "/s"
	}
	return significant(v/scale, digits) + name
}

func timeScale(ns float64) (float64, string) {
	switch {
	case ns >= 0.9995e9:
		return 1e9, " s"
	case ns >= 0.9995e6:
		return 1e6, " ms"
	case ns >= 0.9995e3:
		return 1e3, " µs"
	default:
		return 1, " ns"
	}
}

func significant(v float64, digits int) string {
	if v == math.Trunc(v) && math.Abs(v) < largest {
		return strconv.FormatFloat(v, 'f', 0, 64) // a count, as it is
	}
	_, exponent, _ := strings.Cut(rounded(v, digits), "e")
	power, _ := strconv.Atoi(exponent)
	return strconv.FormatFloat(v, 'f', min(max(0, digits-1-power), 15), 64)
}

func rounded(v float64, digits int) string { return strconv.FormatFloat(v, 'e', digits-1, 64) }

// digitsApart is how many significant figures it takes to tell two values
// apart: three where they are not close.
func digitsApart(a, b float64) int {
	digits := 3
	for digits < 12 && a != b && rounded(a, digits) == rounded(b, digits) {
		digits++
	}
	return digits
}
