package selfwatch

import (
	"testing"
	"time"
)

func TestParseSchedstat(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"871463 1455142 5\n": 1455142, "1 0 1": 0,
		"0 0 0\n": -1, "": -1, "1 2": -1, "1 x 3": -1, "1 -2 3": -1, "1 9223372036854775808 3": -1,
	} {
		if got, ok := parseSchedstat(text); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

func TestParseStat(t *testing.T) {
	for text, want := range map[string]Ticks{
		"cpu  3276347 520710 982025 3955712 24521 0 90199 287186 0 0\ncpu0 1 2\n": {9136700, 3955712 + 24521, 287186},
		"cpu 1 2 3 4 5 6 7 0": {28, 9, 0}, "cpu 1 2 3 4 5 6 7 8 100 100": {36, 9, 8},
		"cpu 1 2 3 4 5 6 7": {}, "": {}, "intr 1 2 3 4 5 6 7 8 9": {}, "cpu 1 2 3 4 5 6 7 x": {}, "cpu -1 2 3 4 5 6 7 8": {},
	} {
		if got, ok := parseStat(text); ok != (want.All > 0) || got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("cpu 1 2 3 4 5 6 7 8 9")
	f.Fuzz(func(t *testing.T, a string) {
		if d, ok := parseSchedstat(a); ok && d < 0 {
			t.Errorf("%q: %v", a, d)
		}
		if s, ok := parseStat(a); ok && (s.Stolen < 0 || s.Stolen+s.Idle > s.All) {
			t.Errorf("%q: %v", a, s)
		}
	})
}
