package compare

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
)

// Differences says by field why results are not of the same experiment: what
// they differ in would be compared together with the servers.
func Differences(base, next []*bench.Result) []string {
	first := base[0].Plan
	var all []string
	for _, r := range slices.Concat(base[1:], next) {
		for _, d := range planDifferences(first, r.Plan, fields()) {
			if !slices.Contains(all, d) {
				all = append(all, d)
			}
		}
	}
	return all
}

func planDifferences(a, b bench.Plan, by []field) []string {
	var all []string
	if x, y := armNames(a), armNames(b); !slices.Equal(x, y) {
		return []string{fmt.Sprintf("arms: %s, and %s", strings.Join(x, " "), strings.Join(y, " "))}
	}
	if a.Compare != b.Compare {
		all = append(all, fmt.Sprintf("compared dimension: %s, and %s", a.Compare, b.Compare))
	}
	if a.Ramp != b.Ramp {
		onOff := map[bool]string{false: "none", true: "one"}
		all = append(all, fmt.Sprintf("--ramp %s, and %s", onOff[a.Ramp], onOff[b.Ramp]))
	}
	if a.FindMax != b.FindMax {
		all = append(all, fmt.Sprintf("--find-max %s, and %s", cmp.Or(a.FindMax, "none"), cmp.Or(b.FindMax, "none")))
	}
	for _, f := range by {
		all = append(all, f.differences(a, b)...)
	}
	return all
}

func armNames(p bench.Plan) []string {
	var all []string
	for _, arm := range p.Arms {
		all = append(all, arm.Name)
	}
	return all
}

// field is what makes an arm of one experiment another's, and what it is called
// where it is asked for.
type field struct {
	name string
	of   func(bench.Arm) string
}

// fields leaves out what tells no experiments apart: the paths of files, which
// are others on each machine and in each job of CI, and with them whose
// certificates are trusted.
func fields() []field {
	onOff := map[bool]string{false: "off", true: "on"}
	given := map[bool]string{false: "none", true: "one"}
	or := func(otherwise, text string) string { return cmp.Or(text, otherwise) }
	list := func(words []string) string { return or("default", strings.Join(words, ",")) }
	number := func(n int) string {
		if n == 0 {
			return "none"
		}
		return strconv.Itoa(n)
	}
	return []field{
		{"engine", func(a bench.Arm) string { return or("none", a.Engine) }},
		{"wanted kind", func(a bench.Arm) string { return or("none", string(a.Want)) }},
		{"-c", func(a bench.Arm) string { return number(a.Load.Workers) }},
		{"--rate", func(a bench.Arm) string {
			if a.Load.Rate == 0 {
				return "none"
			}
			return bench.FormatRate(a.Load.Rate)
		}},
		{"--arrivals", func(a bench.Arm) string { return or("none", string(a.Load.Arrivals)) }},
		{"--max-inflight", func(a bench.Arm) string { return number(a.Load.MaxInFlight) }},
		{"--storm", func(a bench.Arm) string { return number(a.Load.Storm) }},
		{"--mix", func(a bench.Arm) string {
			if a.Load.Share == 0 {
				return "none"
			}
			return strconv.FormatFloat(100*a.Load.Share, 'g', 4, 64) + "%"
		}},
		{"--session-policy", func(a bench.Arm) string { return or("none", string(a.Session.Policy)) }},
		{"--session-scope", func(a bench.Arm) string { return or("none", string(a.Session.Scope)) }},
		{"--session-pool", func(a bench.Arm) string {
			if a.Session.Pool == 0 {
				return "default"
			}
			return strconv.Itoa(a.Session.Pool)
		}},
		{"--session-dry", func(a bench.Arm) string { return or("none", string(a.Session.WhenDry)) }},
		{"--sessions-in", func(a bench.Arm) string { return given[a.Session.Imported] }},
		{"waiting for tickets", func(a bench.Arm) string { return onOff[a.Session.ReadTickets] }},
		{"--tls", func(a bench.Arm) string {
			if a.TLS.MinVersion == a.TLS.MaxVersion {
				return or("default", a.TLS.MinVersion.String())
			}
			return a.TLS.MinVersion.String() + "-" + a.TLS.MaxVersion.String()
		}},
		{"--groups", func(a bench.Arm) string { return list(a.TLS.Groups) }},
		{"--ciphers", func(a bench.Arm) string { return list(a.TLS.Ciphers) }},
		{"--alpn", func(a bench.Arm) string {
			if a.HTTP.Proto == bench.H2 || a.HTTP.Proto == bench.H3 {
				return "http/1.1" // or what --proto says
			}
			return list(a.TLS.ALPN)
		}},
		{"--sni", func(a bench.Arm) string { return or("default", a.TLS.ServerName) }},
		{"--cert", func(a bench.Arm) string { return given[len(a.TLS.CertFiles) > 0 || len(a.TLS.KeyFiles) > 0] }},
		{"--client-cert", func(a bench.Arm) string { return onOff[!a.TLS.NoClientCert] }},
		{"--ech", func(a bench.Arm) string { return given[a.TLS.ECH != ""] }},
		{"--insecure", func(a bench.Arm) string { return onOff[a.TLS.Insecure] }},
		{"--proto", func(a bench.Arm) string { return or("none", string(a.HTTP.Proto)) }},
		{"--header", func(a bench.Arm) string { return or("none", strings.Join(a.HTTP.HeaderNames, ",")) }},
		{"--method", func(a bench.Arm) string { return or("none", a.HTTP.Method) }},
		{"--proxy", func(a bench.Arm) string { return or("none", a.Net.Proxy) }},
		{"--proxy-insecure", func(a bench.Arm) string { return onOff[a.Net.ProxyInsecure] }},
		{"--proxy-protocol", func(a bench.Arm) string { return or("none", a.Net.ProxyProtocol) }},
		{"--source", func(a bench.Arm) string { return or("none", a.Net.Sources) }},
		{"--dns", func(a bench.Arm) string { return map[bool]string{false: "once", true: "each"}[a.Net.ResolveEach] }},
		{"--close", func(a bench.Arm) string { return or("none", string(a.Net.Close)) }},
		{"--tokens", func(a bench.Arm) string { return or("none", string(a.Net.Tokens)) }},
	}
}

