package report

import (
	"fmt"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/probe"
)

// waterfall draws the phases of a full and of a resumed connection as bars
// that begin where the one before ended.
func (p Probe) waterfall(b *strings.Builder, width int) {
	w := p.Result.Waterfall
	traces := []probe.Trace{w.Full}
	if w.Resumed != nil {
		traces = append(traces, *w.Resumed)
	}
	var longest time.Duration
	for _, t := range traces {
		longest = max(longest, took(t, bench.Total))
	}
	const labels = 30
	room := max(10, min(60, width-labels))
	for _, t := range traces {
		wrap(b, p.traceHead(t), "", "  ", width)
		if t.Failure != nil {
			wrap(b, t.Failure.String(), "  failed: ", "  ", width)
			continue
		}
		at := time.Duration(0)
		for _, phase := range t.Phases {
			if phase.Took == nil {
				continue
			}
			from := at
			switch phase.Phase {
			case bench.Total:
				from = 0
			case bench.Wait, bench.Local:
				continue // parts of tls that take turns
			default:
				at += *phase.Took
			}
			fmt.Fprintf(b, "  %-8s %s  %s\n", phase.Phase, padLeft(duration(*phase.Took), 9), bar(from, *phase.Took, longest, room))
		}
	}
	if w.Resumed == nil {
		wrap(b, "no resumed connection to show: "+w.Why, "", "  ", width)
	}
}

func (p Probe) traceHead(t probe.Trace) string {
	w := p.Result.Waterfall
	parts := []string{
		fmt.Sprintf("one %s connection to %s", t.Kind, p.Result.Places[w.Place].Name),
		fmt.Sprintf("%s B in, %s B out", grouped(t.BytesIn), grouped(t.BytesOut)),
	}
	if t.Version != "" {
		parts = append(parts, "TLS "+t.Version)
	}
	if t.HelloRetry {
		parts = append(parts, "HelloRetryRequest")
	}
	if t.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", t.Status))
	}
	return strings.Join(parts, " · ")
}

func took(t probe.Trace, phase bench.Phase) time.Duration {
	for _, p := range t.Phases {
		if p.Phase == phase && p.Took != nil {
			return *p.Took
		}
	}
	return 0
}

// bar is from and length on a scale of which whole fills the room. What lasted
// at all is seen.
func bar(from, length, whole time.Duration, room int) string {
	if whole <= 0 {
		return ""
	}
	cells := func(d time.Duration) int { return int((int64(d)*int64(room) + int64(whole)/2) / int64(whole)) }
	start := min(cells(from), room-1)
	return strings.Repeat(" ", start) + strings.Repeat("█", max(1, min(cells(from+length), room)-start))
}

func padLeft(text string, columns int) string {
	return strings.Repeat(" ", max(0, columns-len([]rune(text)))) + text
}
