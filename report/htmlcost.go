package report

import (
	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// costSection shows what each handshake cost, a panel for each metric.
func (d *pageBuilder) costSection() pageSection {
	s := pageSection{ID: "cost", Title: "What a handshake costs",
		Lead: "Per completed handshake. CPU time is read from the processes' clocks at both ends of each block; bytes are those of the handshake itself, tickets that follow it (TLS 1.3) stand apart."}
	var part pagePart
	for _, r := range d.costRows() {
		m, ok := bench.MetricByName(r.metric)
		if !ok {
			continue
		}
		if b, ok := d.metricBars(m, r.label); ok {
			part.Bars = append(part.Bars, b)
		}
	}
	if len(part.Bars) > 0 {
		s.Parts = []pagePart{part}
	}
	return s
}

// metricBars has a bar for each arm, false where none has a value.
func (d *pageBuilder) metricBars(m bench.Metric, label string) (bars, bool) {
	b := bars{Caption: label}
	highest := 0.0
	for i := range d.Result.Arms {
		v, _ := m.Of(&d.Result.Arms[i].Stats)
		highest = max(highest, v)
	}
	short := labels(d.Result.Plan)
	for _, side := range d.sides() {
		for i, a := range side.arms {
			row := barRow{Label: short[a.Name], Text: measured(a, m)}
			if v, ok := m.Of(&a.Stats); ok {
				row.Segments = stack(highest, stackPart{style(i), "", v})
			}
			if c, ok := compare.Find(d.Comparisons, a.Name, m.Name); ok {
				if row.Note = change(c, true); row.Note == string(compare.Same) {
					row.Note = "" // a line for each would say it again and again
				}
			}
			b.Rows = append(b.Rows, row)
		}
	}
	return b, highest > 0
}
