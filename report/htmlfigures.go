package report

import (
	"slices"
	"strings"
)

// figuresSection has the tables of the text report, at full width.
func (d *pageBuilder) figuresSection() pageSection {
	s := pageSection{ID: "figures", Title: "Figures",
		Lead: "Percentiles with fewer than ten samples above them are left out (–). A change is estimated from pairs of blocks of the same round, with its interval; ~ means that none was detected."}
	for _, p := range d.parts(0) {
		part := pagePart{Title: p.title, Lines: p.key, Notes: slices.Concat(p.notes, p.groups)}
		for _, t := range p.tables {
			part.Tables = append(part.Tables, newPageTable(strings.TrimSpace("Figures "+p.title), t))
		}
		s.Parts = append(s.Parts, part)
	}
	if lines := d.arrivalLines(); len(lines) > 0 && len(s.Parts) > 0 {
		last := &s.Parts[len(s.Parts)-1]
		for _, line := range lines {
			last.Notes = append(last.Notes, "Arrivals: "+line+".")
		}
	}
	if len(s.Parts) == 0 {
		s.Lead = ""
		s.Lines = []string{"No handshake completed."}
	}
	return s
}
