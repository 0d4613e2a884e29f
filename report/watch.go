package report

import (
	"fmt"
	"strings"

	"tlsbench/bench/probe"
)

// watch tells how often sessions were accepted, and what happened.
func (p Probe) watch(b *strings.Builder, width int) {
	w := p.Watch
	head := fmt.Sprintf("watched for %s, an offer every %s: %s, %s",
		span(w.Took), duration(w.Every), plural(w.Ticks, "tick"), plural(len(w.Events), "event"))
	if w.Partial {
		head += " (interrupted)"
	}
	wrap(b, head, "", "  ", width)
	t := Table{Columns: []Column{{Name: "place", Left: true}, {Name: "answered"}, {Name: "sessions", Left: true}, {Name: "accepted"}, {Name: "refused"}, {Name: "failed"}}}
	for _, place := range w.Places {
		row := []string{place.Name, fmt.Sprintf("%d/%d", place.Answered, place.Answered+place.Silent), absent, absent, absent, absent}
		for _, m := range place.Mechanisms {
			if m.Offers == 0 {
				continue
			}
			row[2], row[3], row[4], row[5] = string(m.Mechanism), grouped(m.Accepted), grouped(m.Refused), grouped(m.Failed)
			t.Rows = append(t.Rows, row)
			row = []string{"", "", "", "", "", ""}
		}
		if row[0] != "" {
			t.Rows = append(t.Rows, row)
		}
	}
	// A table of finished cells cannot fail to be drawn into memory.
	text, _ := drawn(t)
	b.WriteString(text)
	for _, e := range w.Events {
		wrap(b, WatchEvent(e), "- ", "  ", width)
	}
}

// WatchEvent is one event of a watch in words.
func WatchEvent(e probe.Event) string {
	where := e.Name
	if e.Mechanism != "" {
		where += " " + string(e.Mechanism)
	}
	text := fmt.Sprintf("%s (after %s) %s: %s: %s", e.Time.UTC().Format("15:04:05"), span(e.After), where, e.Kind, e.What)
	if e.Age != nil {
		text += fmt.Sprintf(" (it was %s old)", span(*e.Age))
	}
	return text
}
