package report

import "slices"

// worthSection takes what resumption saves apart, and says what it comes to
// under a load.
func (d *pageBuilder) worthSection() pageSection {
	s := pageSection{ID: "worth", Title: "What it is worth",
		Lead: "What one resumption saves against a full handshake, and what that comes to under a load. A round trip counts as long as a TCP connect took. Nothing is claimed where no difference was found."}
	if part, ok := d.savedBars(); ok {
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

// savedBars show the time in TLS that each arm saves, or in total where TLS is
// no measure of it, by what it is made of. Parts that cost time are on the other
// side of a mark.
func (d *pageBuilder) savedBars() (pagePart, bool) {
	b := bars{Caption: "Time in TLS that one resumption saves"}
	var part pagePart
	least, most := 0.0, 0.0
	for _, w := range d.Worth {
		below, above := 0.0, 0.0
		for _, p := range partsOf(w.Time) {
			below, above = below+min(p.ns, 0), above+max(p.ns, 0)
			if key := (legend{Name: p.name, Key: p.class, Style: -1}); !slices.Contains(part.Legend, key) {
				part.Legend = append(part.Legend, key)
			}
		}
		least, most = min(least, below), max(most, above)
	}
	short := labels(d.Result.Plan)
	for _, w := range d.Worth {
		row := barRow{Label: short[w.Arm], Text: savedTime(w.Time.SavedTime)}
		if w.Time.Metric != "" {
			b.Caption = "Time that one resumption saves, in TLS unless a total is named"
			row.Label += ", " + savedWhere(w.Time)
		}
		var parts []stackPart
		for _, p := range partsOf(w.Time) {
			parts = append(parts, stackPart{p.class, p.name + " " + signedTime(p.ns), p.ns})
		}
		row.Segments, row.Zero = stackAround(least, most, parts...)
		b.Rows = append(b.Rows, row)
	}
	part.Bars = []bars{b}
	if least < 0 {
		part.Notes = []string{"Parts to the left of the mark cost time. What is saved is the parts to its right less these."}
	}
	return part, least < most
}
