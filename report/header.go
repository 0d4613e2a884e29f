package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
)

// header tells what was measured and how. What it says of the connection is
// what the first measured handshakes showed, as far as the arms agree.
func (d *Document) header() []string {
	r := d.Result
	parts := []string{r.Tool.Name + " " + r.Tool.Version, d.targets()}
	if way := d.proxies(); way != "" {
		parts = append(parts, "through "+way)
	}
	if d.facts() != nil {
		if at := d.addresses(); at != "" {
			parts = append(parts, at)
		}
		if text := d.headConnection(); text != "" {
			parts = append(parts, text)
		}
		if text := d.request(); text != "" {
			parts = append(parts, text)
		}
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

// proxies are those that the arms' connections went through, "" where none did.
func (d *Document) proxies() string {
	all := distinct(d.Result.Plan.Arms, func(a bench.Arm) string { return a.Net.Proxy })
	all = slices.DeleteFunc(all, func(proxy string) bool { return proxy == "" })
	if len(all) == 0 {
		return ""
	}
	return few(all, fewNamed, "proxies")
}

// addresses are the servers', "" where only proxies know them.
func (d *Document) addresses() string {
	direct := slices.DeleteFunc(d.withFacts(), func(a *bench.ArmResult) bool {
		arm, _ := d.Result.Plan.Arm(a.Name)
		return arm.Net.Proxy != ""
	})
	if len(direct) == 0 {
		return ""
	}
	all := distinct(direct, func(a *bench.ArmResult) string { return a.Facts.Remote })
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

// request is what was asked and answered, as far as anything was answered.
func (d *Document) request() string {
	if d.Result.Plan.Arms[0].HandshakeOnly() {
		return "handshake only"
	}
	answered := slices.DeleteFunc(d.withFacts(), func(a *bench.ArmResult) bool { return a.Facts.Status == 0 })
	all := distinct(answered, func(a *bench.ArmResult) string {
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
	if v := distinct(arms, func(a *bench.ArmResult) string {
		if a.Facts == nil {
			return ""
		}
		return a.Facts.QUIC
	}); len(v) == 1 && v[0] != "" {
		parts = append(parts, "QUIC "+v[0])
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
	agreed(stapled)
	without := func(a *bench.ArmResult) bool { return a.Facts == nil || !a.Facts.ECH }
	if len(arms) > 0 && !slices.ContainsFunc(arms, without) {
		parts = append(parts, "ECH")
	}
	return strings.Join(parts, " · ")
}

// stapled is what came beside the certificate, and how much of the server's
// flight that is.
func stapled(f *bench.Facts) string {
	var parts []string
	if f.OCSPSize > 0 {
		parts = append(parts, fmt.Sprintf("OCSP response of %s%sB", grouped(f.OCSPSize), nbsp))
	}
	if f.SCTs > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s%sB", plural(f.SCTs, "SCT"), grouped(f.SCTSize), nbsp))
	}
	return strings.Join(parts, ", ")
}
