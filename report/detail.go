package report

import (
	"fmt"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// detailPart draws the two tables of a group with as many percentiles as there
// is room for. Where not even one fits, each arm gets tables of its own, with the
// baseline beside it.
func (d *Document) detailPart(s side, titled bool, width int) part {
	var p part
	if titled {
		p.title = d.heading(s)
	}
	if s.completed() == 0 {
		p.notes = []string{"no handshake completed"}
		return p
	}
	var ok bool
	if p.tables, ok = d.details(s, width); ok {
		return p
	}
	if tables, ok := d.pairDetails(s, width); ok {
		p.tables = tables
		return p
	}
	s, p.key = s.numbered()
	if p.tables, ok = d.details(s, width); !ok {
		p.tables, _ = d.pairDetails(s, width)
	}
	return p
}

func (d *Document) details(s side, width int) (tables []Table, ok bool) {
	for _, percentiles := range [][]string{{"p50", "p95", "p99"}, {"p50", "p99"}, {"p50"}} {
		tables = []Table{d.phaseTable(s, percentiles), d.costTable(s)}
		if width == 0 || widest(tables...) <= width {
			return tables, true
		}
	}
	return tables, false
}

func (d *Document) pairDetails(s side, width int) (tables []Table, ok bool) {
	ok = true
	for _, pair := range s.pairs() {
		more, fit := d.details(pair, width)
		tables, ok = append(tables, more...), ok && fit
	}
	return tables, ok && len(tables) > 0
}

// phaseTable has a row for each phase that any arm had, and the given
// percentiles of each arm side by side.
func (d *Document) phaseTable(s side, percentiles []string) Table {
	t := Table{Columns: []Column{{Name: "phase", Left: true}}}
	for _, a := range s.arms {
		columns := make([]Column, len(percentiles))
		for i, p := range percentiles {
			columns[i].Name = p
		}
		if d.isCompared(a.Name) {
			columns = append(columns, d.changeColumn("change of p50"))
		}
		for _, c := range columns {
			c.Group = s.labels[a.Name]
			t.Columns = append(t.Columns, c)
		}
	}
	for _, p := range bench.Phases() {
		if !s.hasPhase(p) {
			continue
		}
		row := []string{phaseName(p)}
		for _, a := range s.arms {
			for _, stat := range percentiles {
				cell := absent
				if v, ok := a.Phases[p].Stat(stat); ok {
					cell = duration(v)
				}
				row = append(row, cell)
			}
			if d.isCompared(a.Name) {
				row = append(row, change(compare.Find(d.Comparisons, a.Name, p.String()+".p50")))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d *Document) changeColumn(what string) Column {
	return Column{Name: fmt.Sprintf("%s, %.0f%s%% CI", what, 100*d.Result.Plan.Confidence, nbsp), Left: true}
}

// phaseName indents the parts of tls.
func phaseName(p bench.Phase) string {
	if p == bench.Wait || p == bench.Local {
		return nbsp + nbsp + p.String()
	}
	return p.String()
}

// costTable has what each handshake cost.
func (d *Document) costTable(s side) Table {
	t := Table{Columns: []Column{{Name: "per handshake", Left: true}}}
	for _, a := range s.arms {
		t.Columns = append(t.Columns, Column{Name: s.labels[a.Name]})
		if d.isCompared(a.Name) {
			t.Columns = append(t.Columns, d.changeColumn("change"))
		}
	}
	for _, r := range d.costRows() {
		m, ok := bench.MetricByName(r.metric)
		if !ok {
			continue
		}
		row := []string{r.label}
		any := r.always
		for _, a := range s.arms {
			v, ok := m.Of(&a.Stats)
			any = any || ok && v != 0
			row = append(row, measured(a, m))
			if d.isCompared(a.Name) {
				row = append(row, change(compare.Find(d.Comparisons, a.Name, m.Name)))
			}
		}
		if any {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

type costRow struct {
	metric, label string
	always        bool // also where nothing was measured
}

func (d *Document) costRows() []costRow {
	return []costRow{
		{"client_cpu", "client CPU", true},
		{"server_cpu", "server CPU", true},
		{"bytes_in", "bytes in", true},
		{"bytes_out", "bytes out", true},
		{"datagrams_in", "datagrams in", false},
		{"datagrams_out", "datagrams out", false},
		{"ticket_bytes", "ticket bytes after it", false},
		{"round_trips", "round trips", false},
		{"rate", d.rateName(), true},
	}
}

// rateName says also where the rate is but what was asked for.
func (d *Document) rateName() string {
	first := d.Result.Plan.Arms[0]
	var notes []string
	if first.HandshakeOnly() {
		// The server may not yet have read the client's last message.
		notes = append(notes, "client's")
	}
	switch load := first.Load; {
	case load.Storm > 0:
		notes = append(notes, "of the storm")
	case load.Rate > 0 && len(ascending(d.Result.Plan, func(l bench.Load) float64 { return l.Rate })) == 1 && load.Share == 0:
		notes = append(notes, grouped(load.Rate)+" asked for")
	}
	if len(notes) == 0 {
		return "handshakes/s"
	}
	return "handshakes/s (" + strings.Join(notes, ", ") + ")"
}
