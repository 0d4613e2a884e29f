package bench

import (
	"strings"
	"testing"
	"time"

	"tlsbench/bench/hist"
	"tlsbench/bench/selfwatch"
)

// watchedResult is a result without doubt, whose blocks of half a second each were
// watched on one core: 2000 handshakes in 5 s, of 0.5 ms of client CPU.
func watchedResult() *Result {
	r := calm()
	zero, share := time.Duration(0), 0.0
	for i := range r.Rounds {
		for k := range r.Rounds[i].Blocks {
			b := &r.Rounds[i].Blocks[k]
			b.Took = 500 * time.Millisecond
			b.Client = &selfwatch.State{Cores: 1, Throttled: &zero, RunQueue: &zero, SchedP99: &zero, GC: &zero, Steal: &share}
		}
	}
	for i := range r.Arms {
		r.Arms[i].Medians = map[Phase]time.Duration{TLSPhase: time.Millisecond, Total: 20 * time.Millisecond}
	}
	return r
}

func TestClientBound(t *testing.T) {
	const arm = 1
	each := func(change func(*selfwatch.State)) func(*Result) {
		return func(r *Result) {
			for i := range r.Rounds {
				change(r.Rounds[i].Blocks[arm].Client)
			}
		}
	}
	d := func(v time.Duration) *time.Duration { return &v }
	f := func(v float64) *float64 { return &v }
	for _, tt := range []struct {
		name   string
		change func(*Result)
		why    string // "" for none
	}{
		{"nothing", func(*Result) {}, ""},
		{"busy", func(r *Result) { r.Arms[arm].ClientCPU = f(2.4e6) }, "it used 96 % of its 1 core"},
		{"not quite busy", func(r *Result) { r.Arms[arm].ClientCPU = f(2.2e6) }, ""},
		{"busy for its quota", each(func(s *selfwatch.State) { s.Cores, s.Quota = 0.2, 0.2 }), "it used 100 % of its 0.2 cores"},
		{"a quota that grew", func(r *Result) {
			for i := range 9 {
				r.Rounds[i].Blocks[arm].Client.Cores = 0.2
			}
			r.Rounds[9].Blocks[arm].Client.Cores = 4
		}, ""},
		{"busy, and never watched", func(r *Result) {
			for i := range r.Rounds {
				r.Rounds[i].Blocks[arm].Client = nil
			}
			r.Arms[arm].ClientCPU = f(9.5e6) // of 4 processors
		}, "it used 95 % of its 4 cores"},
		{"busy, and watched in a part", func(r *Result) {
			for i := range 5 {
				r.Rounds[i].Blocks[arm].Client = nil
			}
			r.Arms[arm].ClientCPU = f(5e6) // 10 s, of 2.5 on one core and 10 on four
		}, ""},
		{"throttled", each(func(s *selfwatch.State) { s.Cores, s.Quota, s.Throttled = 0.5, 0.5, d(10*time.Millisecond) }),
			"its cgroup, which grants 0.5 cores, held it back for 100\u00a0ms in 5.00\u00a0s"},
		{"throttled a little", each(func(s *selfwatch.State) { s.Cores, s.Quota, s.Throttled = 0.5, 0.5, d(4*time.Millisecond) }), ""},
		{"in the run queue", each(func(s *selfwatch.State) { s.RunQueue = d(300 * time.Millisecond) }),
			"its threads had to wait for 75 % of the time in which they wanted a processor"},
		{"in the run queue of shared cores", each(func(s *selfwatch.State) { s.RunQueue = d(200 * time.Millisecond) }), ""},
		{"waiting goroutines", each(func(s *selfwatch.State) { s.SchedP99 = d(2100 * time.Microsecond) }),
			"its goroutines waited 2.10\u00a0ms (p99) for a processor"},
		{"goroutines that wait, as long as all takes", each(func(s *selfwatch.State) { s.SchedP99 = d(2 * time.Millisecond) }), ""},
		{"quick attempts", func(r *Result) {
			each(func(s *selfwatch.State) { s.SchedP99 = d(900 * time.Microsecond) })(r)
			r.Arms[arm].Medians[Total] = 2 * time.Millisecond
		}, ""},
		{"a bad round", func(r *Result) { r.Rounds[3].Blocks[arm].Client.SchedP99 = d(time.Second) }, ""},
		{"garbage", each(func(s *selfwatch.State) { s.GC = d(30 * time.Millisecond) }), "30 % of its CPU time went into collecting garbage"},
		{"stolen", each(func(s *selfwatch.State) { s.Steal = f(0.15) }), "the machine's host gave 15 % of its processor time to others"},
		{"stolen a little", each(func(s *selfwatch.State) { s.Steal = f(0.05) }), ""},
		{"what is not known", each(func(s *selfwatch.State) { *s = selfwatch.State{Cores: 1} }), ""},
		{"nothing attempted", func(r *Result) { r.Arms[arm].Stats = Stats{} }, ""},
		{"several", each(func(s *selfwatch.State) { s.Steal, s.GC = f(0.2), d(26*time.Millisecond) }),
			"26 % of its CPU time went into collecting garbage; the machine's host gave 20 % of its processor time to others"},
	} {
		r := watchedResult()
		tt.change(r)
		if why, bound := r.ClientBound(r.Arms[arm].Name); why != tt.why || bound != (tt.why != "") {
			t.Errorf("%s: got %q, %v, want %q", tt.name, why, bound, tt.why)
		}
		if why, bound := r.ClientBound(r.Arms[0].Name); bound {
			t.Errorf("%s: the other arm: %s", tt.name, why)
		}
		var warned []Warning
		for _, w := range Diagnose(r) {
			if w.Code == WarnClientBound {
				warned = append(warned, w)
			}
		}
		if tt.why == "" && len(warned) > 0 || tt.why != "" && (len(warned) != 1 || warned[0].Arm != r.Arms[arm].Name || !strings.Contains(warned[0].Text, "client-bound: "+tt.why)) {
			t.Errorf("%s: warned %v", tt.name, warned)
		}
	}
}

