package doctor

import (
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/limits"
)

// names are those under which the resources are told of.
var names = map[limits.Resource]string{
	limits.Files: "open files", limits.Ports: "ports", limits.Memory: "memory", limits.Backlog: "somaxconn", limits.CPU: "CPU",
}

func (f Facts) limits() []Finding {
	var all findings
	l := f.Limits
	short := map[limits.Resource]string{}
	for _, finding := range limits.Check(limits.Demand{
		InFlight: usual, Flag: "-c", Idle: usual * bench.WorkerMemory,
		PerConnection: bench.ConnectionMemory, Local: true, PerServed: bench.ConnectionMemory,
	}, l) {
		short[finding.Of] = finding.String()
	}
	add := func(of limits.Resource, format string, args ...any) {
		v := OK
		if short[of] != "" {
			v = Note
		}
		all.add(names[of], v, short[of], format, args...)
	}
	if l.Files == limits.Unlimited {
		add(limits.Files, "unlimited")
	} else if l.Files > 0 {
		add(limits.Files, "%d", l.Files)
	}
	if n := l.Ports(); n > 0 {
		add(limits.Ports, "%d to %d: %d to each address, %s", l.FirstPort, l.LastPort, n, gracefully(l))
		v := OK
		if l.Waiting > n/2 {
			v = Note
		}
		all.add("TIME_WAIT", v, "wait a minute, or close with --close reset, as run does unless it is told otherwise",
			"%d%s", l.Waiting, reuseText(l.TimeWaitReuse))
	}
	if l.Memory > 0 {
		add(limits.Memory, "%d MB available", l.Memory/1e6)
	}
	if l.Backlog > 0 {
		add(limits.Backlog, "%d", l.Backlog)
	}
	if len(all) == 0 {
		all.add("limits", Note, "", "not told on %s", f.Env.OS)
	}
	return all
}

// gracefully says how many connections a second the ports allow of which each
// keeps its own for a while.
func gracefully(l limits.Limits) string {
	return fmt.Sprintf("%d connections a second if they are closed gracefully", int(float64(l.Ports())/l.TimeWait(false).Seconds()))
}

func reuseText(reuse int) string {
	switch reuse {
	case 0:
		return ", not used again (tcp_tw_reuse 0)"
	case 2:
		return ", used again on loopback (tcp_tw_reuse 2)"
	}
	return fmt.Sprintf(", used again (tcp_tw_reuse %d)", reuse)
}
