package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"tlsbench/bench"
)

// GoBench writes the Go benchmark format (golang.org/design/14313), one line
// for each arm and round, so that benchstat compares arms or runs: "benchstat
// -col /session FILE". The baseline's lines come first, since benchstat takes
// the first value that it meets as the one to compare with.
//
// What takes no part in comparisons is left out: blocks that ended early, and
// what a clock counted in mixed ones. Warnings are lines that readers of the
// format pass over.
type GoBench struct{}

// Write implements Output.
func (GoBench) Write(w io.Writer, d *Document) error {
	r := d.Result
	if r == nil {
		return errNoResult
	}
	var b strings.Builder
	for _, c := range [][2]string{{"goos", r.Env.OS}, {"goarch", r.Env.Arch}, {"pkg", "tlsbench"}, {"cpu", r.Env.CPU}, {"target", oneTarget(r.Plan)}} {
		if c[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", c[0], printable(c[1]))
		}
	}
	for _, warning := range d.warnings() {
		fmt.Fprintf(&b, "# warning: %s\n", printable(warning))
	}
	metrics := gobenchMetrics()
	for _, m := range metrics {
		fmt.Fprintf(&b, "Unit %s better=%s\n", gobenchUnit(m), m.Better)
	}
	for _, arm := range r.Plan.Arms {
		for _, round := range r.Rounds {
			block, ok := round.Block(arm.Name)
			if !ok || block.Cut {
				continue
			}
			var values strings.Builder
			for _, m := range metrics {
				if v, ok := inRound(m, block); ok && !(m.Clocked && block.Mixed) {
					fmt.Fprintf(&values, " %s %s", number(v), gobenchUnit(m))
				}
			}
			if values.Len() > 0 {
				fmt.Fprintf(&b, "%s %d%s\n", gobenchName(arm, r.Env), block.Completed(), values.String())
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneTarget is the target of all arms, or "" where they differ: they have it
// among their coordinates then.
func oneTarget(p bench.Plan) string {
	for _, arm := range p.Arms {
		if arm.Target.URL != p.Arms[0].Target.URL {
			return ""
		}
	}
	return p.Arms[0].Target.URL
}

// gobenchMetrics puts the time in TLS first: some readers take the first figure
// only.
func gobenchMetrics() []bench.Metric {
	first := bench.TLSPhase.String() + ".p50"
	var all []bench.Metric
	for _, m := range bench.Metrics() {
		if m.Name == first {
			all = append([]bench.Metric{m}, all...)
		} else {
			all = append(all, m)
		}
	}
	return all
}

// gobenchUnit names a metric so that benchstat knows its base unit: it makes
// tls-p50-sec/op of tls-p50-ns/op and writes µs and ms, and KiB for B.
func gobenchUnit(m bench.Metric) string {
	name := strings.NewReplacer(".", "-", "_", "-").Replace(m.Name)
	switch m.Unit {
	case bench.Nanoseconds:
		return name + "-ns/op"
	case bench.Bytes:
		name = strings.TrimSuffix(strings.TrimPrefix(name, "bytes-"), "-bytes")
		return "B-" + name + "/op"
	case bench.Count:
		return name + "/op"
	case bench.PerSecond:
		if m.Name == "rate" {
			return "handshakes/s"
		}
		return name + "/s"
	default:
		return name
	}
}

// gobenchName gives the coordinates as /key=value. The number of processors
// always follows: without it, that of a value such as "p-256" would be taken
// for it.
func gobenchName(arm bench.Arm, e bench.Env) string {
	var b strings.Builder
	b.WriteString("BenchmarkTLS")
	for _, c := range arm.Coords {
		b.WriteString("/" + gobenchPart(c.Dimension, "=/%") + "=" + gobenchPart(c.Value, "/%"))
	}
	fmt.Fprintf(&b, "-%d", max(1, e.GOMAXPROCS))
	return b.String()
}

// gobenchPart writes what would end a name, and these characters, as in URLs:
// two arms never get one name.
func gobenchPart(text, besides string) string {
	var b strings.Builder
	for _, r := range readable(text) {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(besides, r) {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
