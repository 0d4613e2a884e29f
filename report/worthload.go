package report

import (
	"math"
	"slices"
	"strconv"

	"tlsbench/bench/compare"
	"tlsbench/bench/digits"
)

// loadTable has a row for each load, with as many columns as there is room for.
func (d *Document) loadTable(w compare.Worth, width int) (Table, bool) {
	cores := slices.ContainsFunc(w.Loads, func(l compare.LoadWorth) bool { return l.ServerCores != nil })
	bytes := w.BytesIn.Saved != nil || w.BytesOut.Saved != nil
	var t Table
	for _, room := range []struct{ interval, bytes bool }{{true, bytes}, {false, bytes}, {false, false}} {
		t = Table{Columns: []Column{{Name: "load, resumed"}}}
		add := func(group, name string, of func(compare.LoadWorth) string) {
			t.Columns = append(t.Columns, Column{Group: group, Name: name})
			for i, l := range w.Loads {
				t.Rows[i] = append(t.Rows[i], of(l))
			}
		}
		for _, l := range w.Loads {
			t.Rows = append(t.Rows, []string{loadText(l.Capacity)})
		}
		if cores {
			name := "saved"
			if room.interval {
				name = d.changeColumn("saved").Name
			}
			add("", "server cores", coresWithout)
			add("", name, func(l compare.LoadWorth) string { return coresSaved(l, room.interval) })
		}
		if room.bytes {
			add("saved/s", "to clients", func(l compare.LoadWorth) string { return flow(l.BytesIn, w.BytesIn.Verdict) })
			add("saved/s", "to servers", func(l compare.LoadWorth) string { return flow(l.BytesOut, w.BytesOut.Verdict) })
		}
		if width == 0 || t.width() <= width {
			break
		}
	}
	return t, len(t.Columns) > 1 && (width == 0 || t.width() <= width)
}

// loadText is a load as in "5 000/s, 70 %".
func loadText(c compare.Capacity) string {
	return rateText(c.Rate) + ", " + shareText(c.Resumed)
}

func shareText(share float64) string { return strconv.FormatFloat(100*share, 'g', 4, 64) + nbsp + "%" }

func rateText(rate float64) string {
	if rate >= 100 || rate == math.Trunc(rate) {
		return grouped(rate) + "/s"
	}
	return fine(rate) + "/s"
}

// fine writes three figures of what may also be far below one.
func fine(v float64) string {
	switch {
	case v >= 1 || v == 0:
		return digits.Significant(v)
	case v >= 0.001:
		return strconv.FormatFloat(v, 'f', 3, 64)
	default:
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
}

func coresWithout(l compare.LoadWorth) string {
	if l.ServerCores == nil {
		return absent
	}
	return fine(l.ServerCores.Without)
}

func coresSaved(l compare.LoadWorth, interval bool) string {
	switch c := l.ServerCores; {
	case c == nil:
		return absent
	case c.Saved == nil:
		return string(compare.Same)
	default:
		text, low, high := fine(math.Abs(*c.Saved)), math.Abs(c.CI[0]), math.Abs(c.CI[1])
		if *c.Saved < 0 {
			text = costs + nbsp + text
		}
		if interval {
			text += nbsp + nbsp + "[" + fine(min(low, high)) + "," + nbsp + fine(max(low, high)) + "]"
		}
		return text
	}
}

// flow is bytes a second that are saved.
func flow(saved *float64, v compare.Verdict) string {
	switch {
	case saved == nil && v == compare.Same:
		return string(compare.Same)
	case saved == nil:
		return absent
	case *saved < 0:
		return costs + nbsp + byteText(-*saved)
	default:
		return byteText(*saved)
	}
}

func byteText(b float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if b >= 0.9995*u.size {
			return digits.Significant(b/u.size) + nbsp + u.name
		}
	}
	return grouped(b) + nbsp + "B"
}
