package doctor

import (
	"fmt"
	"strings"
	"time"

	"tlsbench/bench/digits"
)

// These are the bounds beyond which a fact is a problem, or worth a note.
const (
	// othersBusy of the machine slow a client down that needs a core.
	othersBusy = 0.25
	// stolenNote and stolenProblem are shares that a host gives to others.
	stolenNote, stolenProblem = 0.02, 0.1
	// latenessNote and latenessProblem are of the 99th percentile. An idle machine
	// has tens of microseconds; beyond a millisecond a schedule is not kept.
	latenessNote, latenessProblem = 200 * time.Microsecond, time.Millisecond
	// unevenNote and unevenProblem are typical distances from the median.
	unevenNote, unevenProblem = 0.05, 0.15
	// costlyClock is what a reading takes that goes through the kernel: a dozen of
	// them are in an attempt.
	costlyClock = 500 * time.Nanosecond
	// coarse is a step that shows in the times of phases.
	coarse = 10 * time.Microsecond
	// usual is a number of connections that any machine should have room for, at
	// both ends.
	usual = 1000
)

// Examine judges what was gathered, in the order in which it is read.
func Examine(f Facts) []Section {
	all := []Section{
		{"machine", f.machine()},
		{"limits", f.limits()},
		{"clocks", f.clocks()},
	}
	if found := f.calibration(); len(found) > 0 {
		all = append(all, Section{"calibration", found})
	}
	if f.Target != nil {
		all = append(all, Section{"target", f.target()})
	}
	return all
}

// Count is how many findings have that verdict.
func Count(all []Section, v Verdict) (n int) {
	for _, s := range all {
		for _, f := range s.Findings {
			if f.Verdict == v {
				n++
			}
		}
	}
	return n
}

// findings collects them.
type findings []Finding

func (all *findings) add(name string, v Verdict, advice, format string, args ...any) {
	if v == OK {
		advice = ""
	}
	*all = append(*all, Finding{name, v, fmt.Sprintf(format, args...), advice})
}

// grade is worse from one bound to the next.
func grade[T float64 | time.Duration](v, note, problem T) Verdict {
	switch {
	case v > problem:
		return Problem
	case v > note:
		return Note
	}
	return OK
}

func (f Facts) machine() []Finding {
	var all findings
	m := f.Machine
	all.add("tool", OK, "", "%s %s, %s, %s/%s%s", f.Tool.Name, f.Tool.Version, f.Tool.Go, f.Env.OS, f.Env.Arch, before(", kernel ", f.Env.Kernel))
	switch usable := min(m.Affinity, f.Env.GOMAXPROCS); {
	case f.Limits.CPUQuota > 0 && f.Limits.CPUQuota < float64(usable):
		all.add("processors", Problem, "raise the quota (cpu.max, docker --cpus), or lower it to whole processors by affinity (cpuset, taskset): a quota holds the client back for tens of milliseconds at a time",
			"%d%s, of which its cgroup grants %.3g", m.Processors, before(", ", f.Env.CPU), f.Limits.CPUQuota)
	case usable < m.Processors:
		all.add("processors", Note, "the others are free for a server: that is how client and server are kept apart",
			"%d%s, of which this process may use %d", m.Processors, before(", ", f.Env.CPU), usable)
	default:
		v := OK
		if usable == 1 {
			v = Note
		}
		all.add("processors", v, "a server on this machine shares it with the client: measure from another one",
			"%d%s, all usable, no quota", m.Processors, before(", ", f.Env.CPU))
	}
	switch governors := strings.Join(m.Governors, ", "); governors {
	case "":
		all.add("governor", Note, "", "not told (virtual machines mostly leave the clock rate to their host)")
	case "performance":
		all.add("governor", OK, "", "%s", governors)
	default:
		all.add("governor", Note, "a processor that changes its clock rate makes CPU times of light loads longer: cpupower frequency-set -g performance", "%s", governors)
	}
	if m.SMT != nil && *m.SMT {
		all.add("SMT", Note, "two processors share a core: pin client and server to different cores, not only to different processors", "on")
	} else if m.SMT != nil {
		all.add("SMT", OK, "", "off")
	}
	if m.Busy != nil {
		all.add("others", grade(*m.Busy, othersBusy/2, othersBusy), "stop what else runs here: client and server wait for it, and both times and rates show that",
			"%.0f %% of the machine was busy while tlsbench only waited%s", 100**m.Busy, loadText(m.Load))
	}
	if m.Steal != nil {
		all.add("steal", grade(*m.Steal, stolenNote, stolenProblem), "the host is overcommitted: take a machine with processors of its own, or compare by --vs in one run",
			"%.1f %%", 100**m.Steal)
	}
	return all
}

