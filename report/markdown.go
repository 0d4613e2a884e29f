package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Markdown is the report in GitHub Flavored Markdown, as for a job's summary.
type Markdown struct{}

// Write implements Output.
func (Markdown) Write(w io.Writer, d *Document) error {
	var m markdown
	m.status(d.Outcome)
	if d.Result != nil {
		m.result(d)
	}
	m.checks(d.Checks)
	if d.Against != nil {
		m.against(d)
	}
	if d.Result != nil {
		m.list("Warnings", d.warningsForPeople())
	}
	if m.err != nil {
		return m.err
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// markdown collects blocks, each after an empty line, and the first error.
type markdown struct {
	b   strings.Builder
	err error
}

// status says first how it ended.
func (m *markdown) status(o compare.Outcome) {
	fmt.Fprintf(&m.b, "**tlsbench: %s**\n", status(o.Exit))
	m.list("", o.Reasons)
}

func status(e compare.Exit) string {
	switch e {
	case compare.Passed:
		return "passed"
	case compare.Failed:
		return "failed"
	case compare.Unsure:
		return "inconclusive"
	case compare.Interrupted:
		return "interrupted"
	default:
		return "not carried out"
	}
}

func (m *markdown) result(d *Document) {
	m.table("", d.factTable())
	for _, p := range d.parts(0) {
		m.title(p.title)
		for _, t := range p.tables {
			m.table("", t)
		}
		for _, note := range slices.Concat(p.notes, p.groups) {
			m.paragraph(note)
		}
	}
	m.table("", d.kindTable())
	for _, s := range d.sentences() {
		m.paragraph(s)
	}
	for _, p := range d.worth(0) {
		m.title(capital(p.title))
		for _, line := range p.key {
			m.paragraph(line)
		}
		for _, t := range p.tables {
			m.table("", t)
		}
		for _, note := range p.notes {
			m.paragraph(note)
		}
	}
	m.list("Errors", d.errors())
}

// factTable says what was measured and how.
func (d *Document) factTable() Table {
	r := d.Result
	t := Table{Columns: []Column{{Name: "target", Left: true}, {Name: d.targets(), Left: true}}}
	add := func(name, text string) { t.Rows = append(t.Rows, []string{name, text}) }
	if way := d.proxies(); way != "" {
		add("through", way)
	}
	if d.facts() != nil {
		if at := d.addresses(); at != "" {
			add("address", at)
		}
		if text := d.headConnection(); text != "" {
			add("connection", text)
		}
		add("request", d.request())
	}
	add("run", strings.Join(d.setup(), " · "))
	if lines := d.arrivalLines(); len(lines) > 0 {
		add("arrivals", strings.Join(lines, "; "))
	}
	add("machine", machine(r.Env))
	add("tool", r.Tool.Name+" "+r.Tool.Version+" · "+r.Tool.Go)
	return t
}

func machine(e bench.Env) string {
	parts := []string{e.OS + "/" + e.Arch}
	if e.CPU != "" {
		parts = append(parts, e.CPU)
	}
	return strings.Join(append(parts, plural(e.CPUs, "core")), " · ")
}

func (d *Document) kindTable() Table {
	t := Table{Columns: []Column{{Name: "arm", Left: true}, {Name: "kinds", Left: true}, {Name: "sessions", Left: true}}}
	for _, o := range d.outcomes() {
		t.Rows = append(t.Rows, []string{o.label, kindsOf(o.plan, o.result), sessionsOf(o.plan, o.result)})
	}
	return t
}

func (m *markdown) checks(all []compare.Check) {
	if len(all) == 0 {
		return
	}
	t := Table{Columns: []Column{{Name: "check", Left: true}, {Name: "verdict", Left: true}, {Name: "found", Left: true}}}
	for _, c := range all {
		t.Rows = append(t.Rows, []string{c.Expr, string(c.Verdict), c.Why})
	}
	m.table("Checks", t)
}

func (m *markdown) against(d *Document) {
	m.title(d.againstHead())
	arms, rest := d.againstArms()
	for _, arm := range arms {
		m.paragraph(arm.name)
		m.table("", againstTable(arm.shown, true))
	}
	if rest != "" {
		m.paragraph(rest)
	}
	m.list("Doubts", d.Against.Doubts)
}

func (m *markdown) table(title string, t Table) {
	m.title(title)
	m.b.WriteByte('\n')
	if err := drawMarkdown(&m.b, t); m.err == nil {
		m.err = err
	}
}

func (m *markdown) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	m.title(title)
	m.b.WriteByte('\n')
	for _, line := range lines {
		m.b.WriteString("- " + markdownLine(line) + "\n")
	}
}

func (m *markdown) paragraph(text string) { m.b.WriteString("\n" + markdownLine(text) + "\n") }

func (m *markdown) title(text string) {
	if text != "" {
		m.b.WriteString("\n### " + markdownText(text) + "\n")
	}
}
