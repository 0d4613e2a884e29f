package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text is the report for people, in a terminal of Width columns.
type Text struct{ Width int }

// Write implements Output.
func (t Text) Write(w io.Writer, d *Document) error {
	width := t.Width
	if width <= 0 {
		width = 120
	}
	var b strings.Builder
	for _, line := range d.header() {
		wrap(&b, line, "", "  ", width)
	}
	if d.Result.Completed() > 0 {
		b.WriteByte('\n')
		if err := fit(&b, d, width); err != nil {
			return err
		}
		b.WriteByte('\n')
		if err := drawTable(&b, d.costTable()); err != nil {
			return err
		}
	}
	b.WriteByte('\n')
	section(&b, "kinds", d.kinds(), width)
	section(&b, "sessions", d.sessions(), width)
	section(&b, "errors", d.errors(), width)
	if sentences := d.sentences(); len(sentences) > 0 {
		b.WriteByte('\n')
		for _, s := range sentences {
			wrap(&b, s, "", "", width)
		}
	}
	for _, warning := range d.Result.Warnings {
		text := warning.Text
		if warning.Arm != "" {
			text = labels(d.Result.Plan)[warning.Arm] + ": " + text
		}
		wrap(&b, text, "warning: ", "  ", width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fit draws the phases with as many percentiles as the terminal has room for.
func fit(b *strings.Builder, d *Document, width int) error {
	choices := [][]string{{"p50", "p95", "p99"}, {"p50", "p99"}, {"p50"}}
	for i, percentiles := range choices {
		var table strings.Builder
		if err := drawTable(&table, d.phaseTable(percentiles)); err != nil {
			return err
		}
		if i == len(choices)-1 || widest(table.String()) <= width {
			b.WriteString(table.String())
			return nil
		}
	}
	return nil
}

func widest(text string) (n int) {
	for line := range strings.Lines(text) {
		n = max(n, utf8.RuneCountInString(strings.TrimRight(line, "\n")))
	}
	return n
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

// wrap writes text with a prefix, broken at plain spaces.
func wrap(b *strings.Builder, text, prefix, indent string, width int) {
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
