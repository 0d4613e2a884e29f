package chart

import (
	"math"
	"strings"
	"testing"
)

func TestPlotInCells(t *testing.T) {
	p := Plot{
		Title: "time by load",
		X:     Axis{Label: "workers", Scale: Scale{From: 0, To: 4}, Ticks: []Tick{{0, "1"}, {2, "4"}, {4, "16"}}},
		Y:     Axis{Scale: Scale{To: 10}, Ticks: []Tick{{0, "0"}, {10, "10 ms"}}},
		Series: []Series{
			{Name: "full", Line: []Point{{0, 1}, {2, 4}, {4, 9}}},
			{Name: "resumed", Style: 1, Line: []Point{{0, 1}, {2, math.NaN()}, {4, 2}}},
		},
		Marks: []Mark{{At: 2, Text: "knee ●"}},
	}
	want := strings.TrimPrefix(`
time by load
● full   ○ resumed   * several
                    knee ●
10 ms ┤                ┊          ⣀⣀⠤⠤●
      │                ┊  ⢀⣀⡠⠤⠔⠒⠉⠉
      │        ⢀⣀⣀⣀⠤⠤⠤⠒●⠊⠉⠁
    0 ┤*⠤⠔⠒⠒⠊⠉⠉⠁       ┊              ○
      └┴───────────────┴──────────────┴
       1               4             16
                   workers`, "\n")
	if got := strings.Join(p.Cells(40, 4), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Nothing to draw, and numbers that are none, are drawn without a panic and
// within the width.
func TestPlotInCellsOfNothing(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, scale := range []Scale{{}, {From: 1, To: 1}, {From: nan, To: nan}, {From: 1, To: inf, Log: true}, {From: 0, To: 5, Log: true}} {
		for _, line := range [][]Point{nil, {{nan, nan}}, {{inf, -inf}, {1, 1}, {nan, 2}}, {{1, inf}, {2, 2}}} {
			p := Plot{
				Title: strings.Repeat("漢", 40), X: Axis{Scale: scale, Label: strings.Repeat("x", 90), Ticks: []Tick{{nan, "nan"}, {1, strings.Repeat("long ", 20)}}},
				Y:      Axis{Scale: scale, Ticks: []Tick{{1, "1"}}},
				Series: []Series{{Name: strings.Repeat("漢", 40), Line: line, Dots: line, Style: 99}},
				Marks:  []Mark{{At: nan, Text: strings.Repeat("m", 90)}, {At: 1}},
			}
			for _, columns := range []int{1, 5, 40} {
				for _, l := range p.Cells(columns, 3) {
					if Columns(l) > max(2, columns) {
						t.Errorf("%d columns: %q", columns, l)
					}
				}
			}
		}
	}
}
