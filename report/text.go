package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tlsbench/bench/compare"
)

// Text is the report for people, in a terminal of Width columns.
type Text struct{ Width int }

// defaultWidth is that of text where nobody says how wide the terminal is.
const defaultWidth = 120

// Write implements Output.
func (t Text) Write(w io.Writer, d *Document) error {
	width := t.Width
	if width <= 0 {
		width = defaultWidth
	}
	var b strings.Builder
	if d.Result != nil {
		if err := d.resultText(&b, width); err != nil {
			return err
		}
	} else {
		section(&b, "checks", d.checks(), width)
	}
	if d.Against != nil {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		if err := d.againstText(&b, width); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *Document) resultText(b *strings.Builder, width int) error {
	for _, line := range d.header() {
		wrapParts(b, line, "  ", width)
	}
	for _, p := range d.parts(width) {
		if err := p.text(b, width); err != nil {
			return err
		}
	}
	b.WriteByte('\n')
	section(b, "arrivals", d.arrivalLines(), width)
	section(b, "kinds", joined(d.kinds()), width)
	section(b, "sessions", joined(d.sessions()), width)
	section(b, "errors", d.errors(), width)
	return d.closing(b, width, d.worth(width))
}

// closing says what follows from the figures, what that is worth where there is
// room for it, and what is doubted.
func (d *Document) closing(b *strings.Builder, width int, worth []part) error {
	section(b, "checks", d.checks(), width)
	if sentences := d.sentences(); len(sentences) > 0 {
		b.WriteByte('\n')
		for _, s := range sentences {
			wrap(b, s, "", "", width)
		}
	}
	for _, p := range worth {
		if err := p.text(b, width); err != nil {
			return err
		}
	}
	warnings, regressions := d.warningsForPeople(), compare.Regressions(d.Comparisons)
	if len(warnings)+len(regressions) > 0 {
		b.WriteByte('\n')
	}
	for _, c := range regressions {
		wrap(b, c.String(), "regression: ", "  ", width)
	}
	for _, warning := range warnings {
		wrap(b, warning, "warning: ", "  ", width)
	}
	return nil
}

// againstText draws a table for each arm, without what is allowed where the
// terminal has no room for it.
func (d *Document) againstText(b *strings.Builder, width int) error {
	wrap(b, d.againstHead(), "", "  ", width)
	arms, rest := d.againstArms()
	for _, arm := range arms {
		b.WriteByte('\n')
		wrap(b, arm.name, "", "  ", width)
		table := againstTable(arm.shown, true)
		if table.width() > width {
			table = againstTable(arm.shown, false)
		}
		if err := drawTable(b, table); err != nil {
			return err
		}
	}
	if rest != "" {
		b.WriteByte('\n')
		wrap(b, rest, "", "  ", width)
	}
	regressions := compare.Regressions(d.Against.Comparisons)
	if len(regressions)+len(d.Against.Doubts) > 0 {
		b.WriteByte('\n')
	}
	for _, c := range regressions {
		wrap(b, c.String(), "regression: ", "  ", width)
	}
	for _, doubt := range d.Against.Doubts {
		wrap(b, doubt, "doubt: ", "  ", width)
	}
	return nil
}

func (p part) text(b *strings.Builder, width int) error {
	head := p.key
	if p.title != "" {
		head = append([]string{p.title}, p.key...)
	}
	for i, line := range head {
		if i == 0 {
			b.WriteByte('\n')
		}
		wrapParts(b, line, "  ", width)
	}
	for i, t := range p.tables {
		if i > 0 || len(head) == 0 {
			b.WriteByte('\n')
		}
		if err := drawTable(b, t); err != nil {
			return err
		}
	}
	for _, note := range p.notes {
		wrap(b, note, "", "  ", width)
	}
	for i, group := range p.groups {
		if i == 0 {
			b.WriteByte('\n')
		}
		wrapParts(b, group, "  ", width)
	}
	return nil
}

func drawn(t Table) (string, error) {
	var b strings.Builder
	err := drawTable(&b, t)
	return b.String(), err
}

// section writes lines below each other, the title before the first.
func section(b *strings.Builder, title string, lines []string, width int) {
	for i, line := range lines {
		if i > 0 {
			title = ""
		}
		wrap(b, line, fmt.Sprintf("%-10s", title), strings.Repeat(" ", 12), width)
	}
}

// wrapParts is wrap for groups with spaces between, of parts with " · " between:
// a group goes to the next line as a whole where it fits in one, and else a part.
func wrapParts(b *strings.Builder, text, indent string, width int) {
	const stay = "\x00" // a space that is no place to break
	fits := func(text string) bool { return utf8.RuneCountInString(indent+text) <= width }
	var kept strings.Builder
	for group := range strings.SplitSeq(printable(text), "   ") {
		if kept.Len() > 0 {
			kept.WriteString(stay + stay + " ")
		}
		if fits(group) {
			kept.WriteString(strings.ReplaceAll(group, " ", stay))
			continue
		}
		for i, part := range strings.Split(group, " · ") {
			if i > 0 {
				kept.WriteString(stay + "· ")
			}
			if fits(part + " ·") {
				part = strings.ReplaceAll(part, " ", stay)
			}
			kept.WriteString(part)
		}
	}
	var lines strings.Builder
	wrapPrintable(&lines, kept.String(), "", indent, width)
	for line := range strings.Lines(lines.String()) {
		b.WriteString(strings.TrimRight(strings.ReplaceAll(line, stay, " "), " \n") + "\n")
	}
}

// wrap writes text with a prefix, broken at plain spaces.
func wrap(b *strings.Builder, text, prefix, indent string, width int) {
	wrapPrintable(b, printable(text), prefix, indent, width)
}

func wrapPrintable(b *strings.Builder, text, prefix, indent string, width int) {
	line := prefix
	empty := true
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case empty:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent + word
		default:
			line += " " + word
		}
		empty = false
	}
	b.WriteString(line + "\n")
}