func before(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text
}

func after(text, mark string) string {
	if text == "" {
		return ""
	}
	return text + mark
}

func loadText(load *float64) string {
	if load == nil {
		return ""
	}
	return fmt.Sprintf(", load %.2f", *load)
}

func (f Facts) clocks() []Finding {
	var all findings
	c := f.Clocks
	v := OK
	if c.Cost > costlyClock || c.Resolution > coarse {
		v = Problem
	}
	all.add("clock", v, clockAdvice(c.Source),
		"%sa reading takes %s, the smallest step is %s", after(c.Source, ", "), digits.Duration(c.Cost), digits.Duration(c.Resolution))
	for _, clock := range []struct{ name, of, why string }{{"client CPU", "this process", c.Self}, {"server CPU", "another process", c.Other}} {
		if clock.why == "" {
			all.add(clock.name, OK, "", "the clock of %s can be read", clock.of)
		} else {
			all.add(clock.name, Note, "--server-cpu-cmd reads a server's CPU time anywhere", "not available: %s", clock.why)
		}
	}
	if f.Timer != nil {
		all.add("timer", grade(f.Timer.P99, latenessNote, latenessProblem), "something else takes the processors when a wait is over: a schedule of arrivals is kept no better than this",
			"late by %s (p50), %s (p99) of %d waits", digits.Duration(f.Timer.P50), digits.Duration(f.Timer.P99), f.Timer.Waits)
	}
	if f.Pace != nil {
		all.add("noise", grade(f.Pace.Spread, unevenNote, unevenProblem), "'tlsbench noise' tells which changes can be seen here; longer runs (-d) and --vs bear noise better than single runs",
			"a handshake with itself takes %s, typically ± %.1f %% (%d readings)", digits.Duration(f.Pace.Median), 100*f.Pace.Spread, f.Pace.Readings)
	}
	return all
}

// clockAdvice names the sources that are read without the kernel, where another
// one is in use.
func clockAdvice(source string) string {
	switch source {
	case "tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter":
		return "readings are slow or coarse although this source needs no kernel: something takes the processor, or a sandbox or emulator reads the clock; a quiet machine, or one without, does better"
	case "":
		return "readings are slow or coarse: phases shorter than that say nothing"
	}
	return "readings go through the kernel, or are coarse: where the machine allows it, choose the source tsc (virtual machines: kvm-clock, hyperv_clocksource_tsc_page)"
}

func (f Facts) calibration() []Finding {
	var all findings
	if f.NoReach != "" {
		all.add("reach", Problem, "see whether 'tlsbench run' works", "%s", f.NoReach)
	}
	for i, r := range f.Reach {
		v, advice := OK, ""
		if m := f.Machine; r.Bound != "" || m.Busy != nil && *m.Busy > othersBusy {
			v = Note
			if i == 0 {
				advice = before("meanwhile ", after(r.Bound, "; ")) + "a quiet machine reaches more"
			}
		}
		shared := ""
		if r.Shared != nil {
			shared = fmt.Sprintf(", %s/s with the server on them too", rate(*r.Shared))
		}
		all.add(r.Arm, v, advice, "%s/s from %s%s (%s of client CPU each)", rate(r.Alone), plural(r.Cores, "core"), shared, digits.Duration(r.Client))
	}
	return all
}

func plural(n float64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%.3g %ss", n, one)
}

// rate has about three digits: it is an estimate.
func rate(v float64) string {
	unit := 1.0
	for v >= 1000*unit {
		unit *= 10
	}
	return fmt.Sprint(int64(v/unit) * int64(unit))
}
