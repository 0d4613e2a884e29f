package doctor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/bench/probe"
	"tlsbench/bench/reach"
	"tlsbench/bench/session"
)

func p[T any](v T) *T { return &v }

// healthy is a machine with nothing to say against.
func healthy() Facts {
	server := 300 * time.Microsecond
	phase := func(ph bench.Phase, d time.Duration) probe.PhaseTime { return probe.PhaseTime{Phase: ph, Took: &d} }
	trace := probe.Trace{Kind: bench.Full, Version: "1.3", Phases: []probe.PhaseTime{
		phase(bench.Connect, 2*time.Millisecond), {Phase: bench.DNS}, phase(bench.TLSPhase, 4*time.Millisecond), phase(bench.Total, 10*time.Millisecond)}}
	resumed := trace
	resumed.Kind = bench.PSK
	return Facts{
		Tool: bench.Tool{Name: "tlsbench", Version: "0.1.0", Go: "go1.26"},
		Env:  bench.Env{OS: "linux", Arch: "amd64", Kernel: "6.1", CPU: "model", CPUs: 4, GOMAXPROCS: 4},
		Machine: Machine{Processors: 4, Affinity: 4, Governors: []string{"performance"}, SMT: p(false),
			Load: p(0.1), Busy: p(0.02), Steal: p(0.0)},
		Limits: limits.Limits{Files: 20000, HardFiles: 20000, FirstPort: 32768, LastPort: 60999, Waiting: 12, TimeWaitReuse: 2, Backlog: 4096, Memory: 8e9},
		Clocks: Clocks{Source: "tsc", Cost: 40, Resolution: 30},
		Timer:  &Lateness{Waits: 1000, P50: 2 * time.Microsecond, P99: 60 * time.Microsecond},
		Pace:   &Pace{Readings: 40, Median: 600 * time.Microsecond, Spread: 0.02},
		Reach: []reach.Reach{{Arm: "TLS 1.3 full", Client: 400 * time.Microsecond, Server: &server, Cores: 4, Rate: 4000,
			Alone: 10000, Shared: p(5714.3)}},
		Target: &Target{URL: "https://server.example/", Probe: &probe.Result{
			Places: []probe.PlaceResult{{Place: probe.Place{Name: "192.0.2.1:443"}, Mechanisms: []probe.MechanismResult{
				{Mechanism: session.ByTicket, FirstUse: probe.Finding{Verdict: probe.Yes}},
				{Mechanism: session.ByPSK, FirstUse: probe.Finding{Verdict: probe.Yes}}}}},
			Waterfall: &probe.Waterfall{Full: trace, Resumed: &resumed},
		}},
	}
}

func TestNothingToSayAgainstAHealthyMachine(t *testing.T) {
	all := Examine(healthy())
	for _, s := range all {
		for _, f := range s.Findings {
			if f.Verdict != OK || f.Advice != "" {
				t.Errorf("%s: %+v", s.Title, f)
			}
		}
	}
	if Count(all, OK) < 20 || Count(all, Problem)+Count(all, Note) > 0 {
		t.Errorf("%d findings", Count(all, OK))
	}
}

