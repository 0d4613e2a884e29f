package report

import (
	"slices"

	"tlsbench/bench/compare"
)

// worthColumns are what a table of many arms has columns for, besides the time
// and the server cores under the first load.
type worthColumns struct{ interval, loads, parts, tickets, bytes bool }

// worthOfMany has a row for each arm that resumes, with as many columns as there
// is room for. It is left out where there is no room for the fewest.
func (d *Document) worthOfMany(width int) []part {
	known := func(w compare.Worth) bool { return len(d.worthSentences(w)) > 0 }
	if !slices.ContainsFunc(d.Worth, known) {
		return nil
	}
	short := labels(d.Result.Plan)
	for _, has := range []worthColumns{
		{interval: true, loads: true, parts: true, tickets: true, bytes: true},
		{loads: true, parts: true, tickets: true, bytes: true},
		{parts: true, tickets: true, bytes: true},
		{tickets: true, bytes: true},
		{bytes: true},
		{},
	} {
		if t := d.worthRows(short, has); width == 0 || t.width() <= width {
			return []part{{title: worthTitle, tables: []Table{t}, notes: roundTripNotes(d.Worth...)}}
		}
	}
	return nil
}

func (d *Document) worthRows(short map[string]string, has worthColumns) Table {
	t := Table{Columns: []Column{{Name: "each resumption", Left: true}}}
	for _, w := range d.Worth {
		t.Rows = append(t.Rows, []string{short[w.Arm]})
	}
	add := func(group, name string, of func(compare.Worth) string) {
		var cells []string
		for _, w := range d.Worth {
			cells = append(cells, of(w))
		}
		if len(distinct(cells, func(c string) string { return c })) == 1 && cells[0] == absent {
			return // in no row is it known
		}
		t.Columns = append(t.Columns, Column{Group: group, Name: name})
		for i, cell := range cells {
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	const time = "saves in TLS"
	add(time, "time", func(w compare.Worth) string { return savedTime(w.Time.SavedTime) })
	if has.parts {
		add(time, "round trips", func(w compare.Worth) string { return roundTripTime(w.Time) })
		add(time, "client's work", func(w compare.Worth) string { return partTime(w.Time.OfClient, w.Time.ClientVerdict) })
		add(time, "rest", func(w compare.Worth) string { return partTime(w.Time.OfRest, w.Time.ClientVerdict) })
	}
	cores := "cores saved"
	if has.interval {
		cores = d.changeColumn(cores).Name
	}
	for i, l := range d.Worth[0].Loads {
		if i > 0 && !has.loads {
			break
		}
		load := "at " + loadText(l.Capacity)
		add(load, cores, func(w compare.Worth) string { return coresSaved(w.Loads[i], has.interval) })
		if has.bytes {
			add(load, "to clients/s", func(w compare.Worth) string { return flow(w.Loads[i].BytesIn, w.BytesIn.Verdict) })
			add(load, "to servers/s", func(w compare.Worth) string { return flow(w.Loads[i].BytesOut, w.BytesOut.Verdict) })
		}
	}
	if has.tickets {
		add("", "tickets pay from", func(w compare.Worth) string { return payFrom(w.Tickets) })
	}
	return t
}

// payFrom is the share of resumed connections from which on tickets save bytes.
func payFrom(t *compare.TicketWorth) string {
	switch {
	case t == nil:
		return absent
	case t.Never:
		return "never"
	case t.PayFrom == nil:
		return absent
	default:
		return percent(*t.PayFrom)
	}
}
