package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// header tells what was measured and how. What it says of the connection is
// what the first measured handshakes showed.
func (d *Document) header() []string {
	r := d.Result
	arm := r.Plan.Arms[0]
	parts := []string{r.Tool.Name + " " + r.Tool.Version, arm.Target.URL}
	if f := d.facts(); f != nil {
		parts = append(parts, f.Remote)
		if len(d.sides()) == 1 {
			parts = append(parts, connection(f))
		}
		if arm.HandshakeOnly() {
			parts = append(parts, "handshake only")
		} else {
			parts = append(parts, fmt.Sprintf("%s · %s %s → %d", protocol(f.Protocol), arm.HTTP.Method, arm.Target.Path, f.Status))
		}
	}
	return []string{strings.Join(parts, "   "), strings.Join(d.setup(), " · ")}
}

// heading tells which arms a group has, by what they share, and what their
// connections negotiated.
func (d *Document) heading(s side) string {
	arm, _ := d.Result.Plan.Arm(s.arms[0].Name)
	var facts *bench.Facts
	for _, a := range s.arms {
		if facts == nil {
			facts = a.Facts
		}
	}
	var parts []string
	for _, c := range arm.Coords {
		if c.Dimension == d.Result.Plan.Compare || facts != nil && shortCoord(c) == "TLS"+nbsp+facts.Version {
			continue // said by the columns, or by what follows
		}
		parts = append(parts, shortCoord(c))
	}
	if facts != nil {
		parts = append(parts, connection(facts))
	}
	return strings.Join(parts, "   ")
}

// facts are those of the baseline, or of the first arm that has any.
func (d *Document) facts() *bench.Facts {
	for i := range d.Result.Arms {
		if f := d.Result.Arms[i].Facts; f != nil {
			return f
		}
	}
	return nil
}

// protocol writes "http/1.1" and "http/2".
func protocol(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".0") }

func connection(f *bench.Facts) string {
	parts := []string{"TLS " + f.Version}
	if f.Group != "" {
		parts = append(parts, f.Group)
	}
	parts = append(parts, f.Suite)
	if f.Key != "" {
		parts = append(parts, f.Key+", "+plural(f.Chain, "intermediate"))
	}
	return strings.Join(parts, " · ")
}

func (d *Document) setup() []string {
	r := d.Result
	p, arm := r.Plan, r.Plan.Arms[0]
	short := labels(p)
	var names []string
	for _, a := range p.Arms {
		names = append(names, short[a.Name])
	}
	length := fmt.Sprintf("%.1f s per arm", p.Duration.Seconds())
	if p.Count > 0 {
		length = grouped(p.Count) + " attempts per arm"
	}
	parts := []string{
		plural(arm.Load.Workers, "worker"), "closed loop",
		fmt.Sprintf("%s × (%s)%s", plural(p.Rounds, "round"), strings.Join(names, ", "), interleaved(p)),
		length,
	}
	for _, a := range p.Arms {
		if a.Want.Resumes() {
			parts = append(parts, "sessions: "+policy(a.Session))
			break
		}
	}
	if arm.Target.Local() {
		parts = append(parts, fmt.Sprintf("client and server share %s", plural(r.Env.CPUs, "core")))
	}
	return parts
}

func interleaved(p bench.Plan) string {
	if len(p.Arms) > 1 {
		return " interleaved"
	}
	return ""
}

func policy(s bench.SessionPolicy) string {
	text := string(s.Policy)
	if s.Imported {
		text += ", imported"
	}
	if s.Pool > 0 {
		text += fmt.Sprintf(", pool of %d", s.Pool)
	}
	if s.Scope == session.Shared {
		return text + ", shared"
	}
	return text + ", per worker"
}

// kinds says of each arm what its handshakes were.
func (d *Document) kinds() []armLine {
	return d.eachArm(func(arm bench.Arm, a *bench.ArmResult) string {
		completed := a.Completed()
		if completed == 0 {
			return "none completed"
		}
		var wanted, others []string
		for _, k := range sorted(a.Kinds) {
			n := a.Kinds[k]
			if arm.Want.Met(k) {
				wanted = append(wanted, fmt.Sprintf("%s of %s %s", grouped(n), grouped(completed), k))
				continue
			}
			text := fmt.Sprintf("%s fell back to %s", grouped(n), k)
			if p50, ok := a.Others[k][bench.TLSPhase].Stat("p50"); ok {
				text += fmt.Sprintf(" (tls p50 %s, counted apart)", duration(p50))
			}
			others = append(others, text)
		}
		if len(wanted) == 0 {
			wanted = []string{"none of " + grouped(completed) + " " + string(arm.Want)}
		}
		return strings.Join(append(wanted, others...), ", ")
	})
}

// sessions follows the sessions of the arms that offered any.
func (d *Document) sessions() []armLine {
	return d.eachArm(func(arm bench.Arm, a *bench.ArmResult) string {
		if arm.Want == bench.WantFull {
			return ""
		}
		s := a.Sessions
		var parts []string
		for _, count := range []struct {
			n      int64
			what   string
			always bool
		}{
			{s.Imported, "imported", arm.Session.Imported},
			{s.Primed, "primed", !arm.Session.Imported},
			{s.Received, "received", true},
			{s.Offered, "offered", true},
			{s.Accepted, "accepted", true},
			{s.Refused, "refused", false},
			{s.Expired, "expired", false},
			{s.Withheld, "withheld by the client", false},
			{s.Starved, "connections starved", false},
		} {
			if count.always || count.n > 0 {
				parts = append(parts, grouped(count.n)+" "+count.what)
			}
		}
		return strings.Join(parts, ", ")
	})
}

// errors says of each arm what failed.
func (d *Document) errors() []string {
	failed := d.eachArm(func(_ bench.Arm, a *bench.ArmResult) string {
		if a.Failed() == 0 {
			return ""
		}
		var parts []string
		for _, class := range sorted(a.Errors) {
			parts = append(parts, fmt.Sprintf("%s × %s (%s)", grouped(a.Errors[class]), class, a.FirstErrors[class]))
		}
		return fmt.Sprintf("%s of %s failed: %s", grouped(a.Failed()), grouped(a.Attempts), strings.Join(parts, ", "))
	})
	lines := joined(failed)
	if f := d.Result.LastFailure; f != nil {
		lines = append(lines, fmt.Sprintf("the last one, %s: %s", f.Class, f))
	}
	if len(lines) == 0 {
		return []string{"none"}
	}
	return lines
}

// armLine is what there is to say of one arm.
type armLine struct{ arm, label, text string }

func (d *Document) eachArm(text func(bench.Arm, *bench.ArmResult) string) []armLine {
	short := labels(d.Result.Plan)
	var lines []armLine
	for _, arm := range d.Result.Plan.Arms {
		a, ok := d.Result.Arm(arm.Name)
		if !ok {
			continue
		}
		if t := text(arm, a); t != "" {
			lines = append(lines, armLine{arm.Name, short[arm.Name], t})
		}
	}
	return lines
}

func joined(all []armLine) []string {
	var lines []string
	for _, l := range all {
		lines = append(lines, l.label+": "+l.text)
	}
	return lines
}

// warnings are the result's, with the label of the arm that each is about.
func (d *Document) warnings() []string {
	short := labels(d.Result.Plan)
	var lines []string
	for _, w := range d.Result.Warnings {
		text := w.Text
		if w.Arm != "" {
			text = short[w.Arm] + ": " + text
		}
		lines = append(lines, text)
	}
	return lines
}

func sorted[K interface{ ~uint8 | ~string }, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
