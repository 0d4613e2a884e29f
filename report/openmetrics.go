package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/hist"
)

// OpenMetrics writes the run as OpenMetrics 1.0 text, in seconds and bytes.
// Every family is a gauge, so that readers of the older Prometheus text format
// take the file too. What a clock counted in a mixed arm is left out.
type OpenMetrics struct{}

// Write implements Output.
func (OpenMetrics) Write(w io.Writer, d *Document) error {
	if d.Result == nil {
		return errNoResult
	}
	var x exposition
	x.run(d)
	for _, arm := range d.Result.Plan.Arms {
		if a, ok := d.Result.Arm(arm.Name); ok {
			x.arm(armLabels(arm), a)
		}
	}
	for _, m := range d.MaxRates {
		if arm, ok := d.Result.Plan.Arm(m.Arm); ok && m.Rate != nil {
			x.add("max_rate_per_second", "", "Highest rate that held the condition of a search.", armLabels(arm).with("condition", d.Result.Plan.FindMax), *m.Rate)
		}
	}
	x.comparisons(d.Result.Plan, "change", "Change of a metric against the baseline", d.Comparisons)
	if d.Against != nil {
		x.comparisons(d.Result.Plan, "against_change", "Change of a metric against earlier results", d.Against.Comparisons)
	}
	_, err := io.WriteString(w, x.String())
	return err
}

func (x *exposition) run(d *Document) {
	r := d.Result
	x.add("environment", "", "What the run was made with.", labelSet{
		{"version", r.Tool.Version}, {"go", r.Tool.Go}, {"os", r.Env.OS}, {"arch", r.Env.Arch}, {"cpu", r.Env.CPU},
	}, 1)
	if !r.Started.IsZero() {
		x.add("started_timestamp", "seconds", "When the run began.", nil, float64(r.Started.UnixMilli())/1e3)
	}
	x.add("exit_code", "", "How the run ended: 0 passed, 1 not carried out, 3 failed, 4 inconclusive, 130 interrupted.", nil, float64(d.Outcome.Exit))
	x.add("partial", "", "Whether the run ended before its plan.", nil, yes(r.Partial))
	warnings := map[bench.WarningCode]int{}
	for _, w := range r.Warnings {
		warnings[w.Code]++
	}
	for _, code := range sorted(warnings) {
		x.add("warnings", "", "Doubts about the result.", labelSet{{"code", string(code)}}, float64(warnings[code]))
	}
	for _, c := range d.Checks {
		if c.Verdict != compare.CheckInconclusive {
			x.add("check_passed", "", "Whether a check holds; absent where it is inconclusive.", labelSet{{"expr", c.Expr}}, yes(c.Verdict == compare.CheckPass))
		}
	}
}

func (x *exposition) arm(arm labelSet, a *bench.ArmResult) {
	x.add("attempts", "", "Attempts of the run.", arm, float64(a.Attempts))
	for _, k := range sorted(a.Kinds) {
		x.add("handshakes", "", "Completed handshakes of the run by observed kind.", arm.with("kind", k.String()), float64(a.Kinds[k]))
	}
	for _, class := range sorted(a.Errors) {
		x.add("errors", "", "Failed attempts of the run by class.", arm.with("class", string(class)), float64(a.Errors[class]))
	}
	for _, p := range bench.Phases() {
		for _, q := range hist.Quantiles() {
			if v, ok := a.Phases[p].Stat(q.Name); ok {
				at := arm.with("phase", p.String()).with("quantile", strconv.FormatFloat(q.Q, 'g', -1, 64))
				x.add("phase", "seconds", "Quantiles of a phase's duration, of handshakes of the wanted kind.", at, float64(v)/1e9)
			}
		}
	}
	for _, m := range bench.Metrics() {
		if strings.Contains(m.Name, ".") || m.Clocked && a.Mixed {
			continue // phases are above
		}
		if v, ok := m.Of(&a.Stats); ok {
			name, unit, of := openMetric(m)
			x.add(name, unit, openHelp(m), arm, v/of)
		}
	}
}

