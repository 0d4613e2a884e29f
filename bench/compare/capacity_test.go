package compare

import (
	"math"
	"strings"
	"testing"
)

func TestParseCapacity(t *testing.T) {
	for text, want := range map[string]Capacity{
		"5000/s,70%":        {5000, 0.7},
		" 5000 /s , 70 % ":  {5000, 0.7},
		"0.5/s,0%":          {0.5, 0},
		"1000000000/s,100%": {1e9, 1},
		".25/s,99.9%":       {0.25, 0.999},
	} {
		got, err := ParseCapacity(text)
		if err != nil || got.Rate != want.Rate || math.Abs(got.Resumed-want.Resumed) > 1e-12 {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                      "it is empty: want connections a second",
		" ":                     "it is empty",
		"5000/s":                `"5000/s" says nothing of the share that resumes`,
		"70%":                   `"70%" says nothing of connections a second`,
		"70%,5000/s":            "the connections come first",
		"5,000/s,70%":           "has 2 commas",
		"5000,70%":              `"5000" has no unit: write 5000/s`,
		"5000/s,0.7":            `"0.7" has no unit: write 70%`,
		"5000/s,70":             `"70" has no unit: write 70%`,
		"5000/s,":               `"" is no share`,
		",70%":                  `"" is no number of connections a second`,
		"/s,70%":                `"/s" is no number`,
		"0/s,70%":               "want more than 0/s",
		"2000000000/s,70%":      "at most 1000000000/s",
		"5000/s,101%":           "no more than 100%",
		"-1/s,70%":              "is no number",
		"5000/s,-1%":            "is no share",
		"1e3/s,70%":             "is no number",
		"inf/s,70%":             "is no number",
		"NaN/s,nan%":            "is no number",
		"0x10/s,70%":            "is no number",
		"1_000/s,70%":           "is no number",
		"5k/s,70%":              "is no number",
		"5000/min,70%":          "is no number",
		"1.2.3/s,70%":           "is no number",
		"five/s,most":           "is no number",
		"5000/s\x00,70%\x1b[2J": `"5000/s\x00" is no number`,
	} {
		if _, err := ParseCapacity(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", text, err, want)
		}
	}
}

func FuzzParseCapacity(f *testing.F) {
	for _, text := range []string{"5000/s,70%", "0.5/s,0%", "70%,5000/s", "1e3/s,7%", "/s,%", "\xff/s,\x00%", strings.Repeat("9", 400) + "/s,1%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCapacity(text)
		if err != nil {
			if len(err.Error()) > 1000 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q: an error that fills or controls the terminal: %q", text, err)
			}
			return
		}
		if !(c.Rate > 0 && c.Rate <= mostConnections && c.Resumed >= 0 && c.Resumed <= 1) {
			t.Fatalf("%q: %+v is out of range", text, c)
		}
		again, err := ParseCapacity(c.String())
		if err != nil || again.Rate != c.Rate || math.Abs(again.Resumed-c.Resumed) > 1e-12 {
			t.Errorf("%q: %+v is written as %s and reads back as %+v, %v", text, c, c, again, err)
		}
	})
}
