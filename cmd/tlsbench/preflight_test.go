package main

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/bench/pin"
	"tlsbench/scenarios"
)

// QUIC leaves no port in TIME_WAIT, and has no queue of connections that nobody
// accepted yet.
func TestPreflightOfQUIC(t *testing.T) {
	l := limits.Limits{FirstPort: 32768, LastPort: 60999, Waiting: 1, Backlog: 128}
	for _, args := range [][]string{
		{"h3://192.0.2.1/", "-r", "2000/s", "-d", "60s", "--max-inflight", "500"},
		{"embedded:?proto=h3", "--storm", "400"},
	} {
		o := &options{scenario: scenarios.Default()}
		p, err := o.preflight(planOf(t, args...), l)
		if err != nil || len(p.Arms) != 2 {
			t.Errorf("%v: %v", args, err)
		}
		for _, w := range o.warnings {
			if !strings.Contains(w.Text, "handshakes that begin together") { // of this machine's pace
				t.Errorf("%v: %s", args, w.Text)
			}
		}
	}
}

// Each source address brings ports of its own.
func TestPreflightCountsSources(t *testing.T) {
	l := limits.Limits{FirstPort: 1001, LastPort: 2000}
	for sources, want := range map[string]string{
		"":                              "1500 ports, and between two addresses there are 1000, 500 too few",
		"127.0.0.2":                     "500 too few",
		"127.0.0.2-127.0.0.3,127.0.0.9": "",
	} {
		arm := bench.NewArm()
		arm.Load.Workers, arm.Net.Sources, arm.Net.Close = 1500, sources, bench.CloseReset
		arm.Target = bench.Target{URL: "https://192.0.2.1/"}
		o := &options{scenario: scenarios.Default()}
		_, err := o.preflight(bench.Plan{Arms: []bench.Arm{arm}, Rounds: 1, Count: 1500}, l)
		switch {
		case want == "" && err != nil:
			t.Errorf("from %q: %v", sources, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "(--source)")):
			t.Errorf("from %q: %v, want %q", sources, err, want)
		}
	}
}

// --cpus leaves the client, and the servers that are started here, no more
// processors than it names.
func TestPreflightCountsPinnedProcessors(t *testing.T) {
	all, procs := runtime.NumCPU(), runtime.GOMAXPROCS(0)
	for _, tt := range []struct {
		client, server pin.Set
		own, both      int
	}{
		{nil, nil, procs, all},
		{nil, pin.Set{0}, procs, all},
		{pin.Set{0}, pin.Set{0, 1, 2}, 1, 3},
		{pin.Set{0}, pin.Set{1}, 1, 2},
		{pin.Set{0}, pin.Set{0}, 1, 1},
	} {
		o := &options{pinned: pin.Sides{Client: tt.client}, serverOn: tt.server}
		if own, both := o.processors(); own != tt.own || both != tt.both {
			t.Errorf("%v, %v: %d and %d, want %d and %d", tt.client, tt.server, own, both, tt.own, tt.both)
		}
	}
	for _, tt := range []struct {
		local        bool
		client, both int
		work         time.Duration
		cores        int
	}{
		{false, 1, 8, time.Millisecond, 1}, // another machine's server
		{true, 2, 2, 2 * time.Millisecond, 2},
		{true, 1, 2, 2 * time.Millisecond, 2},
		{true, 1, 8, time.Millisecond, 1}, // the server has many
		{true, 7, 8, 2 * time.Millisecond, 8},
	} {
		if work, cores := workOn(2*time.Millisecond, tt.local, tt.client, tt.both); work != tt.work || cores != tt.cores {
			t.Errorf("%+v: %v on %d", tt, work, cores)
		}
	}
}