// openMetric names a metric by its base unit, and says how many of the metric's
// own unit that is.
func openMetric(m bench.Metric) (name, unit string, of float64) {
	switch m.Unit {
	case bench.Nanoseconds:
		return m.Name, "seconds", 1e9
	case bench.Bytes:
		return strings.TrimSuffix(strings.TrimPrefix(m.Name, "bytes_"), "_bytes"), "bytes", 1
	case bench.Fraction:
		return strings.TrimSuffix(m.Name, "_ratio"), "ratio", 1
	case bench.Count:
		return m.Name, "", 1
	default:
		return m.Name + "_per_second", "", 1
	}
}

func openHelp(m bench.Metric) string {
	switch m.Name {
	case "client_cpu":
		return "CPU time of the client per completed handshake."
	case "server_cpu":
		return "CPU time of the server per completed handshake."
	case "bytes_in":
		return "Mean bytes of a handshake that the client received."
	case "bytes_out":
		return "Mean bytes of a handshake that the client sent."
	case "ticket_bytes":
		return "Mean bytes of the tickets that followed a handshake."
	case "datagrams_in":
		return "Mean number of datagrams of a QUIC handshake that the client received."
	case "datagrams_out":
		return "Mean number of datagrams of a QUIC handshake that the client sent."
	case "round_trips":
		return "Mean number of times that a handshake had to wait for the server."
	case "rate":
		return "Completed handshakes a second."
	case "resumed_ratio":
		return "Share of completed handshakes that were resumptions."
	case "early_data_ratio":
		return "Share of completed handshakes whose 0-RTT data the server took."
	case "error_ratio":
		return "Share of attempts that failed."
	default:
		return "The metric " + m.Name + " of the run."
	}
}

func (x *exposition) comparisons(p bench.Plan, name, help string, all []compare.Comparison) {
	for _, c := range all {
		at := labelSet{{"arm", c.Arm}}
		if arm, ok := p.Arm(c.Arm); ok {
			at = armLabels(arm)
		}
		at = at.with("metric", c.Metric)
		if c.Baseline != c.Arm {
			at = at.with("baseline", c.Baseline)
		}
		if c.Change != nil && c.CI != nil {
			x.add(name, "ratio", help+": as a fraction of it, or a difference of ratios.", at, *c.Change)
			x.add(name+"_low", "ratio", help+": lower end of its interval.", at, c.CI[0])
			x.add(name+"_high", "ratio", help+": upper end of its interval.", at, c.CI[1])
		}
		if c.Allowed != nil && c.Verdict != compare.Inconclusive {
			x.add(name+"_regressed", "", help+": whether it is a regression.", at, yes(c.Regressed))
		}
	}
}

// armLabels are the target and the arm's coordinates. A dimension whose name
// another label has is called coordinate_….
func armLabels(arm bench.Arm) labelSet {
	all := labelSet{{"target", arm.Target.URL}}
	taken := map[string]bool{"target": true, "arm": true, "phase": true, "quantile": true, "kind": true, "class": true, "metric": true, "baseline": true}
	for _, c := range arm.Coords {
		name := labelName(c.Dimension)
		for taken[name] || !unicode.IsLetter(rune((name + "_")[0])) {
			name = "coordinate_" + strings.TrimLeft(name, "_")
		}
		taken[name] = true
		all = append(all, label{name, c.Value})
	}
	return all
}

func labelName(dimension string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, dimension)
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// label is a name and its value.
type label struct{ name, value string }

type labelSet []label

func (s labelSet) with(name, value string) labelSet {
	return append(s[:len(s):len(s)], label{name, value})
}

func (s labelSet) String() string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var parts []string
	for _, l := range s {
		parts = append(parts, fmt.Sprintf(`%s="%s"`, l.name, escape.Replace(readable(l.value))))
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ",") + "}"
}
