package report

import (
	"slices"
	"testing"

	"tlsbench/report/chart"
)

// The room beside a plot is for six letters or so.
func TestChangesBesideAPlotAreShort(t *testing.T) {
	for _, tt := range []struct {
		to   float64
		want []string
	}{
		{0.04, []string{"0", "+2" + nbsp + "%"}},
		{16, []string{"+500" + nbsp + "%", "×11", "×16"}},
	} {
		var got []string
		for _, tick := range changeAxis(chart.Scale{From: -0.01, To: tt.to}).Ticks {
			got = append(got, tick.Text)
			if n := len([]rune(tick.Text)); n > 7 {
				t.Errorf("%q has %d letters", tick.Text, n)
			}
		}
		for _, want := range tt.want {
			if !slices.Contains(got, want) {
				t.Errorf("up to %v: %q lacks %q", tt.to, got, want)
			}
		}
	}
}
