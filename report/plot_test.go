package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/hist"
	"tlsbench/report/chart"
)

func plotOf(t *testing.T, d *Document, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := (Plot{Width: width}).Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPlotsAreAsGolden(t *testing.T) {
	docs, many := documents(t), manyDocuments(t)
	for name, d := range map[string]*Document{
		"plain": docs["plain"], "hostile": docs["hostile"], "never-resumed": docs["never-resumed"],
		"nothing-succeeded": docs["nothing-succeeded"], "mechanisms": docs["mechanisms"],
		"groups-5x4": many["groups-5x4"], "groups-2x2": many["groups-2x2"], "long-groups": many["long-groups"],
		"sweep-8x2": many["sweep-8x2"], "sweep-holes": many["sweep-holes"], "by-workers": many["by-workers"],
		"arm-failed": many["arm-failed"], "group-failed": many["group-failed"],
	} {
		for _, width := range []int{80, 160} {
			golden(t, fmt.Sprintf("plot-%s-%d.txt", name, width), []byte(plotOf(t, d, width)))
		}
	}
}

func TestPlotsKeepTheirWidth(t *testing.T) {
	for _, all := range []map[string]*Document{documents(t), manyDocuments(t)} {
		for name, d := range all {
			if d.Result == nil {
				continue
			}
			for _, width := range []int{1, 40, 41, 60, 80, 109, 110, 160} {
				for line := range strings.Lines(plotOf(t, d, width)) {
					if n := chart.Columns(strings.TrimSuffix(line, "\n")); n > max(width, fewestColumns) {
						t.Errorf("%s at %d columns: a line of %d: %s", name, width, n, line)
					}
				}
			}
		}
	}
}

// Labels of wide characters are cut by the columns that they take.
func TestPlotsOfWideLabels(t *testing.T) {
	r := &bench.Result{Plan: bench.Plan{Compare: "session", Confidence: 0.95}}
	for i := range 6 {
		a := armOf(t, repeated(time.Duration(i+1)*time.Millisecond, 50)...)
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: strings.Repeat("漢", 3+2*i) + fmt.Sprint(i)})
		a.Name, arm.Want = arm.Name, bench.WantFull
		r.Plan.Arms, r.Arms = append(r.Plan.Arms, arm), append(r.Arms, *a)
	}
	for _, width := range []int{40, 80, 160} {
		text := plotOf(t, NewDocument(r), width)
		for line := range strings.Lines(text) {
			if n := chart.Columns(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns: a line of %d: %s", width, n, line)
			}
		}
		if bars := strings.Count(text, "█"); bars < len(r.Arms) {
			t.Errorf("%d columns: %d bars for %d arms:\n%s", width, bars, len(r.Arms), text)
		}
	}
}

// armOf has times in its TLS phase.
func armOf(t *testing.T, times ...time.Duration) *bench.ArmResult {
	t.Helper()
	h := hist.New()
	for _, d := range times {
		h.Record(d)
	}
	text, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return &bench.ArmResult{Name: "session=full", Stats: bench.Stats{
		Attempts: int64(len(times)), Kinds: map[bench.Kind]int64{bench.Full: int64(len(times))},
		Phases: map[bench.Phase]hist.Summary{bench.TLSPhase: h.Summary()}, Histograms: map[bench.Phase]string{bench.TLSPhase: text},
	}}
}

func repeated(d time.Duration, n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = d
	}
	return all
}

// Every sample is in a bar, whatever the distribution and the width.
func TestBarsCountEverySample(t *testing.T) {
	for name, a := range degenerate(t) {
		s := side{[]*bench.ArmResult{a}, map[string]string{a.Name: "full"}}
		for width := 20; width < 200; width += 7 {
			g, ok := spreadOf(s, bench.TLSPhase, width)
			h := distribution(a, bench.TLSPhase)
			if !ok || h == nil {
				continue
			}
			var sum int64
			for _, n := range g.counts(h) {
				sum += n
			}
			if sum != a.Completed() {
				t.Errorf("%s in %d columns: %d samples in bars, want %d", name, width, sum, a.Completed())
			}
		}
	}
}

