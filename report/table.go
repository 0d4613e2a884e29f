package report

import (
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// drawTable writes a table without rules. It is the one place that knows
// tablewriter.
func drawTable(w io.Writer, t Table) error {
	aligns := make([]tw.Align, len(t.Columns))
	groups, names := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	grouped := false
	for i, c := range t.Columns {
		aligns[i] = tw.AlignRight
		if c.Left {
			aligns[i] = tw.AlignLeft
		}
		groups[i], names[i] = c.Group, c.Name
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
	rows := t.Rows
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