// Each fault is found, by its name, and nothing else is.
func TestExamine(t *testing.T) {
	down := &bench.FailureNote{Class: bench.ClassReset, Phase: bench.Connect, Error: "refused"}
	for _, tt := range []struct {
		change  func(*Facts)
		section string
		name    string
		verdict Verdict
		says    string // in the text, or in the advice
	}{
		{func(f *Facts) { f.Limits.CPUQuota = 0.5 }, "machine", "processors", Problem, "4, model, of which its cgroup grants 0.5"},
		{func(f *Facts) { f.Limits.CPUQuota = 8 }, "machine", "processors", OK, "all usable"},
		{func(f *Facts) { f.Machine.Affinity = 1 }, "machine", "processors", Note, "may use 1"},
		{func(f *Facts) { f.Env.GOMAXPROCS = 2 }, "machine", "processors", Note, "may use 2"},
		{func(f *Facts) { f.Machine.Processors, f.Machine.Affinity = 1, 1 }, "machine", "processors", Note, "from another one"},
		{func(f *Facts) { f.Machine.Governors = nil }, "machine", "governor", Note, "not told"},
		{func(f *Facts) { f.Machine.Governors = []string{"performance", "powersave"} }, "machine", "governor", Note, "cpupower"},
		{func(f *Facts) { f.Machine.SMT = p(true) }, "machine", "SMT", Note, "on"},
		{func(f *Facts) { f.Machine.Busy = p(0.2) }, "machine", "others", Note, "20 % of the machine"},
		{func(f *Facts) { f.Machine.Busy = p(0.9) }, "machine", "others", Problem, "load 0.10"},
		{func(f *Facts) { f.Machine.Steal = p(0.05) }, "machine", "steal", Note, "5.0 %"},
		{func(f *Facts) { f.Machine.Steal = p(0.2) }, "machine", "steal", Problem, "overcommitted"},
		{func(f *Facts) { f.Limits.Files = 1024 }, "limits", "open files", Note, "-c 1000: that many connections need 1064 open files, 40 more than the limit of 1024: raise it with ulimit -n 1064"},
		{func(f *Facts) { f.Limits.Files = limits.Unlimited }, "limits", "open files", OK, "unlimited"},
		{func(f *Facts) { f.Limits.LastPort = 33000 }, "limits", "ports", Note, "233 to each address, 3 connections a second"},
		{func(f *Facts) { f.Limits.Waiting = 20000 }, "limits", "TIME_WAIT", Note, "20000, used again on loopback"},
		{func(f *Facts) { f.Limits.Memory = 100e6 }, "limits", "memory", Note, "client and server take about 234 MiB of memory"},
		{func(f *Facts) { f.Limits.Backlog = 128 }, "limits", "somaxconn", Note, "sysctl -w net.core.somaxconn=1000"},
		{func(f *Facts) { f.Limits = limits.Limits{} }, "limits", "limits", Note, "not told on linux"},
		{func(f *Facts) { f.Clocks.Source, f.Clocks.Cost = "hpet", 2*time.Microsecond }, "clocks", "clock", Problem, "hpet, a reading takes 2.00\u00a0µs"},
		{func(f *Facts) { f.Clocks.Resolution = time.Millisecond }, "clocks", "clock", Problem, "step is 1.00\u00a0ms"},
		{func(f *Facts) { f.Clocks.Cost = 3 * time.Microsecond }, "clocks", "clock", Problem, "although this source needs no kernel"},
		{func(f *Facts) { f.Clocks.Source, f.Clocks.Cost = "", 3*time.Microsecond }, "clocks", "clock", Problem, "phases shorter"},
		{func(f *Facts) { f.Clocks.Other = "no such thing" }, "clocks", "server CPU", Note, "not available: no such thing"},
		{func(f *Facts) { f.Clocks.Self = "no such thing" }, "clocks", "client CPU", Note, "not available"},
		{func(f *Facts) { f.Timer.P99 = 300 * time.Microsecond }, "clocks", "timer", Note, "300\u00a0µs (p99)"},
		{func(f *Facts) { f.Timer.P99 = 3 * time.Millisecond }, "clocks", "timer", Problem, "schedule"},
		{func(f *Facts) { f.Pace.Spread = 0.1 }, "clocks", "noise", Note, "± 10.0 %"},
		{func(f *Facts) { f.Pace.Spread = 0.5 }, "clocks", "noise", Problem, "tlsbench noise"},
		{func(f *Facts) { f.NoReach, f.Reach = "the server did not start", nil }, "calibration", "reach", Problem, "did not start"},
		{func(f *Facts) { f.Reach[0].Bound = "its threads had to wait" }, "calibration", "TLS 1.3 full", Note, "meanwhile its threads had to wait; a quiet machine reaches more"},
		{func(f *Facts) { f.Reach[0].Alone, f.Machine.Busy = 5000, nil }, "calibration", "TLS 1.3 full", OK, "5000/s from 4 cores, 5710/s"},
		{func(f *Facts) { f.Pace, f.Machine.Busy = nil, p(0.2) }, "calibration", "TLS 1.3 full", OK, "10000/s from 4 cores"},
		{func(f *Facts) { f.Machine.Busy = p(0.26) }, "calibration", "TLS 1.3 full", Note, "a quiet machine reaches more"},
		{func(f *Facts) { f.Target.Probe, f.Target.Failure = nil, "no address answers" }, "target", "reachable", Problem, "no: no address answers"},
		{func(f *Facts) {
			f.Target.Probe.Places = append(f.Target.Probe.Places, probe.PlaceResult{Place: probe.Place{Name: "192.0.2.2:443"}, Failure: down})
		}, "target", "192.0.2.2:443", Problem, "refused"},
		{func(f *Facts) { f.Target.Probe.Places[0].Mechanisms = nil }, "target", "resumes", Problem, "nothing to measure but full"},
		{func(f *Facts) { f.Target.Probe.Places[0].Mechanisms[0].FirstUse.Verdict = probe.No }, "target", "resumes", OK, "psk; not ticket"},
		{func(f *Facts) { f.Target.Probe.Waterfall.Resumed, f.Target.Probe.Waterfall.Why = nil, "not accepted" }, "target", "resumed", Note, "not accepted"},
		{func(f *Facts) { f.cutShort(probe.Yes) }, "target", "reachable", OK, "1 of 2 addresses"},
		{func(f *Facts) { f.cutShort(probe.Yes) }, "target", "asked", Note, "not for all: it took longer than 20.0\u00a0s"},
		{func(f *Facts) { f.cutShort(probe.Yes) }, "target", "resumes at 192.0.2.1:443", OK, "psk"},
		{func(f *Facts) { f.Limits.Files = 150 }, "target", "open files", Problem, "10000/s take about 101 connections at a time: -c 101: that many connections need 165 open files, 15 more than the limit of 150"},
		{func(f *Facts) { f.Reach[0].Alone, f.Limits.Files = 3e6, limits.Unlimited }, "target", "ports", Problem, "-c 30001 takes 30001 ports, and between two addresses there are 28232, 1769 too few"},
	} {
		f := healthy()
		tt.change(&f)
		var found *Finding
		others := 0
		for _, s := range Examine(f) {
			for _, one := range s.Findings {
				if s.Title == tt.section && one.Name == tt.name {
					found = &one
				} else if one.Verdict == Problem && one.Name != "others" {
					others++
				}
			}
		}
		if found == nil {
			t.Errorf("%s/%s is missing", tt.section, tt.name)
			continue
		}
		if found.Verdict != tt.verdict || !strings.Contains(found.Text+"\n"+found.Advice, tt.says) {
			t.Errorf("%s/%s: got %+v, want %s with %q", tt.section, tt.name, *found, tt.verdict, tt.says)
		}
		if found.Verdict == OK && found.Advice != "" {
			t.Errorf("%s/%s is well, and has advice", tt.section, tt.name)
		}
		if others > 0 {
			t.Errorf("%s/%s: %d more problems", tt.section, tt.name, others)
		}
	}
}