// differences says in what the field differs between arms of the same names:
// once for all that differ alike, with their names unless these are all.
func (f field) differences(a, b bench.Plan) []string {
	var all []string
	arms := map[string][]string{}
	for i, x := range a.Arms {
		one, other := f.of(x), f.of(b.Arms[i])
		if one == other {
			continue
		}
		text := fmt.Sprintf("%s %s, and %s", f.name, one, other)
		if arms[text] == nil {
			all = append(all, text)
		}
		arms[text] = append(arms[text], x.Name)
	}
	for i, text := range all {
		if names := arms[text]; len(names) < len(a.Arms) {
			all[i] += " (" + listed(names, " and ") + ")"
		}
	}
	return all
}

// doubts names by field what differs between the sides beside the servers, and
// what makes the comparison weak.
func doubts(base, next []*bench.Result, noiseKnown bool) []string {
	all := []string{}
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	first := base[0]
	for _, r := range slices.Concat(base[1:], next) {
		for i, arm := range first.Plan.Arms {
			if i >= len(r.Plan.Arms) {
				break
			}
			other := r.Plan.Arms[i]
			if other.Target.URL != arm.Target.URL {
				add("target: %s, and %s", arm.Target.URL, other.Target.URL)
			}
			if x, y := way(arm.Net), way(other.Net); x != y {
				add("way to the target: %s, and %s", x, y)
			}
			if (arm.TLS.KeyLog == "") != (other.TLS.KeyLog == "") {
				add("TLS secrets were written to a file on one side only, which costs time in every handshake")
			}
		}
		if first.Tool.Version != r.Tool.Version {
			add("tlsbench's version: %s, and %s", first.Tool.Version, r.Tool.Version)
		}
		for _, text := range unequal("environment", first.Env, r.Env) {
			add("%s", text)
		}
	}
	for _, r := range slices.Concat(base, next) {
		if n := len(r.Origins()); n > 1 {
			add("a result is merged from %d runs, whose rounds pass for those of one: the runs themselves, several a side, tell more", n)
		}
	}
	if distinct(slices.Concat(base, next)) != nil {
		if len(base[0].Merged)+len(next[0].Merged) > 0 {
			add("both sides have a run in common")
		} else {
			add("both sides are the same run")
		}
	}
	for _, r := range slices.Concat(base, next) {
		if r.Partial {
			add("a result is partial (%s)", r.Ended)
		}
	}
	if len(base)+len(next) == 2 && !noiseKnown {
		add("one run a side: what the two runs do not share, such as a neighbour on the machine, passes for a change; several runs a side, noise measured beforehand (--noise), or --vs settle that")
	}
	return all
}

// way is how connections go to the target.
func way(n bench.Net) string {
	text := "its own address"
	if n.Connect != "" {
		text = n.Connect
	}
	if n.Family != 0 {
		text += fmt.Sprintf(" by IPv%d", n.Family)
	}
	return text
}

// unequal names the fields in which two of the same type differ.
func unequal[T any](what string, a, b T) []string {
	var all []string
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for field, value := range x.Fields() {
		if other := y.FieldByIndex(field.Index); field.IsExported() && !reflect.DeepEqual(value.Interface(), other.Interface()) {
			all = append(all, fmt.Sprintf("%s, %s: %v, and %v", what, field.Name, value.Interface(), other.Interface()))
		}
	}
	return all
}
