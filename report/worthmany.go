package report

import (
	"slices"

	"tlsbench/bench/compare"
)

// worthOfMany has a row for each arm that resumes, for the first of the loads.
// It is left out where there is no room for it.
func (d *Document) worthOfMany(width int) []part {
	known := func(w compare.Worth) bool { return len(d.worthSentences(w)) > 0 }
	if !slices.ContainsFunc(d.Worth, known) {
		return nil
	}
	short := labels(d.Result.Plan)
	for _, all := range []bool{true, false} {
		if t := d.worthRows(short, all); width == 0 || t.width() <= width {
			return []part{{title: worthTitle, tables: []Table{t}}}
		}
	}
	return nil
}

// worthRows are those of all arms, with or without the parts of the time.
func (d *Document) worthRows(short map[string]string, all bool) Table {
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
	if all {
		add(time, "round trips", func(w compare.Worth) string { return partTime(w.Time.OfRoundTrips) })
		add(time, "client's work", func(w compare.Worth) string { return partTime(w.Time.OfClient) })
		add(time, "rest", func(w compare.Worth) string { return partTime(w.Time.OfRest) })
	}
	load := "saves at " + loadText(d.Worth[0].Loads[0].Capacity)
	add(load, "server cores", func(w compare.Worth) string { return coresSaved(w.Loads[0], false) })
	add(load, "to clients/s", func(w compare.Worth) string { return flow(w.Loads[0].BytesIn, w.BytesIn.Verdict) })
	return t
}

func savedTime(s compare.SavedTime) string {
	switch {
	case s.Saved == nil && s.Verdict == compare.Same:
		return string(compare.Same)
	case s.Saved == nil:
		return absent
	case *s.Saved < 0:
		return costs + nbsp + nanoseconds(-*s.Saved)
	default:
		return nanoseconds(*s.Saved)
	}
}

func partTime(ns *float64) string {
	if ns == nil {
		return absent
	}
	return signedTime(*ns)
}
