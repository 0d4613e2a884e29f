package report

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/saved"
)

// mergedRuns are so many runs of the saved one's plan, an hour apart, as one.
func mergedRuns(t *testing.T, n int) *Document {
	t.Helper()
	all := make([]*bench.Result, n)
	for i := range all {
		r, err := saved.Load(filepath.Join("testdata", "result.json"))
		if err != nil {
			t.Fatal(err)
		}
		r.Started, r.Plan.Seed = r.Started.Add(time.Duration(i)*time.Hour), uint64(100+i)
		r.Command = fmt.Sprintf("tlsbench run --seed %d", 100+i)
		all[i] = r
	}
	m, err := compare.Merge(all)
	if err != nil {
		t.Fatal(err)
	}
	return NewDocument(m)
}

// A reader must not take several runs for one.
func TestMergedRunsAreTold(t *testing.T) {
	one, three := NewDocument(loadResult(t)), mergedRuns(t, 3)
	for name, text := range map[string]string{"text": output(t, "text", three), "markdown": output(t, "markdown", three), "html": output(t, "html", three)} {
		if !strings.Contains(text, "3 runs merged · ") {
			t.Errorf("%s does not say that runs were merged", name)
		}
	}
	if text := output(t, "text", one); strings.Contains(text, "merged") {
		t.Errorf("one run passes for several:\n%s", text)
	}
	_, root := pageOf(t, three)
	for _, section := range elements(root, "section") {
		if attribute(section, "id") != "environment" {
			continue
		}
		text := textOf(section)
		for i, o := range three.Result.Merged {
			for _, want := range []string{
				"run " + strconv.Itoa(i+1) + startedText(o.Started) + ", took", "seed " + strconv.FormatUint(o.Seed, 10), o.Command,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("the environment lacks %q:\n%s", want, text)
				}
			}
		}
		if !strings.Contains(text, "those of the run that is first") {
			t.Errorf("the first run's machine passes for that of all:\n%s", text)
		}
	}
}

func TestChartsPartMergedRuns(t *testing.T) {
	const border = `class="mark run"`
	for n, want := range map[int]int{2: 1, 3: 2, mostBordered + 1: 0} {
		d := mergedRuns(t, n)
		_, root := pageOf(t, d)
		seen := 0
		for _, section := range elements(root, "section") {
			id := attribute(section, "id")
			if id != "time" && id != "rounds" {
				continue
			}
			seen++
			for _, svg := range elements(section, "svg") {
				if attribute(svg, "class") != "plot" {
					continue
				}
				found := 0
				for _, p := range elements(svg, "path") {
					if attribute(p, "class") == "mark run" {
						found++
					}
				}
				if found != want {
					t.Errorf("%s of %d runs has %d borders, want %d", id, n, found, want)
				}
			}
			if told := strings.Contains(textOf(section), "Dotted lines part the runs"); told != (want > 0) {
				t.Errorf("%s of %d runs: borders are told: %v", id, n, told)
			}
		}
		if seen != 2 {
			t.Errorf("%d of two sections", seen)
		}
	}
	if strings.Contains(output(t, "html", NewDocument(loadResult(t))), border) {
		t.Error("one run is parted")
	}

	d := mergedRuns(t, 3)
	per := float64(len(d.Result.Rounds)) / 3
	for i, m := range d.roundBorders() {
		if want := float64(i+1)*per + 0.5; m.At != want {
			t.Errorf("border %d stands at round %v, want %v", i+1, m.At, want)
		}
	}
	for i, m := range d.timeBorders() {
		first, _ := d.Result.Rounds[(i+1)*int(per)].Block("session=full")
		last, _ := d.Result.Rounds[(i+1)*int(per)-1].Block("session=full")
		if at := time.Duration(m.At); at > first.Start || at < last.Start+last.Took {
			t.Errorf("border %d stands at %v, between blocks at %v and %v", i+1, at, last.Start, first.Start)
		}
	}
}

func TestStripsPartMergedRuns(t *testing.T) {
	if got := (drift{changes: []float64{0, 0, 0, 0, 0, 0}}).strip(0.1, []int{4, 2}, 3); got != "▄▄│▄" {
		t.Errorf("got %q", got)
	}
	for _, width := range []int{80, 160} {
		text := plotOf(t, mergedRuns(t, 3), width)
		parted := false
		for line := range strings.Lines(text) {
			if strings.Contains(line, "▄│") || strings.Count(line, "│") == 2 && strings.Contains(line, "resumed") {
				parted = true
			}
		}
		if !parted || !strings.Contains(text, "the next run") {
			t.Errorf("%d columns: runs are not parted, or nothing says so:\n%s", width, text)
		}
	}
	for _, tt := range []struct {
		runs    []int
		columns int
		want    int
	}{{[]int{10}, 10, 1}, {[]int{11}, 10, 2}, {[]int{5, 5}, 10, 2}, {[]int{5, 5}, 11, 1}, {[]int{100}, 10, 10}, {[]int{3, 3, 3}, 2, 4}} {
		if got := roundsPerColumn(tt.runs, tt.columns); got != tt.want {
			t.Errorf("%v in %d columns: %d a column, want %d", tt.runs, tt.columns, got, tt.want)
		}
	}
}
