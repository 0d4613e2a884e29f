package doctor

import (
	"fmt"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/digits"
	"tlsbench/bench/limits"
	"tlsbench/bench/probe"
)

func (f Facts) target() []Finding {
	var all findings
	t := f.Target
	switch {
	case t.Failure == "" && t.QUIC != nil:
		all.add("reachable", OK, "", "over QUIC")
		all.add("full", OK, "", "%s", traceText(*t.QUIC))
		all.add("resumes", Note, "'tlsbench run --arms full,resumed,0rtt' shows it", "not asked: what a server grants is found out over TCP only")
		return all
	case t.Failure != "" || t.Probe == nil:
		all.add("reachable", Problem, "", "no: %s", t.Failure)
		return all
	}
	up := 0
	for _, p := range t.Probe.Places {
		switch {
		case t.answered(p):
			up++
			continue
		case p.Up():
			continue // it was not asked
		}
		all.add(p.Name, Problem, "it takes part in no measurement, or makes attempts fail: --connect chooses one address", "%s", p.Failure)
	}
	all.add("reachable", OK, "", "%d of %s", up, addresses(len(t.Probe.Places)))
	if t.Probe.Partial {
		all.add("asked", Note, "see 'tlsbench probe', which takes its time", "not for all: it took longer than %s", digits.Duration(t.Probe.Took))
	}
	if w := t.Probe.Waterfall; w != nil {
		all.add("full", OK, "", "%s", traceText(w.Full))
		if w.Resumed != nil {
			all.add("resumed", OK, "", "%s", traceText(*w.Resumed))
		} else {
			all.add("resumed", Note, "see 'tlsbench probe'", "%s", w.Why)
		}
		f.room(&all, w)
	}
	all.resumes(t.Probe)
	return all
}

func traceText(t probe.Trace) string {
	if t.Failure != nil {
		return "failed: " + t.Failure.String()
	}
	var parts []string
	for _, p := range t.Phases {
		if p.Took != nil && p.Phase != bench.Wait && p.Phase != bench.Local {
			parts = append(parts, fmt.Sprintf("%s %s", p.Phase, digits.Duration(*p.Took)))
		}
	}
	return fmt.Sprintf("TLS %s, %s: %s", t.Version, t.Kind, strings.Join(parts, ", "))
}

// room says whether this machine has what the connections take that the client
// can reach: they are as many as rate times duration (Little's law).
func (f Facts) room(all *findings, w *probe.Waterfall) {
	total := time.Duration(0)
	for _, p := range w.Full.Phases {
		if p.Phase == bench.Total && p.Took != nil {
			total = *p.Took
		}
	}
	most := 0.0
	for _, r := range f.Reach {
		most = max(most, r.Alone)
	}
	if total == 0 || most == 0 || f.Limits.Ports() == 0 {
		return
	}
	d := limits.Demand{InFlight: int(most*total.Seconds()) + 1, Flag: "-c", PerConnection: bench.ConnectionMemory}
	found := limits.Check(d, f.Limits)
	for _, short := range found {
		v := Note
		if short.Short {
			v = Problem
		}
		all.add(names[short.Of], v, short.Advice, "%s/s take about %d connections at a time: %s", rate(most), d.InFlight, short.Text)
	}
	if len(found) == 0 {
		all.add("ports", OK, "", "enough: %s/s take about %d connections at a time (-c %d); between two addresses there can be %s",
			rate(most), d.InFlight, d.InFlight, gracefully(f.Limits))
	}
}

// resumes says which sessions are granted and taken back.
func (all *findings) resumes(r *probe.Result) {
	for _, p := range r.Places {
		var yes, no []string
		for _, m := range p.Mechanisms {
			switch {
			case m.FirstUse.Verdict == probe.Yes:
				yes = append(yes, string(m.Mechanism))
			case r.Partial && m.FirstUse.Verdict == probe.NotTested:
			default:
				no = append(no, string(m.Mechanism))
			}
		}
		name := "resumes"
		if len(r.Places) > 1 {
			name += " at " + p.Name
		}
		switch {
		case !p.Up(), r.Partial && len(yes)+len(no) == 0:
		case len(yes) == 0:
			all.add(name, Problem, "there is nothing to measure but full handshakes: switch tickets or the session cache on; see 'tlsbench probe'", "no session")
		default:
			text := strings.Join(yes, ", ")
			if len(no) > 0 {
				text += "; not " + strings.Join(no, ", ")
			}
			all.add(name, OK, "", "%s", text)
		}
	}
}

func addresses(n int) string {
	if n == 1 {
		return "1 address"
	}
	return fmt.Sprintf("%d addresses", n)
}
