package live

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"tlsbench/bench"
)

var update = flag.Bool("update", false, "write the golden files anew")

const ms = time.Millisecond

func start() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func ptr[T any](v T) *T { return &v }

// planOf is a plan of that many arms, two for each number of workers.
func planOf(arms int) bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Duration: 5 * time.Second, Warmup: 500 * ms}
	for i := range arms {
		session := []bench.Want{bench.WantFull, bench.WantResumed}[i%2]
		coords := []bench.Coord{{Dimension: "session", Value: string(session)}}
		if arms > 2 {
			coords = append([]bench.Coord{{Dimension: "workers", Value: fmt.Sprint(1 + i/2)}}, coords...)
		}
		arm := bench.NewArm(coords...)
		arm.Want = session
		p.Arms = append(p.Arms, arm)
	}
	return p
}

// midway is a run in its fourth round.
func midway(arms int) Moment {
	p := bench.Progress{
		Plan: planOf(arms), Round: 4, Block: 1, Arm: 1, Attempts: 2468,
		Began: start(), RoundBegan: start().Add(3400 * ms), BlockBegan: start().Add(3900 * ms),
	}
	for i := range arms {
		p.Arms = append(p.Arms, bench.ArmProgress{
			Completed: int64(600 + i), Rate: ptr(393.4 + float64(i)),
			P50: ptr(1610 * time.Microsecond), P99: ptr(time.Duration(20+i) * ms / 7),
		})
	}
	return Moment{Progress: p, Now: start().Add(4100 * ms), Rate: ptr(412.3)}
}

// moments are what there can be to show.
func moments() map[string]Moment {
	warmup := midway(2)
	warmup.Round, warmup.Block, warmup.Attempts, warmup.Rate = 0, 1, 8, nil
	warmup.RoundBegan, warmup.BlockBegan = time.Time{}, start().Add(600*ms)
	warmup.Arms = make([]bench.ArmProgress, 2)
	warmup.Now = start().Add(900 * ms)

	beginning := warmup
	beginning.Block, beginning.Arm, beginning.Attempts, beginning.BlockBegan, beginning.Now = 0, -1, 0, time.Time{}, start()

	trouble := midway(2)
	trouble.Failed = 1234
	trouble.Arms[0].P99 = nil
	trouble.Arms[1] = bench.ArmProgress{Completed: 40, Failed: 1231, Fallbacks: 39, Rate: ptr(3.25)}

	still := midway(2)
	still.Still, still.Now = 25*time.Second, still.Now.Add(25*time.Second)

	nothing := midway(2)
	nothing.Failed, nothing.Rate = 2468, ptr(0.0)
	for i := range nothing.Arms {
		nothing.Arms[i] = bench.ArmProgress{Failed: 1200, Rate: ptr(0.0)}
	}

	many := midway(100)
	many.Arm = 77
	many.Failed = 3
	many.Arms[90].Failed, many.Arms[55].Fallbacks = 3, 12

	hostile := midway(2)
	for i, name := range []string{"\x1b[2J\x1b[31mred\r\nerrors none\a\u202e", strings.Repeat("宽的名字", 30) + "\u0301\u0301"} {
		hostile.Plan.Arms[i].Coords[0].Value, hostile.Plan.Arms[i].Name = name, "session="+name
	}

	mix, storm, search := midway(2), midway(2), midway(2)
	mix.Block, mix.Arm, mix.BlockBegan = 0, 0, mix.RoundBegan
	for i := range 2 {
		mix.Plan.Arms[i].Load = bench.Load{Rate: 500, Arrivals: "constant", MaxInFlight: 10, Share: 0.5}
		storm.Plan.Arms[i].Load = bench.Load{Storm: 100}
		search.Plan.Arms[i].Load = bench.Load{Rate: 500, Arrivals: "constant", MaxInFlight: 10}
	}
	storm.Plan.Duration, storm.BlockAttempts = 0, 50
	search.Plan.FindMax, search.Plan.Rounds, search.Round = "tls.p99 < 20ms", 6, 31
	return map[string]Moment{
		"mix": mix, "storm": storm, "search": search,
		"beginning": beginning, "warm-up": warmup, "midway": midway(2), "trouble": trouble, "still": still,
		"nothing": nothing, "twenty": midway(20), "many": many, "hostile": hostile,
	}
}

func TestFrames(t *testing.T) {
	sizes := [][2]int{{79, 23}, {159, 39}, {39, 9}, {59, 14}, {79, 4}, {20, 2}}
	for name, m := range moments() {
		var b strings.Builder
		v := NewView(m.Plan, false)
		for _, size := range sizes {
			fmt.Fprintf(&b, "== %d columns, %d rows\n", size[0], size[1])
			for _, line := range v.Frame(m, size[0], size[1]) {
				b.WriteString(line + "\n")
			}
		}
		fmt.Fprintf(&b, "== for logs\n%s\n", v.Line(m))
		golden(t, name+".txt", b.String())
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s changed; see the difference after -update:\n%s", file, got)
	}
}

// A frame fits at any size, and nothing in it is obeyed by the terminal.
func TestFramesFit(t *testing.T) {
	for name, m := range moments() {
		v := NewView(m.Plan, false)
		for width := range 90 {
			for _, height := range []int{0, 1, 2, 3, 4, 5, 9, 23} {
				lines := v.Frame(m, width, height)
				if len(lines) > max(1, height) {
					t.Fatalf("%s: %d lines in %d rows", name, len(lines), height)
				}
				for _, line := range lines {
					if n := columns(line); n > width {
						t.Fatalf("%s: %d columns in %d: %q", name, n, width, line)
					}
					if strings.ContainsFunc(line, unicode.IsControl) {
						t.Fatalf("%s: control characters in %q", name, line)
					}
				}
			}
		}
	}
}

// Colours say nothing that the text does not.
func TestColorsAddNothing(t *testing.T) {
	for name, m := range moments() {
		bare, colored := NewView(m.Plan, false).Frame(m, 79, 23), NewView(m.Plan, true).Frame(m, 79, 23)
		for i, line := range colored {
			var b strings.Builder
			for part := range strings.SplitSeq("m"+line, "\x1b[") {
				_, text, _ := strings.Cut(part, "m")
				b.WriteString(text)
			}
			if b.String() != bare[i] {
				t.Errorf("%s: %q is %q without colours, want %q", name, line, b.String(), bare[i])
			}
		}
	}
	joined := strings.Join(NewView(planOf(2), true).Frame(moments()["trouble"], 79, 23), "\n")
	for _, want := range []string{"\x1b[31m1\u00a0234 errors\x1b[m", "\x1b[33m39\x1b[m", "\x1b[1mresumed"} {
		if !strings.Contains(joined, want) {
			t.Errorf("%q is missing in %q", want, joined)
		}
	}
}

// BenchmarkFrame is what one frame costs: there are four a second.
func BenchmarkFrame(b *testing.B) {
	m := midway(20)
	v := NewView(m.Plan, true)
	screen := NewScreen(new(nowhere))
	b.ReportAllocs()
	for b.Loop() {
		screen.Draw(v.Frame(m, 159, 39))
	}
}

type nowhere struct{}

func (*nowhere) Write(p []byte) (int, error) { return len(p), nil }
