package report

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/stats"
)

// madeNoise is that of a machine where everything is known of some metrics and
// little of others.
func madeNoise(t *testing.T, wide float64) Noise {
	t.Helper()
	p := loadResult(t).Plan
	n := &compare.Noise{Plan: p, Runs: 8}
	spread := func(sd float64, df int) *stats.Spread { return &stats.Spread{SD: wide * sd, DF: df} }
	for i, arm := range p.Arms {
		scale := 1 + 0.25*float64(i)
		for _, f := range []compare.Floor{
			{Metric: "client_cpu", Unit: bench.Nanoseconds, Round: spread(0.03*scale, 72), Pair: spread(0.012, 8), Run: spread(0.02*scale, 7)},
			{Metric: "bytes_in", Unit: bench.Bytes, Round: spread(0, 72), Pair: spread(0, 8), Run: spread(0, 7)},
			{Metric: "rate", Unit: bench.PerSecond, Round: spread(0.05, 72), Pair: spread(0.02, 8), Run: spread(0.04, 7)},
			{Metric: "error_ratio", Unit: bench.Fraction, Round: spread(0.001, 72), Pair: spread(0.0004, 8), Run: spread(0.0004, 7)},
			{Metric: "tls.p50", Unit: bench.Nanoseconds, Round: spread(0.02, 72), Pair: spread(0.008*scale, 8), Run: spread(0.03*scale, 7)},
			{Metric: "tls.p99", Unit: bench.Nanoseconds, Pair: spread(0.06, 8), Run: spread(0.05, 7)},
			{Metric: "total.p99", Unit: bench.Nanoseconds, Pair: spread(0.07, 8)},
			{Metric: "connect.p50", Unit: bench.Nanoseconds, Run: spread(0.05, 7)},
			{Metric: compare.Saving("tls.p50"), Unit: bench.Fraction, Run: spread(0.01, 7)},
		} {
			if f.Arm = arm.Name; i == 0 && f.Unit == bench.Fraction && f.Round == nil {
				continue // the baseline saves nothing
			}
			n.Floors = append(n.Floors, f)
		}
	}
	return Noise{Noise: n, Allowed: 0.05, Took: 83 * time.Second}
}

func noiseText(t *testing.T, n Noise, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := n.WriteText(&b, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNoiseIsAsGolden(t *testing.T) {
	for name, n := range map[string]Noise{"quiet": madeNoise(t, 1), "loud": madeNoise(t, 20)} {
		for _, width := range []int{80, 120} {
			text := noiseText(t, n, width)
			golden(t, fmt.Sprintf("noise-%s-%d.txt", name, width), []byte(text))
			for line := range strings.Lines(text) {
				if utf8.RuneCountInString(strings.TrimRight(line, "\n")) > width {
					t.Errorf("%s: a line is wider than %d columns: %s", name, width, line)
				}
			}
		}
		if noiseText(t, n, 0) != noiseText(t, n, 120) {
			t.Errorf("%s: no terminal is not 120 columns wide", name)
		}
	}
}

func TestNoiseAdvice(t *testing.T) {
	timed := madeNoise(t, 1)
	timed.Noise.Plan.Count, timed.Noise.Plan.Duration = 0, 5*time.Second
	if text := strings.Join(timed.advice(), "\n"); !strings.Contains(text, " -d ") || strings.Contains(text, " -n ") {
		t.Errorf("a run of some time is recommended by attempts: %s", text)
	}
	unknown := madeNoise(t, 1)
	for i := range unknown.Noise.Floors {
		unknown.Noise.Floors[i].Run = nil
	}
	if text := strings.Join(unknown.advice(), "\n"); !strings.Contains(text, "--vs") || strings.Contains(text, "compare") {
		t.Errorf("the noise between runs is not known: %s", text)
	}
}

func TestNoiseJSONReadsBack(t *testing.T) {
	n := madeNoise(t, 1)
	var b bytes.Buffer
	if err := n.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	got, err := compare.ReadNoise(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Floors, n.Noise.Floors) || got.Runs != n.Noise.Runs {
		t.Errorf("got %+v", got)
	}
}
