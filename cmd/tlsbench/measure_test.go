package main

import (
	"net"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"tlsbench/bench"
)

// The simulated round trips are all there: a full handshake takes two in TLS
// 1.2 and one in TLS 1.3, a resumed one takes one, and connecting takes one.
// Only lower bounds are asserted, and that what should be less is less.
func TestRoundTripsAreSeen(t *testing.T) {
	t.Parallel()
	const rtt = 20 * time.Millisecond
	for version, trips := range map[string][2]int{"1.2": {2, 1}, "1.3": {1, 1}} {
		r := measure(t, "run", "embedded:?rtt=20ms&tls="+version, "-n", "24", "--warmup", "0")
		p50 := func(arm string, p bench.Phase) time.Duration {
			d, ok := armOf(t, r, arm).Phases[p].Stat("p50")
			if !ok {
				t.Fatalf("TLS %s, %s: no p50 of %s", version, arm, p)
			}
			return d
		}
		full, resumed := p50("full", bench.TLSPhase), p50("resumed", bench.TLSPhase)
		if full < time.Duration(trips[0])*rtt || resumed < time.Duration(trips[1])*rtt {
			t.Errorf("TLS %s: full %v, resumed %v: want at least %d and %d round trips", version, full, resumed, trips[0], trips[1])
		}
		if version == "1.2" && full < resumed+rtt/2 {
			t.Errorf("TLS 1.2: full %v, resumed %v: one round trip is saved", full, resumed)
		}
		for _, p := range []bench.Phase{bench.Connect, bench.TTFB} {
			if d := p50("full", p); d < rtt {
				t.Errorf("TLS %s: %s takes %v, want at least a round trip", version, p, d)
			}
		}
	}
}

// What a platform or target does not tell is null, and never zero; what it
// does tell is there.
func TestCPUIsMeasuredOnBothEnds(t *testing.T) {
	r := measure(t, "run", "-n", "60", "--warmup", "0")
	for _, name := range []string{"full", "resumed"} {
		a := armOf(t, r, name)
		if a.ClientCPU == nil || *a.ClientCPU <= 0 || a.ServerCPU == nil || *a.ServerCPU <= 0 {
			t.Errorf("%s: client CPU %v, server CPU %v", name, a.ClientCPU, a.ServerCPU)
		}
	}
	s, ca := embedded(t, "")
	r = measure(t, "run", "https://"+s.Endpoint().Address, "--cacert", ca, "-n", "60", "--warmup", "0")
	if a := armOf(t, r, "full"); a.ServerCPU != nil {
		t.Errorf("server CPU %v of a server whose clock is not known", *a.ServerCPU)
	}
	if runtime.GOOS == "linux" { // elsewhere date may know no nanoseconds
		// Any command can be the clock; this one's runs at one core's pace.
		r = measure(t, "run", "https://"+s.Endpoint().Address, "--cacert", ca, "-n", "60", "--warmup", "0", "--server-cpu-cmd", "date +%s%N")
		if a := armOf(t, r, "full"); a.ServerCPU == nil {
			t.Error("no server CPU from --server-cpu-cmd")
		}
	}
	// A clock that does not move is no clock.
	r = measure(t, "run", "https://"+s.Endpoint().Address, "--cacert", ca, "-n", "60", "--warmup", "0", "--server-cpu-cmd", "echo 5")
	if a := armOf(t, r, "full"); a.ServerCPU != nil {
		t.Errorf("server CPU %v from a clock that stands still", *a.ServerCPU)
	}
}

// The tool's counts are the server's own.
func TestCountsAgreeWithTheEmbeddedServer(t *testing.T) {
	t.Parallel()
	const n = 60
	for _, args := range [][]string{
		{"--tls", "1.2"}, {"--tls", "1.3"}, {"--tls", "1.2", "--handshake-only"}, {"--tls", "1.3", "--handshake-only"},
		{"--proto=h2"}, {"-c", "8"},
	} {
		s, ca := embedded(t, "")
		r := measure(t, slices.Concat([]string{"run", "https://" + s.Endpoint().Address, "--cacert", ca, "-n", strconv.Itoa(n), "--warmup", "0", "--close", "graceful"}, args)...)
		full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed")
		primed := int64(len(r.Rounds) * r.Plan.Arms[1].Load.Workers)
		connectionsBy(s, 2*n+primed)
		got := s.Counts()
		if full.Kinds[bench.Full] != n || resumed.Wanted(bench.WantResumed) != n {
			t.Errorf("%v: kinds %v and %v", args, full.Kinds, resumed.Kinds)
		}
		if got.Full != n+primed || got.Ticket+got.PSK != n || got.Failed != 0 {
			t.Errorf("%v: the server counted %+v, want %d full and %d resumed", args, got, n+primed, n)
		}
	}
}

// Looking the name up on every attempt shows as a phase of its own.
func TestDNSPhase(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	_, port, err := net.SplitHostPort(s.Endpoint().Address)
	if err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]int64{"once": 0, "each": 40} {
		r := measure(t, "run", "https://localhost:"+port, "-4", "--cacert", ca, "-n", "40", "--warmup", "0", "--dns", flag)
		if got := armOf(t, r, "full").Phases[bench.DNS].Count; got != want {
			t.Errorf("--dns %s: %d look-ups were timed, want %d", flag, got, want)
		}
	}
}
