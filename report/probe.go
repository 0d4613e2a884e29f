package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/probe"
)

// Probe is what a probe found, with the conditions that were put to it.
type Probe struct {
	Result *probe.Result
	Watch  *probe.WatchResult // nil where nothing was watched
	Checks []probe.Check
}

// WriteJSON writes it for programs: durations in nanoseconds under keys that
// end in _ns, null for what was not measured.
func (p Probe) WriteJSON(w io.Writer) error {
	document := struct {
		Tool bench.Tool `json:"tool"`
		*probe.Result
		Watch  *probe.WatchResult `json:"watch"`
		Checks []probe.Check      `json:"checks"`
	}{bench.ThisTool(), p.Result, p.Watch, append([]probe.Check{}, p.Checks...)}
	return writeJSON(w, document)
}

// WriteText writes it for people, in a terminal of that many columns.
func (p Probe) WriteText(w io.Writer, width int) error {
	if width <= 0 {
		width = 120
	}
	r := p.Result
	var b strings.Builder
	wrap(&b, fmt.Sprintf("%s %s   probe   %s   %s   %s a test, each offered %s in turn and %d times at once",
		bench.ThisTool().Name, bench.ThisTool().Version, r.Target.URL, plural(len(r.Places), "place"),
		plural(r.Repeats, "session"), plural(r.Offers, "time"), r.Simultaneous), "", "  ", width)
	for _, text := range p.places(width) {
		b.WriteString("\n" + text)
	}
	for _, m := range r.Matrices {
		if len(r.Places) < 2 {
			break
		}
		b.WriteByte('\n')
		wrap(&b, fmt.Sprintf("%s: sessions granted at a row's place, offered at a column's: accepted of offered", m.Mechanism), "", "  ", width)
		if err := drawTable(&b, p.matrix(m)); err != nil {
			return err
		}
		wrap(&b, p.sharing(m), "", "  ", width)
	}
	if r.Waterfall != nil {
		b.WriteByte('\n')
		p.waterfall(&b, width)
	}
	if p.Watch != nil {
		b.WriteByte('\n')
		p.watch(&b, width)
	}
	if len(r.Notes)+len(p.Checks) > 0 {
		b.WriteByte('\n')
	}
	for _, note := range r.Notes {
		wrap(&b, note, "- ", "  ", width)
	}
	for _, c := range p.Checks {
		wrap(&b, fmt.Sprintf("%s %s: found %s: %s", c.Verdict, c.Expr, c.Value, c.Why), "expect: ", "  ", width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// places describes the places, those together that are alike.
func (p Probe) places(width int) []string {
	var names [][]string
	var bodies []string
next:
	for _, place := range p.Result.Places {
		body := p.place(place, width)
		for i := range bodies {
			if bodies[i] == body {
				names[i] = append(names[i], place.Name)
				continue next
			}
		}
		bodies = append(bodies, body)
		names = append(names, []string{place.Name})
	}
	for i := range bodies {
		var head strings.Builder
		wrap(&head, strings.Join(names[i], ", "), "", "  ", width)
		bodies[i] = head.String() + bodies[i]
	}
	return bodies
}

func (p Probe) place(place probe.PlaceResult, width int) string {
	var b strings.Builder
	what, why := place.Trouble()
	if !place.Up() {
		wrap(&b, why, what+": ", "  ", width)
		return b.String()
	}
	// A table of finished cells cannot fail to be drawn into memory.
	table := versionTable(place, true)
	if table.width() > width {
		table = versionTable(place, false)
	}
	versions, _ := drawn(table)
	mechanisms, _ := drawn(mechanismTable(place))
	b.WriteString(versions + "\n" + mechanisms)
	if what != "" {
		wrap(&b, why, what+": ", "  ", width)
	}
	return b.String()
}

// versionTable has a row for each version, and the suites where there is room.
func versionTable(place probe.PlaceResult, suites bool) Table {
	t := Table{Columns: []Column{
		{Name: "TLS", Left: true}, {Name: "spoken", Left: true}, {Name: "suite", Left: true}, {Name: "group", Left: true},
		{Name: "key", Left: true}, {Name: "certificates"}, {Name: "retry"},
	}}
	for _, v := range place.Versions {
		row := []string{v.Version.String(), spoken(v), orAbsent(v.Suite), orAbsent(v.Group), orAbsent(v.Key), absent, absent}
		if v.Chain != nil && v.CertificateBytes != nil {
			row[5] = fmt.Sprintf("%d, %s%sB", *v.Chain+1, grouped(*v.CertificateBytes), nbsp)
		}
		if v.HelloRetry != nil {
			row[6] = yesNo(*v.HelloRetry)
		}
		t.Rows = append(t.Rows, row)
	}
	if !suites {
		t.Columns = slices.Delete(t.Columns, 2, 3)
		for i := range t.Rows {
			t.Rows[i] = slices.Delete(t.Rows[i], 2, 3)
		}
	}
	return t
}

// spoken does not call a version missing whose handshake failed otherwise.
func spoken(v probe.VersionResult) string {
	if v.Supported == probe.NotTested && v.Failure != nil {
		return "failed"
	}
	return string(v.Supported)
}

// mechanismTable has a column for each way to resume and a row for each test.
func mechanismTable(place probe.PlaceResult) Table {
	t := Table{Columns: []Column{{Name: "sessions", Left: true}}}
	for _, m := range place.Mechanisms {
		t.Columns = append(t.Columns, Column{Name: string(m.Mechanism), Left: true})
	}
	row := func(label string, of func(probe.MechanismResult) string) {
		cells := []string{label}
		for _, m := range place.Mechanisms {
			cells = append(cells, of(m))
		}
		t.Rows = append(t.Rows, cells)
	}
	row("in TLS", func(m probe.MechanismResult) string { return orAbsent(m.Version.String()) })
	row("granted by a full handshake", func(m probe.MechanismResult) string { return counted(m.Granted) })
	row("granted by a resumption", func(m probe.MechanismResult) string { return counted(m.PerResumption) })
	row("ticket bytes", func(m probe.MechanismResult) string {
		if m.TicketBytes == nil {
			return absent
		}
		return grouped(*m.TicketBytes)
	})
	row("lifetime hint", func(m probe.MechanismResult) string {
		if m.Lifetime == nil {
			return absent
		}
		return span(*m.Lifetime)
	})
	row("resumed at first use", func(m probe.MechanismResult) string { return finding(m.FirstUse) })
	row("used again and again", func(m probe.MechanismResult) string { return finding(m.Reuse) })
	row("used at the same time", func(m probe.MechanismResult) string { return finding(m.Simultaneous) })
	row("after an abrupt close", func(m probe.MechanismResult) string { return finding(m.Abrupt) })
	if len(place.Mechanisms) > 0 {
		for i, age := range place.Mechanisms[0].Ages {
			row("at an age of "+span(age.Age), func(m probe.MechanismResult) string { return aged(m.Ages[i]) })
		}
	}
	return t
}

func counted(c *probe.Count) string {
	switch {
	case c == nil:
		return absent
	case c.Min == c.Max:
		return grouped(c.Max)
	default:
		return fmt.Sprintf("%d to %d", c.Min, c.Max)
	}
}

func finding(f probe.Finding) string {
	text := string(f.Verdict)
	if f.Verdict == probe.NotTested {
		text = absent
	}
	if f.Of > 0 {
		text += fmt.Sprintf(" (%d of %d)", f.Accepted, f.Of)
	}
	if f.Failed > 0 {
		text += fmt.Sprintf(", %d failed", f.Failed)
	}
	if f.Withheld > 0 {
		text += fmt.Sprintf(", %d not offered", f.Withheld)
	}
	return text
}

func aged(a probe.AgeFinding) string {
	if a.Over {
		return "over by then"
	}
	return finding(a.Finding)
}

func orAbsent(text string) string {
	if text == "" {
		return absent
	}
	return text
}

func yesNo(b bool) string {
	if b {
		return string(probe.Yes)
	}
	return string(probe.No)
}
