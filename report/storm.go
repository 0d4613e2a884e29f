package report

import (
	"fmt"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/stats"
)

// stormStrips say how long it took until all were connected.
func (d *Document) stormStrips(arms []*bench.ArmResult) []strip {
	connected, _ := bench.MetricByName("connected")
	peak, _ := bench.MetricByName("server_peak_cores")
	columns := []strip{
		columnOf("connections", arms, func(a *bench.ArmResult) string {
			text := grouped(a.Arrivals.Due)
			if n := a.Arrivals.Storms; n > 1 && a.Arrivals.Share > 0 { // by chance more in one than in another
				text += " in " + grouped(n)
			} else if n > 1 {
				text = grouped(n) + " × " + grouped(float64(a.Arrivals.Due)/float64(n))
			}
			return text
		}),
		columnOf("failed", arms, func(a *bench.ArmResult) string { return part100(a.Failed(), a.Attempts) }),
		columnOf(lastConnected(arms), arms, func(a *bench.ArmResult) string {
			v, ok := connected.Of(&a.Stats)
			return ifKnown(v, ok, nanoseconds)
		}),
	}
	if slices.ContainsFunc(arms, func(a *bench.ArmResult) bool { return d.isCompared(a.Name) && a.Arrivals.Share == 0 }) {
		changes := columnOf(d.changeColumn("change").Name, arms, func(a *bench.ArmResult) string {
			if !d.isCompared(a.Name) || a.Arrivals.Share > 0 { // one storm for all
				return ""
			}
			return change(compare.Find(d.Comparisons, a.Name, connected.Name))
		})
		changes.Left = true
		columns = append(columns, changes)
	}
	columns = append(columns, columnOf("fastest to slowest", arms, func(a *bench.ArmResult) string {
		s, ok := d.ofRounds(a.Name, connected)
		if !ok {
			return absent
		}
		return nanoseconds(s.Min) + " to " + nanoseconds(s.Max)
	}))
	if slices.ContainsFunc(arms, func(a *bench.ArmResult) bool { return a.Arrivals.ServerPeak != nil }) {
		columns = append(columns, columnOf("server's peak", arms, func(a *bench.ArmResult) string {
			v, ok := peak.Of(&a.Stats)
			return ifKnown(v, ok, func(v float64) string { return count(v) + " cores" })
		}))
	}
	return columns
}

// lastConnected is whose time it is, the mean of an arm's storms as in every
// other output: arms of a mix have one storm.
func lastConnected(arms []*bench.ArmResult) string {
	if slices.ContainsFunc(arms, func(a *bench.ArmResult) bool { return a.Arrivals.Share > 0 }) {
		return "last of all connected, mean"
	}
	return "last connected, mean"
}

// ofRounds summarises a metric over an arm's whole blocks.
func (d *Document) ofRounds(arm string, m bench.Metric) (stats.Summary, bool) {
	var all []float64
	for _, round := range d.Result.Rounds {
		b, ok := round.Block(arm)
		if !ok || b.Cut {
			continue
		}
		if v, ok := inRound(m, b); ok {
			all = append(all, v)
		}
	}
	s, err := stats.Summarize(all)
	return s, err == nil && len(all) > 0
}

// stormSentences say how much sooner a storm of an arm is over.
func (d *Document) stormSentences() []string {
	p := d.Result.Plan
	var lines []string
	for _, c := range d.Comparisons {
		if c.Metric != "connected" || c.Verdict == compare.Inconclusive || d.many() {
			continue
		}
		own, _ := p.Arm(c.Arm)
		if own.Load.Share > 0 {
			continue // one storm for all
		}
		other, _ := p.Arm(c.Baseline)
		arm := describe(own, append(varyingAmong(p.Arms), p.Compare)).noun("handshakes")
		base := describe(other, []string{p.Compare}).pronoun()
		if c.Verdict == compare.Same {
			lines = append(lines, fmt.Sprintf("No difference was found in the time until the last of a storm of %s is connected, and of %s; a change of %s would have been seen, 4 times in 5.",
				arm, base, percent(*c.Detectable)))
			continue
		}
		factor, low, high, word := times(c)
		lines = append(lines, fmt.Sprintf("The last of a storm of %s is connected %.2f times %s than of %s (%.0f%s%% CI %.2f to %.2f).",
			arm, factor, map[string]string{"less": "sooner", "more": "later"}[word], base, 100*p.Confidence, nbsp, low, high))
	}
	return lines
}
