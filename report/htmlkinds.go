package report

import (
	"tlsbench/bench"
)

// kindsSection shows what the handshakes were, as it was observed, and what
// failed.
func (d *pageBuilder) kindsSection() pageSection {
	s := pageSection{ID: "kinds", Title: "What the handshakes were",
		Lead: "By what was observed on each connection, not by what was asked for."}
	short := labels(d.Result.Plan)
	var b bars
	seen := map[string]string{}
	var order []string
	for _, arm := range d.Result.Plan.Arms {
		a, ok := d.Result.Arm(arm.Name)
		if !ok {
			continue
		}
		row := barRow{Label: short[arm.Name], Text: plural(a.Attempts, "attempt")}
		var parts []stackPart
		add := func(class, name string, n int64) {
			if n == 0 {
				return
			}
			if seen[class] == "" {
				seen[class] = name
				order = append(order, class)
			}
			parts = append(parts, stackPart{class, grouped(n) + " " + name, float64(n)})
		}
		for i := range bench.KindCount {
			k := bench.Kind(i)
			add("k-"+k.String(), k.String(), a.Kinds[k])
		}
		add("k-failed", "failed", a.Failed())
		row.Segments = stack(float64(a.Attempts), parts...)
		b.Rows = append(b.Rows, row)
	}
	var key []legend
	for _, class := range order {
		key = append(key, legend{Name: seen[class], Key: class, Style: -1})
	}
	part := pagePart{Legend: key, Bars: []bars{b}}
	s.Parts = []pagePart{part}
	for _, group := range []struct {
		title string
		lines []string
	}{{"kinds", joined(d.kinds())}, {"sessions", joined(d.sessions())}, {"errors", d.errors()}} {
		if len(group.lines) > 0 {
			s.Parts = append(s.Parts, pagePart{Title: capital(group.title), Notes: group.lines})
		}
	}
	return s
}
