package digits_test

import (
	"strings"
	"testing"
	"time"

	"tlsbench/bench/digits"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                        "0 ns",
		999:                      "999 ns",
		1000:                     "1.00 µs",
		1_474_900:                "1.47 ms",
		9_995_000:                "10.0 ms",
		99_949_999:               "99.9 ms",
		99_950_000:               "100 ms",
		999_500_000:              "1.00 s",
		10200 * time.Millisecond: "10.2 s",
		time.Hour:                "3600 s",
	} {
		if got := digits.Duration(d); got != strings.ReplaceAll(want, " ", "\u00a0") {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
}