// cutShort is a probe that took too long: at its second address nothing was
// asked, and at the first not all.
func (f *Facts) cutShort(supported probe.Verdict) {
	r := f.Target.Probe
	r.Partial, r.Took, r.Waterfall = true, 20*time.Second, nil
	r.Places[0].Versions = []probe.VersionResult{{Supported: supported}}
	r.Places[0].Mechanisms[0].FirstUse.Verdict = probe.NotTested
	r.Places = append(r.Places, probe.PlaceResult{Place: probe.Place{Name: "192.0.2.2:443"}})
}

// An address that was not asked has not answered.
func TestTargetOverQUIC(t *testing.T) {
	f := healthy()
	full := f.Target.Probe.Waterfall.Full
	f.Target = &Target{URL: "h3://server.example/", QUIC: &full}
	all := Examine(f)
	if n := Count(all, Problem); n != 0 {
		t.Errorf("%d problems: %+v", n, all)
	}
	text := fmt.Sprintf("%+v", all[len(all)-1])
	for _, want := range []string{"over QUIC", "over TCP only", "tlsbench run"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %q", text, want)
		}
	}
	f.Target = &Target{URL: "h3://server.example/", QUIC: &full, Failure: "refused"}
	if n := Count(Examine(f), Problem); n != 1 {
		t.Errorf("a failed connection makes %d problems", n)
	}
}

func TestAnswered(t *testing.T) {
	for supported, want := range map[probe.Verdict]bool{probe.Yes: true, probe.NotTested: false} {
		f := healthy()
		f.cutShort(supported)
		if f.Target.Answered() != want {
			t.Errorf("%s: want %v", supported, want)
		}
	}
}

// The source that is in use is not advised.
func TestClockAdvice(t *testing.T) {
	for _, source := range []string{"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", ""} {
		if strings.Contains(clockAdvice(source), "choose the source") {
			t.Errorf("%q: %s", source, clockAdvice(source))
		}
	}
}

// What a platform does not tell is left out, not made up.
func TestExamineKnowsNothing(t *testing.T) {
	all := Examine(Facts{Env: bench.Env{GOMAXPROCS: 1}, Machine: Machine{Processors: 1, Affinity: 1}})
	if n := Count(all, Problem); n > 0 {
		t.Errorf("%d problems: %+v", n, all)
	}
	for _, s := range all {
		for _, f := range s.Findings {
			if strings.Contains(f.Text, "%!") || strings.Contains(f.Text, "<nil>") {
				t.Errorf("%+v", f)
			}
		}
	}
}
