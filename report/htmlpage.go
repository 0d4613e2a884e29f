package report

import (
	"html/template"
	"strings"

	"tlsbench/bench/compare"
	"tlsbench/report/chart"
)

// page is what the template is given. Texts are plain: the template escapes
// them. Only charts are HTML already.
type page struct {
	Policy string
	Style  template.CSS
	Script template.JS
	Box    [4]int // of charts, and Steps: see chart.Geometry
	Steps  int

	Title    string
	Header   []string
	Badge    badge
	Reasons  []string
	Verdicts []string
	Checks   []verdictLine
	Warnings []string
	Sections []pageSection
	Download *download
}

// badge is the outcome in a word.
type badge struct{ Class, Text string }

// verdictLine is a condition and what became of it.
type verdictLine struct{ Class, Verdict, Expr, Why string }

// pageSection is one heading of the page, and what stands below it in this order.
type pageSection struct {
	ID, Title string
	// Lead says in a sentence or two what is seen.
	Lead  string
	Lines []string
	Terms []term
	Parts []pagePart
	// Folds are further parts, closed until somebody wants them.
	Folds []fold
}

// pagePart is charts with one legend, bars, and tables, of which any may be
// missing.
type pagePart struct {
	Title   string
	Lines   []string
	Legend  []legend
	Figures []drawing
	Bars    []bars
	Tables  []pageTable
	Notes   []string
}

// Width is how much room a part takes of a wide page: one with a single chart
// has others beside it, one with bars or tables has none.
func (p pagePart) Width() string {
	switch {
	case len(p.Figures) == 1 && len(p.Tables) == 0:
		return "narrow"
	case len(p.Figures) > 2 || len(p.Bars)+len(p.Tables) > 0:
		return "wide"
	default:
		return ""
	}
}

type fold struct {
	Title string
	Parts []pagePart
}

// legend is one series of a part's charts; Key is that of chart.Series.
type legend struct {
	Name, Key string
	Style     int
}

// drawing is a chart and what stands above it.
type drawing struct {
	Caption string
	Chart   template.HTML
}

// term is explained by a text.
type term struct {
	Term, Text string
	Code       bool // the text is a command
}

// pageTable is a Table whose heads span their groups.
type pageTable struct {
	Label   string     // for those who do not see what it stands below
	Groups  []headCell // nil where no column is in a group
	Columns []Column
	Rows    [][]string
}

// headCell is a group's name over so many columns.
type headCell struct {
	Name string
	Span int
}

func newPageTable(label string, t Table) pageTable {
	p := pageTable{Label: label, Columns: t.Columns, Rows: t.Rows}
	grouped := false
	for i, c := range t.Columns {
		grouped = grouped || c.Group != ""
		if i > 0 && t.Columns[i-1].Group == c.Group {
			p.Groups[len(p.Groups)-1].Span++
			continue
		}
		p.Groups = append(p.Groups, headCell{c.Group, 1})
	}
	if !grouped {
		p.Groups = nil
	}
	return p
}

// pageBuilder makes the page of a document.
type pageBuilder struct {
	*Document
	sheet chart.Sheet
}

// page puts the document on a page, in the order in which it is read: what came
// out, how sure that is, and where it comes from.
func (d *pageBuilder) page() (page, error) {
	p := page{Badge: d.badge(), Reasons: d.Outcome.Reasons, Title: "tlsbench: comparison of results"}
	p.Box, p.Steps = chart.Geometry()
	for _, c := range d.Checks {
		p.Checks = append(p.Checks, verdictLine{checkClass(c.Verdict), string(c.Verdict), c.Expr, c.Why})
	}
	if d.Against != nil {
		for _, c := range compare.Regressions(d.Against.Comparisons) {
			p.Verdicts = append(p.Verdicts, "Regression: "+c.String())
		}
		p.Warnings = append(p.Warnings, d.Against.Doubts...)
	}
	if d.Result == nil {
		p.Header = []string{d.againstHead()}
		p.Sections = appendFull(nil, d.againstSection(), glossary())
		return p, nil
	}
	p.Title = "tlsbench: " + chart.Fit(printable(d.targets()), longTitle) // the header has all of it
	p.Header = d.header()
	for _, c := range compare.Regressions(d.Comparisons) {
		p.Verdicts = append(p.Verdicts, "Regression: "+c.String())
	}
	p.Verdicts = append(d.sentences(), p.Verdicts...)
	p.Warnings = append(d.warningsForPeople(), p.Warnings...)
	if d.searched() {
		p.Sections = appendFull(nil, d.againstSection(), d.figuresSection(), d.kindsSection(), d.environmentSection(), glossary())
		var err error
		p.Download, err = d.download()
		return p, err
	}
	p.Sections = appendFull(nil,
		d.againstSection(), d.phasesSection(), d.figuresSection(), d.worthSection(), d.sweepSection(), d.costSection(), d.distributionSection(),
		d.roundsSection(), d.timeSection(), d.kindsSection(), d.environmentSection(), glossary())
	var err error
	p.Download, err = d.download()
	return p, err
}

// longTitle is how many columns of targets a title has room for.
const longTitle = 160

// appendFull leaves out sections with nothing in them.
func appendFull(all []pageSection, more ...pageSection) []pageSection {
	for _, s := range more {
		if len(s.Lines)+len(s.Terms)+len(s.Parts)+len(s.Folds) > 0 {
			all = append(all, s)
		}
	}
	return all
}

func (d *pageBuilder) badge() badge {
	switch d.Outcome.Exit {
	case compare.Passed:
		return badge{"good", "passed"}
	case compare.Failed:
		return badge{"bad", "failed"}
	case compare.Unsure:
		return badge{"unsure", "inconclusive"}
	case compare.Interrupted:
		return badge{"unsure", "interrupted"}
	default:
		return badge{"bad", "not carried out"}
	}
}

func checkClass(v compare.CheckVerdict) string {
	switch v {
	case compare.CheckPass:
		return "good"
	case compare.CheckFail:
		return "bad"
	default:
		return "unsure"
	}
}

// verdictClass colours a change by what it means.
func verdictClass(c compare.Comparison) string {
	switch {
	case c.Regressed || c.Verdict == compare.Worse:
		return "bad"
	case c.Verdict == compare.Better:
		return "good"
	default:
		return "unsure"
	}
}

// sentence ends a text as one.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }
