package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Table is a grid of finished cells.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Column heads one column; Group stands above the columns that belong
// together.
type Column struct {
	Group, Name string
	Left        bool // aligned to the left
}

// labels shortens arm names to the coordinates in which the plan's arms differ.
func labels(p bench.Plan) map[string]string { return labelsAmong(p, p.Arms) }

// labelsAmong shortens arm names to the coordinates in which those arms differ.
func labelsAmong(p bench.Plan, arms []bench.Arm) map[string]string {
	short := map[string]string{}
	for _, arm := range arms {
		var parts []string
		for _, c := range arm.Coords {
			if c.Dimension == p.Compare || slices.ContainsFunc(arms, func(o bench.Arm) bool { return o.Coord(c.Dimension) != c.Value }) {
				parts = append(parts, shortCoord(c))
			}
		}
		short[arm.Name] = strings.Join(parts, " ")
	}
	return short
}

// isCompared reports whether the arm is compared with another one.
func (d *Document) isCompared(arm string) bool {
	return slices.ContainsFunc(d.Comparisons, func(c compare.Comparison) bool { return c.Arm == arm })
}

// shortCoord is a coordinate as part of a label.
func shortCoord(c bench.Coord) string {
	if c.Dimension == "tls" {
		return "TLS" + nbsp + c.Value
	}
	return c.Value
}

// side is arms that stand side by side in a table: the baseline and what is
// compared with it.
type side struct {
	arms   []*bench.ArmResult
	labels map[string]string
}

// sides gives the arms of each group, in the plan's order.
func (d *Document) sides() []side {
	p := d.Result.Plan
	var all []side
	for _, group := range p.Groups() {
		var s side
		var arms []bench.Arm
		for _, i := range group {
			if a, ok := d.Result.Arm(p.Arms[i].Name); ok {
				s.arms = append(s.arms, a)
				arms = append(arms, p.Arms[i])
			}
		}
		s.labels = labelsAmong(p, arms)
		if len(s.arms) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// pairs are the same arms, each with the baseline only.
func (s side) pairs() []side {
	var all []side
	for _, a := range s.arms[1:] {
		all = append(all, side{[]*bench.ArmResult{s.arms[0], a}, s.labels})
	}
	return all
}

// phaseTable has a row for each phase that any arm had, and the given
// percentiles of each arm side by side.
func (d *Document) phaseTable(s side, percentiles []string) Table {
	t := Table{Columns: []Column{{Name: "phase", Left: true}}}
	for _, a := range s.arms {
		for i, p := range percentiles {
			c := Column{Name: p}
			if i == 0 {
				c.Group = s.labels[a.Name]
			}
			t.Columns = append(t.Columns, c)
		}
		if d.isCompared(a.Name) {
			t.Columns = append(t.Columns, d.changeColumn("change of p50"))
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

func (s side) hasPhase(p bench.Phase) bool {
	return slices.ContainsFunc(s.arms, func(a *bench.ArmResult) bool { return a.Phases[p].Count > 0 })
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
			cell := absent
			if v, ok := m.Of(&a.Stats); ok {
				any = any || v != 0
				cell = value(v, m.Unit)
				if m.Clocked && a.Mixed {
					cell += " (mixed)"
				}
			}
			row = append(row, cell)
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
	rate := "handshakes/s"
	if d.Result.Plan.Arms[0].HandshakeOnly() {
		// The server may not yet have read the client's last message.
		rate = "handshakes/s (client's)"
	}
	return []costRow{
		{"client_cpu", "client CPU", true},
		{"server_cpu", "server CPU", true},
		{"bytes_in", "bytes in", true},
		{"bytes_out", "bytes out", true},
		{"ticket_bytes", "ticket bytes after it", false},
		{"rate", rate, true},
	}
}
