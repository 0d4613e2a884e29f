package report

import "tlsbench/bench/compare"

// worthParts are what the time that a resumption saves is made of, with the
// classes of their segments.
var worthParts = [...]struct {
	class, name string
	of          func(compare.TimeWorth) *float64
}{
	{"p-wait", "round trips", func(t compare.TimeWorth) *float64 { return t.OfRoundTrips }},
	{"p-local", "the client's own work", func(t compare.TimeWorth) *float64 { return t.OfClient }},
	{"w-rest", "the rest (the server's work, queues)", func(t compare.TimeWorth) *float64 { return t.OfRest }},
}

// worthSection takes what resumption saves apart, and says what it comes to
// under a load.
func (d *pageBuilder) worthSection() pageSection {
	s := pageSection{ID: "worth", Title: "What it is worth",
		Lead: "What one resumption saves against a full handshake, and what that comes to under a load. A round trip counts as long as a TCP connect took. Nothing is claimed where no difference was found."}
	if b, ok := d.savedBars(); ok {
		part := pagePart{Bars: []bars{b}}
		for _, p := range worthParts {
			part.Legend = append(part.Legend, legend{Name: p.name, Key: p.class, Style: -1})
		}
		s.Parts = append(s.Parts, part)
	}
	for _, p := range d.worth(0) {
		part := pagePart{Lines: p.key, Notes: p.notes}
		if p.title != worthTitle {
			part.Title = capital(p.title)
		}
		for _, t := range p.tables {
			part.Tables = append(part.Tables, newPageTable(capital(p.title), t))
		}
		s.Parts = append(s.Parts, part)
	}
	return s
}

// savedBars show the time in TLS that each arm saves, by what it is made of.
func (d *pageBuilder) savedBars() (bars, bool) {
	b := bars{Caption: "Time in TLS that one resumption saves"}
	longest := 0.0
	for _, w := range d.Worth {
		if saved := w.Time.Saved; saved != nil {
			longest = max(longest, *saved)
		}
	}
	short := labels(d.Result.Plan)
	for _, w := range d.Worth {
		row := barRow{Label: short[w.Arm], Text: savedTime(w.Time.SavedTime)}
		var parts []stackPart
		for _, p := range worthParts {
			if v := p.of(w.Time); v != nil {
				parts = append(parts, stackPart{p.class, p.name + " " + signedTime(*v), *v})
			}
		}
		row.Segments = stack(longest, parts...)
		b.Rows = append(b.Rows, row)
	}
	return b, longest > 0
}