// degenerate are distributions of which there is little to draw.
func degenerate(t *testing.T) map[string]*bench.ArmResult {
	noHistogram, unreadable, empty := armOf(t, repeated(time.Millisecond, 30)...), armOf(t, time.Millisecond), armOf(t)
	noHistogram.Histograms = nil
	unreadable.Histograms[bench.TLSPhase] = "%%"
	noPhases := armOf(t, time.Millisecond)
	noPhases.Phases, noPhases.Histograms = nil, nil
	return map[string]*bench.ArmResult{
		"one sample": armOf(t, time.Millisecond), "all equal": armOf(t, repeated(1234567, 5000)...), "zero": armOf(t, 0, 0, 0),
		"shortest and longest": armOf(t, 1, time.Minute), "beyond": armOf(t, time.Hour, time.Second), "two next to each other": armOf(t, 1000000, 1000001),
		"no histogram": noHistogram, "unreadable": unreadable, "empty": empty, "no phases": noPhases,
	}
}

func TestDegenerateDistributionsAreDrawn(t *testing.T) {
	for name, a := range degenerate(t) {
		r := &bench.Result{
			Plan: bench.Plan{Arms: []bench.Arm{{Name: a.Name, Coords: []bench.Coord{{Dimension: "session", Value: "full"}}, Want: bench.WantFull}}, Compare: "session", Confidence: 0.95},
			Arms: []bench.ArmResult{*a},
		}
		for _, width := range []int{40, 80, 160} {
			text := plotOf(t, NewDocument(r), width)
			for _, bad := range []string{"NaN", "Inf", "%!"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s: %s in\n%s", name, bad, text)
				}
			}
			want := "█"
			switch name {
			case "no histogram":
				want = "─"
			case "unreadable": // one sample has a least and a most, and nothing between
				want = "┤"
			case "empty":
				want = "no handshake completed: there is nothing"
			case "no phases":
				want = "full: 1 of 1 full"
			}
			text = strings.ReplaceAll(text, "┤"+nbsp+"max", "")
			if !strings.Contains(text, want) {
				t.Errorf("%s at %d columns lacks %q:\n%s", name, width, want, text)
			}
		}
	}
}

// What too few samples support has no place on the line, and no figure.
func TestPlotLeavesOutWhatIsNotSupported(t *testing.T) {
	spread := func(n int) []time.Duration {
		var all []time.Duration
		for i := range n - 1 {
			all = append(all, time.Duration(math.Exp(6*float64(i)/float64(n))*1e6))
		}
		return append(all, 10*time.Second)
	}
	for _, tt := range []struct {
		samples int
		signs   string // in their order on the line
		line    string
		absent  int // figures
	}{
		{1, "┤", "", 3},
		{19, "├┤", "╌", 3},
		{20, "├●┤", "─╌", 2},
		{100, "├●┿┤", "─━╌", 1},
		{1000, "├●┿┼┤", "─━╌", 0},
	} {
		a := armOf(t, spread(tt.samples)...)
		s := side{[]*bench.ArmResult{a}, map[string]string{a.Name: "full"}}
		g, ok := spreadOf(s, bench.TLSPhase, 200)
		if !ok {
			t.Fatal("no chart")
		}
		rows := g.arm("full", a, bench.TLSPhase)
		line := rows[len(rows)-1]
		var signs strings.Builder
		for _, r := range line {
			if strings.ContainsRune("├●┿┼┤", r) {
				signs.WriteRune(r)
			}
		}
		if signs.String() != tt.signs {
			t.Errorf("%d samples: %s, want %s in %s", tt.samples, signs.String(), tt.signs, line)
		}
		for _, want := range "─━╌" {
			if strings.ContainsRune(line, want) != strings.ContainsRune(tt.line, want) {
				t.Errorf("%d samples: %c or none of it in %s", tt.samples, want, line)
			}
		}
		if n := strings.Count(line, absent); n != tt.absent {
			t.Errorf("%d samples: %d figures are absent, want %d: %s", tt.samples, n, tt.absent, line)
		}
	}
}

