package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

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
