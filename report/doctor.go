package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"tlsbench/bench/doctor"
)

// Doctor is what was found out about this machine, and about a target.
type Doctor struct {
	Facts    doctor.Facts
	Sections []doctor.Section
	Took     time.Duration
}

// WriteJSON writes it for programs: durations in nanoseconds under keys that end
// in _ns, null for what is not known.
func (d Doctor) WriteJSON(w io.Writer) error {
	document := struct {
		Schema   int              `json:"schema"`
		Sections []doctor.Section `json:"sections"`
		doctor.Facts
	}{doctor.Schema, d.Sections, d.Facts}
	return writeJSON(w, document)
}

// WriteText writes a line for each finding, and advice below those that have
// some, for a terminal of that many columns, 0 for none.
func (d Doctor) WriteText(w io.Writer, width int) error {
	if width <= 0 {
		width = 120
	}
	var b strings.Builder
	of := "this machine"
	if d.Facts.Target != nil {
		of += " and " + d.Facts.Target.URL
	}
	wrap(&b, fmt.Sprintf("%s %s   doctor   %s, in %v", d.Facts.Tool.Name, d.Facts.Tool.Version, of, d.Took.Round(100*time.Millisecond)), "", "  ", width)
	name := 0
	for _, s := range d.Sections {
		for _, f := range s.Findings {
			name = max(name, utf8.RuneCountInString(printable(f.Name)))
		}
	}
	const most = 24 // a longer name moves what stands behind it
	name = min(name, most)
	for _, s := range d.Sections {
		b.WriteString("\n" + s.Title + "\n")
		for _, f := range s.Findings {
			prefix := fmt.Sprintf("  %-7s  %-*s  ", f.Verdict, name, printable(f.Name))
			indent := strings.Repeat(" ", 2+7+2+name+2)
			wrap(&b, f.Text, prefix, indent, width)
			if f.Advice != "" {
				wrap(&b, f.Advice, indent+"→ ", indent+"  ", width)
			}
		}
	}
	b.WriteByte('\n')
	wrap(&b, d.verdict(), "", "  ", width)
	_, err := io.WriteString(w, b.String())
	return err
}

func (d Doctor) verdict() string {
	problems, notes := doctor.Count(d.Sections, doctor.Problem), doctor.Count(d.Sections, doctor.Note)
	switch {
	case problems > 0:
		return fmt.Sprintf("%s, %s: measurements from here are doubtful until the former are gone.", plural(problems, "problem"), plural(notes, "note"))
	case notes > 0:
		return fmt.Sprintf("No problem, %s.", plural(notes, "note"))
	default:
		return "No problem."
	}
}
