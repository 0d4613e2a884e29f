package report

import (
	"time"

	"tlsbench/bench"
)

// These are the words that rooms of the report share: a figure or an arm is
// called alike wherever it is shown.

// Labels shortens arm names to the coordinates in which the plan's arms differ.
func Labels(p bench.Plan) map[string]string { return labels(p) }

// Duration writes a duration with three significant figures, in the unit that
// suits it.
func Duration(d time.Duration) string { return duration(d) }

// Grouped writes a whole number with its thousands apart.
func Grouped[T int | int64 | float64](n T) string { return grouped(n) }

// Plural counts things.
func Plural[T int | int64](n T, one string) string { return plural(n, one) }

// Printable shows control characters instead of obeying them.
func Printable(text string) string { return printable(text) }

// Absent stands for what was not measured.
const Absent = absent
