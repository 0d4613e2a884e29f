package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// header tells what was measured and how. What it says of the connection is
// what the first measured handshakes showed, as far as the arms agree.
func (d *Document) header() []string {
	r := d.Result
	parts := []string{r.Tool.Name + " " + r.Tool.Version, d.targets()}
	if d.facts() != nil {
		parts = append(parts, d.addresses())
		if text := d.headConnection(); text != "" {
			parts = append(parts, text)
		}
		parts = append(parts, d.request())
	}
	return []string{strings.Join(parts, "   "), strings.Join(d.setup(), " · ")}
}

// few arms are named in the header.
const fewNamed = 3

// targets are where the arms' handshakes went, each with the coordinate that it
// belongs to where there are several.
func (d *Document) targets() string {
	arms := d.Result.Plan.Arms
	urls := distinct(arms, func(a bench.Arm) string { return a.Target.URL })
	if len(urls) == 1 {
		return urls[0]
	}
	for _, dim := range varyingAmong(arms) {
		named := distinct(arms, func(a bench.Arm) string { return a.Coord(dim) + ": " + a.Target.URL })
		values := distinct(arms, func(a bench.Arm) string { return a.Coord(dim) })
		if len(named) == len(urls) && len(values) == len(urls) && !slices.Equal(values, urls) {
			return few(named, fewNamed, "targets")
		}
	}
	return few(urls, fewNamed, "targets")
}

func (d *Document) addresses() string {
	all := distinct(d.withFacts(), func(a *bench.ArmResult) string { return a.Facts.Remote })
	return few(all, fewNamed, "addresses")
}

// headConnection is what all connections had in common, "" where each group
// has a heading that says more.
func (d *Document) headConnection() string {
	if len(d.sides()) > 1 && !d.many() && len(d.sweeps()) == 0 || len(d.sweeps()) > 1 {
		return ""
	}
	return connection(d.withFacts())
}

func (d *Document) request() string {
	if d.Result.Plan.Arms[0].HandshakeOnly() {
		return "handshake only"
	}
	all := distinct(d.withFacts(), func(a *bench.ArmResult) string {
		arm, _ := d.Result.Plan.Arm(a.Name)
		return fmt.Sprintf("%s · %s %s → %d", protocol(a.Facts.Protocol), arm.HTTP.Method, arm.Target.Path, a.Facts.Status)
	})
	return few(all, fewNamed, "requests")
}

// heading tells which arms a group has, by what they share, and what their
// connections negotiated.
func (d *Document) heading(s side) string {
	arm, _ := d.Result.Plan.Arm(s.arms[0].Name)
	shared := slices.DeleteFunc(slices.Clone(arm.Coords), func(c bench.Coord) bool {
		return c.Dimension == d.Result.Plan.Compare // said by the columns
	})
	return d.titleOf(shared, s.arms)
}

// titleOf tells arms from others by the coordinates that they share, and by what
// their connections negotiated.
func (d *Document) titleOf(shared []bench.Coord, arms []*bench.ArmResult) string {
	negotiated := connection(arms)
	var parts []string
	for _, c := range shared {
		if text := shortCoord(c); !strings.HasPrefix(negotiated+" ", strings.ReplaceAll(text, nbsp, " ")+" ") {
			parts = append(parts, text)
		}
	}
	if negotiated != "" {
		parts = append(parts, negotiated)
	}
	return strings.Join(parts, "   ")
}

// withFacts are the arms of which a connection is known, in the plan's order.
func (d *Document) withFacts() []*bench.ArmResult {
	var all []*bench.ArmResult
	for _, arm := range d.Result.Plan.Arms {
		if a, ok := d.Result.Arm(arm.Name); ok && a.Facts != nil {
			all = append(all, a)
		}
	}
	return all
}

// facts are those of the first arm that has any.
func (d *Document) facts() *bench.Facts {
	for _, a := range d.withFacts() {
		return a.Facts
	}
	return nil
}

// protocol writes "http/1.1" and "http/2".
func protocol(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".0") }

// connection is what the arms' connections agree in. A resumption negotiates no
// certificate, and in TLS 1.2 no group.
func connection(arms []*bench.ArmResult) string {
	var parts []string
	agreed := func(of func(*bench.Facts) string) {
		found := distinct(arms, func(a *bench.ArmResult) string {
			if a.Facts == nil {
				return ""
			}
			return of(a.Facts)
		})
		found = slices.DeleteFunc(found, func(text string) bool { return text == "" })
		if len(found) == 1 {
			parts = append(parts, found[0])
		}
	}
	agreed(func(f *bench.Facts) string { return "TLS " + f.Version })
	agreed(func(f *bench.Facts) string { return f.Group })
	agreed(func(f *bench.Facts) string { return f.Suite })
	agreed(func(f *bench.Facts) string {
		if f.Key == "" {
			return ""
		}
		return f.Key + ", " + plural(f.Chain, "intermediate")
	})
	return strings.Join(parts, " · ")
}

func (d *Document) setup() []string {
	r := d.Result
	p := r.Plan
	parts := []string{}
	if n := len(r.Merged); n > 0 {
		parts = append(parts, plural(n, "run")+" merged")
	}
	times := plural(p.Rounds, "round")
	if d.searched() {
		if times = plural(p.Rounds, "search"); p.Rounds != 1 {
			times = grouped(p.Rounds) + " searches"
		}
	}
	parts = append(append(parts, d.loads()...), times+" × "+d.rotation())
	if length := d.length(); length != "" {
		parts = append(parts, length)
	}
	policies := distinct(slices.DeleteFunc(slices.Clone(p.Arms), func(a bench.Arm) bool { return !a.Want.Resumes() }),
		func(a bench.Arm) string { return policy(a.Session) })
	switch {
	case len(policies) > fewNamed:
		parts = append(parts, "sessions: as each arm says")
	case len(policies) > 0:
		parts = append(parts, "sessions: "+strings.Join(policies, "; or "))
	}
	if slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return a.Target.Local() }) {
		parts = append(parts, cores(r.Env))
	}
	return parts
}

// cores says which processors client and server have, where both are on this
// machine.
func cores(e bench.Env) string {
	pinned, err := e.Pinned()
	switch {
	case err == nil && pinned.Apart():
		return fmt.Sprintf("client on CPU %s, server on CPU %s", e.ClientCPUs, e.ServerCPUs)
	case err == nil && !pinned.IsZero():
		return fmt.Sprintf("client %s, server %s, of %s", onCPU(e.ClientCPUs), onCPU(e.ServerCPUs), plural(e.CPUs, "core"))
	}
	return fmt.Sprintf("client and server share %s", plural(e.CPUs, "core"))
}

func onCPU(cpus string) string {
	if cpus == "" {
		return "not pinned"
	}
	return "on CPU " + cpus
}

// rotation is what a round runs.
func (d *Document) rotation() string {
	p := d.Result.Plan
	short := labels(p)
	var names []string
	for _, a := range p.Arms {
		names = append(names, short[a.Name])
	}
	text := "(" + strings.Join(names, ", ") + ")"
	if d.many() {
		text = plural(len(names), "arm")
	}
	switch {
	case len(p.Streams()) == 1 && len(names) > 1:
		text += " in one stream"
	case p.Ramp:
		text += ", each round from the lowest rate to the highest"
	case len(names) > 1:
		text += " interleaved"
	}
	return text
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