// Arms that failed, and percentiles of another kind, are told where bars would be.
func TestPlotTellsWhatIsMissing(t *testing.T) {
	for name, want := range map[string]string{
		"never-resumed": "none of the wanted kind", "nothing-succeeded": "no handshake completed: there is nothing to draw",
		"arm-failed": "no handshake completed",
	} {
		if text := plotOf(t, documents(t)[name], 80); !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, text)
		}
	}
	for want, a := range map[string]*bench.ArmResult{
		"nothing attempted": {}, "no handshake completed": {Stats: bench.Stats{Attempts: 3}},
		"none of the wanted kind": {Stats: bench.Stats{Attempts: 3, Kinds: map[bench.Kind]int64{bench.Full: 3}}}, "": armOf(t, time.Second),
	} {
		if got := missing(a, bench.TLSPhase); got != want {
			t.Errorf("missing: %q, want %q", got, want)
		}
	}
	if text := plotOf(t, manyDocuments(t)["sweep-holes"], 80); !strings.Contains(text, "not on the curves: 4"+nbsp+"workers resumed") {
		t.Errorf("a failed arm of a sweep is not told:\n%s", text)
	}
}

func TestStrip(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		changes []float64
		span    float64
		per     int
		want    string
	}{
		{[]float64{-0.3, -0.3, -0.3}, 0.05, 1, "▄▄▄"},
		{[]float64{-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3}, math.Expm1(0.3), 1, "▁▂▃▄▅▆▇"},
		{[]float64{0, 0, 0, 1, -1, nan}, 0.1, 1, "▄▄▄↑↓·"},
		{[]float64{0, 0, 0.3, 0.1, nan, nan, nan, 0}, math.Expm1(0.2), 2, "▄▇·▄"},
		{[]float64{0, 0, 0}, 0.05, 2, "▄▄"},
	} {
		if got := (drift{changes: tt.changes}).strip(tt.span, []int{len(tt.changes)}, tt.per); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.changes, got, tt.want)
		}
	}
	for _, tt := range []struct {
		changes []float64
		want    float64
	}{
		{[]float64{0.1}, 0.05}, {[]float64{0, 0.08, -0.08, nan}, 0.1}, {[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, 0.05}, {[]float64{0, 90, -90}, 9},
	} {
		if got := driftSpan([]drift{{changes: tt.changes}}); got != tt.want {
			t.Errorf("%v: a span of %v, want %v", tt.changes, got, tt.want)
		}
	}
}

// Many rounds share columns, and none is lost.
func TestManyRoundsFit(t *testing.T) {
	r := loadResult(t)
	rounds := r.Rounds
	for len(r.Rounds) < 100 {
		r.Rounds = append(r.Rounds, rounds...)
	}
	r.Rounds = r.Rounds[:100]
	d := &Document{Result: r, Comparisons: []compare.Comparison{{Arm: "session=resumed", Baseline: "session=full", Metric: "tls.p50", Verdict: compare.Same}}}
	var b strings.Builder
	d.drawRounds(&b, 80)
	if text := b.String(); !strings.Contains(text, "by 3 rounds") || strings.Count(text, "\n") > 4 {
		t.Errorf("100 rounds are drawn as\n%s", text)
	}
}

func TestRoundTime(t *testing.T) {
	for ns, want := range map[float64]string{0: "0", 1: "1 ns", 5e5: "500 µs", 1e6: "1 ms", 1.5e6: "1.5 ms", 2e7: "20 ms", 1e9: "1 s", -1: "0", math.Inf(1): "0"} {
		if got := strings.ReplaceAll(roundTime(ns), nbsp, " "); got != want {
			t.Errorf("%v: %q, want %q", ns, got, want)
		}
	}
}
