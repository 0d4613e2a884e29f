package main

import (
	"path/filepath"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/scenarios"
)

// short are what makes a built-in scenario last a second or two.
var short = map[string][]string{
	"":                  {"--set", "load.duration=60ms", "--set", "load.rounds=1", "--warmup", "0s"},
	"wan":               {"-n", "4", "--set", "load.rounds=1", "--warmup", "0s", "-c", "2"},
	"cold-start":        {"--set", "load.count=48"},
	"rates":             {"--set", "load.duration=400ms", "--set", "load.rounds=1", "--warmup", "0s"}, // of few at random there may be none
	"reconnect-storm":   {"--set", "load.storm=40", "--set", "load.rounds=2", "--warmup", "0s"},
	"smoke":             {"--set", "load.count=60"},
	"ticket-starvation": {"--set", "load.duration=100ms", "--set", "load.rounds=1", "--warmup", "0s"},
}

// Every built-in scenario runs to its end against real servers, and what it
// measures is what it is about: all handshakes are of the wanted kind.
func TestBuiltinsRun(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needServers(t, name)
			file := filepath.Join(t.TempDir(), "result.json")
			extra, ok := short[name]
			if !ok {
				extra = short[""]
			}
			o := run(t, append([]string{"run", "-f", name, "-q", "-o", "json=" + file}, extra...)...)
			if o.exit != compare.Passed {
				t.Fatalf("exit %d: %s", o.exit, o.stderr)
			}
			r := load(t, file)
			if r.Partial || len(r.Arms) != len(r.Plan.Arms) {
				t.Errorf("partial: %v, %d of %d arms", r.Partial, len(r.Arms), len(r.Plan.Arms))
			}
			if strings.Contains(r.Clocks.Server, ",") && name != "servers" {
				t.Errorf("several processes serve: %s", r.Clocks.Server)
			}
			for i := range r.Arms {
				a, arm := &r.Arms[i], r.Plan.Arms[i]
				// Some pools are too small on purpose.
				starved := a.Sessions.Starved
				if a.Completed() == 0 || a.Failed() > 0 || a.Wanted(arm.Want)+starved != a.Completed() || starved > 0 && name != "ticket-starvation" {
					t.Errorf("%s: kinds %v, errors %v, %+v", a.Name, a.Kinds, a.Errors, a.Sessions)
				}
			}
		})
	}
}

// needServers skips a scenario of servers that are not installed.
func needServers(t *testing.T, name string) {
	t.Helper()
	for _, scheme := range map[string][]string{"mechanisms": {bench.SchemeNginx}, "servers": {bench.SchemeNginx, bench.SchemeHAProxy, bench.SchemeOpenSSL}}[name] {
		need(t, scheme)
	}
}

// What a run does with 1 000 arms before it dials: it must not be noticed.
func BenchmarkPlan1000Arms(b *testing.B) {
	s := scenarios.Default()
	for _, d := range []string{"rtt=0,1ms,2ms,3ms,4ms", "group=X25519,P-256,P-384,P-521,X25519MLKEM768", "workers=1,2,3,4,5,6,7,8,9,10", "tls=1.2,1.3"} {
		name, values, _ := strings.Cut(d, "=")
		if err := s.Vary(name, strings.Split(values, ","), scenarios.Origin{Layer: scenarios.BySet}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if p, _, err := s.Plan(servable()); err != nil || len(p.Arms) != scenarios.MaxArms {
			b.Fatal(len(p.Arms), err)
		}
	}
}