func TestClientBoundOfNoArm(t *testing.T) {
	if why, bound := calm().ClientBound("psk"); bound {
		t.Error(why)
	}
}

func TestCoresShared(t *testing.T) {
	for _, tt := range []struct {
		remote         string
		client, server float64 // ms, of 2.5 ms on each of 4 processors
		want           bool
	}{
		{"127.0.0.1:443", 5, 4.5, true},
		{"127.0.0.1:443", 5, 3.5, false},
		{"127.0.0.1:443", 5, 6, false}, // more than the client may have: the server has others
		{"192.0.2.1:443", 5, 4.5, false},
	} {
		r := calm()
		for i := range r.Arms {
			r.Arms[i].Facts.Remote = tt.remote
		}
		r.Arms[1].ClientCPU, r.Arms[1].ServerCPU = ptr(tt.client*1e6), ptr(tt.server*1e6)
		if got := r.CoresShared(r.Arms[1].Name); got != tt.want {
			t.Errorf("%+v: got %v", tt, got)
		}
		if r.CoresShared(r.Arms[0].Name) || r.CoresShared("psk") {
			t.Errorf("%+v: another arm shares too", tt)
		}
	}
}

// Lag is late by the measure that a wait is.
func TestIsLate(t *testing.T) {
	for _, tt := range []struct {
		wait, total time.Duration
		want        bool
	}{
		{time.Millisecond, 0, false}, {time.Millisecond + 1, 0, true},
		{2 * time.Millisecond, 20 * time.Millisecond, false}, {2*time.Millisecond + 1, 20 * time.Millisecond, true},
	} {
		if got := isLate(tt.wait, tt.total); got != tt.want {
			t.Errorf("%v of %v: %v", tt.wait, tt.total, got)
		}
	}
	var h hist.Summary
	if text := lagGrew(&ArmResult{Stats: Stats{Phases: map[Phase]hist.Summary{TLSPhase: h}}}); text != "" {
		t.Errorf("an arm without due times: %s", text)
	}
}
