package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tlsbench/bench/compare"
)

// worthTitle is above what resumption is worth.
const worthTitle = "what it is worth"

// worth tells what resumption is worth: of a few arms in sentences and a table
// of loads each, of many in a table with a row for each, where there is room
// for one. A width of 0 is no limit.
func (d *Document) worth(width int) []part {
	if d.Result.Completed() == 0 {
		return nil
	}
	if d.many() {
		return d.worthOfMany(width)
	}
	short := labels(d.Result.Plan)
	var parts []part
	for _, w := range d.Worth {
		p := part{key: d.worthSentences(w)}
		if t, ok := d.loadTable(w, width); ok {
			p.tables = []Table{t}
		}
		if len(p.key)+len(p.tables) == 0 {
			continue
		}
		p.notes = append(worthNotes(w), d.queueNotes(w)...)
		p.title = worthTitle
		if len(d.Worth) > 1 {
			p.title += ": " + short[w.Arm]
		}
		parts = append(parts, p)
	}
	return parts
}

// savedWhere says of which time a saving is.
func savedWhere(t compare.TimeWorth) string {
	if t.Metric != "" {
		return "in total"
	}
	return "in TLS"
}

// worthSentences say what one resumption saves and costs. What no comparison
// found is told as that.
func (d *Document) worthSentences(w compare.Worth) []string {
	subject := "Each resumption"
	interval := fmt.Sprintf("%.0f%s%% CI ", 100*d.Result.Plan.Confidence, nbsp) // told once
	amount := func(saved float64, ci *[2]float64) (verb, text string) {
		verb, text = amountOf(saved, ci, interval)
		interval = ""
		return verb, text
	}
	var lines []string
	if s := w.Time; s.Saved != nil {
		verb, amount := amount(*s.Saved, s.CI)
		line := fmt.Sprintf("%s %s %s %s", subject, verb, amount, savedWhere(s))
		if parts := timeParts(s); parts != "" {
			line += ": " + parts
		}
		lines = append(lines, line+".")
		subject = "It"
	}
	said := map[string][]string{}
	var none []string
	if w.Time.Verdict == compare.Same {
		none = append(none, "the time "+savedWhere(w.Time)+seen(w.Time.Detectable))
	}
	for _, cpu := range []struct {
		s    compare.SavedTime
		what string
	}{{w.ClientCPU, "client CPU"}, {w.ServerCPU, "server CPU"}} {
		switch {
		case cpu.s.Saved != nil:
			verb, text := amount(*cpu.s.Saved, cpu.s.CI)
			said[verb] = append(said[verb], text+" of "+cpu.what)
		case cpu.s.Verdict == compare.Same:
			none = append(none, cpu.what+seen(cpu.s.Detectable))
		}
	}
	for _, bytes := range []struct {
		s    compare.SavedBytes
		what string
	}{{w.BytesIn, "to the client"}, {w.BytesOut, "to the server"}} {
		switch {
		case bytes.s.Saved != nil:
			verb := saves
			if *bytes.s.Saved < 0 {
				verb = costs
			}
			said[verb] = append(said[verb], grouped(math.Abs(*bytes.s.Saved))+" bytes "+bytes.what)
		case bytes.s.Verdict == compare.Same:
			none = append(none, "the bytes "+bytes.what)
		}
	}
	var sides []string
	for _, verb := range []string{saves, costs} {
		if len(said[verb]) > 0 {
			sides = append(sides, verb+" "+list(said[verb]))
		}
	}
	line := ""
	if len(sides) > 0 {
		line = subject + " " + strings.Join(sides, "; it ") + "."
	}
	if len(none) > 0 {
		line = strings.TrimSpace(line + " No difference was found in " + list(none) + ".")
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

const saves, costs = "saves", "costs"

// amountOf is a time that is saved or costs, with its interval where that is
// one.
func amountOf(saved float64, ci *[2]float64, interval string) (verb, text string) {
	verb, text = saves, nanoseconds(math.Abs(saved))
	if saved < 0 {
		verb = costs
	}
	if ci != nil && ci[0] != ci[1] {
		low, high := math.Abs(ci[0]), math.Abs(ci[1])
		text += fmt.Sprintf(" (%s%s to %s)", interval, nanoseconds(min(low, high)), nanoseconds(max(low, high)))
	}
	return verb, text
}

func seen(detectable *float64) string {
	if detectable == nil || *detectable <= 0 {
		return ""
	}
	return " (" + nanoseconds(*detectable) + " would have been seen)"
}

// list joins with commas and, before the last, "and".
func list(all []string) string {
	last := len(all) - 1
	if last < 1 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

// queueNotes say where the time that is saved is more than a server with room
// would save.
func (d *Document) queueNotes(w compare.Worth) []string {
	if w.Time.Saved == nil {
		return nil
	}
	for _, name := range []string{w.Baseline, w.Arm} {
		a, ok := d.Result.Arm(name)
		if ok && a.Arrivals != nil && (a.Arrivals.Storms > 0 || !asWanted(a.Arrivals)) {
			return []string{"Connections queued here: most of the rest is time in which others were served, so that a server with room saves less."}
		}
	}
	return nil
}

// roundTripNotes say why the saved round trips have no known length.
func roundTripNotes(all ...compare.Worth) []string {
	i := slices.IndexFunc(all, func(w compare.Worth) bool {
		return w.Time.WhyNoRTT != "" && w.Time.Saved != nil && w.Time.OfRoundTrips == nil
	})
	if i < 0 {
		return nil
	}
	return []string{"What round trips save is not known: " + all[i].Time.WhyNoRTT + "."}
}

// worthNotes say what load saves a whole core, what is not known and why, and
// when tickets pay.
func worthNotes(w compare.Worth) []string {
	notes := roundTripNotes(w)
	var cores []string
	for _, l := range w.Loads {
		if l.CoreEvery != nil {
			cores = append(cores, rateText(*l.CoreEvery)+" at "+shareText(l.Resumed))
		}
	}
	if len(cores) > 0 {
		notes = append(notes, "A server core is saved for each "+strings.Join(cores, ", ")+".")
	}
	if i := slices.IndexFunc(w.Loads, func(l compare.LoadWorth) bool { return l.WhyNoCores != "" }); i >= 0 {
		notes = append(notes, "Server cores are not known: "+w.Loads[i].WhyNoCores+".")
	}
	switch t := w.Tickets; {
	case t == nil:
	case t.Never:
		notes = append(notes, fmt.Sprintf("Tickets (%s bytes behind a full handshake) never save as many bytes as they take.", grouped(t.Full)))
	case t.PayFrom != nil:
		notes = append(notes, fmt.Sprintf("Tickets (%s bytes) save more bytes than they take from %s resumed on.", grouped(t.Full), percent(*t.PayFrom)))
	}
	return notes
}
