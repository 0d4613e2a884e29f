package report

import (
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// This file is the one place that knows tablewriter.

// drawTable writes a table without rules.
func drawTable(w io.Writer, t Table) error {
	aligns := make([]tw.Align, len(t.Columns))
	groups, names := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	grouped := false
	for i, c := range t.Columns {
		aligns[i] = tw.AlignRight
		if c.Left {
			aligns[i] = tw.AlignLeft
		}
		names[i] = printable(c.Name)
		if i == 0 || t.Columns[i-1].Group != c.Group {
			groups[i] = printable(c.Group)
		}
		grouped = grouped || c.Group != ""
	}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Padding:    tw.CellPadding{Global: tw.Padding{Left: "", Right: "  ", Overwrite: true}},
	}
	var b strings.Builder
	table := tablewriter.NewTable(&b,
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells, Behavior: tw.Behavior{TrimSpace: tw.Off}}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{
				Separators: tw.SeparatorsNone,
				Lines:      tw.LinesNone,
			},
		})),
	)
	rows := printableCells(t.Rows)
	if grouped {
		table.Header(groups)
		rows = append([][]string{names}, rows...)
	} else {
		table.Header(names)
	}
	if err := table.Bulk(rows); err != nil {
		return err
	}
	if err := table.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func printableCells(rows [][]string) [][]string {
	var all [][]string
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable(cell)
		}
		all = append(all, cells)
	}
	return all
}

// drawMarkdown writes a table of GitHub Flavored Markdown. It has one line of
// heads, so that a group's name stands before each of its columns'.
func drawMarkdown(w io.Writer, t Table) error {
	aligns, names := make([]tw.Align, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		aligns[i] = tw.AlignRight
		if c.Left {
			aligns[i] = tw.AlignLeft
		}
		names[i] = markdownText(strings.TrimSpace(c.Group + " " + c.Name))
	}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
	}
	table := tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells, Behavior: tw.Behavior{TrimSpace: tw.Off}}),
		tablewriter.WithRenderer(renderer.NewMarkdown()),
	)
	table.Header(names)
	for _, row := range t.Rows {
		escaped := make([]string, len(row))
		for i, cell := range row {
			escaped[i] = markdownText(cell)
		}
		if err := table.Append(escaped); err != nil {
			return err
		}
	}
	return table.Render()
}
