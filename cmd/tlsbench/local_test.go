package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/target/installed"
)

// need skips the test where a server is not installed, or fails it where
// servers are required.
func need(t *testing.T, scheme string) {
	t.Helper()
	server, ok := installed.Lookup(scheme)
	if !ok {
		t.Fatalf("there is no server %s", scheme)
	}
	if _, err := server.Find(); err != nil {
		if os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func eachInstalled(t *testing.T, test func(t *testing.T, scheme string)) {
	for _, server := range installed.All() {
		t.Run(server.Scheme, func(t *testing.T) {
			need(t, server.Scheme)
			test(t, server.Scheme)
		})
	}
}

func TestLocalSchemes(t *testing.T) {
	want := []string{bench.SchemeEmbedded}
	for _, server := range installed.All() {
		want = append(want, server.Scheme)
	}
	if got := bench.LocalSchemes(); !slices.Equal(got, want) {
		t.Errorf("a target can be %v, and there are %v", got, want)
	}
}

func TestInstalledServersResume(t *testing.T) {
	t.Parallel()
	const n = 40
	eachInstalled(t, func(t *testing.T, scheme string) {
		for version, kind := range map[string]bench.Kind{"1.2": bench.Ticket, "1.3": bench.PSK} {
			for _, more := range [][]string{nil, {"--handshake-only", "--close", "graceful"}} {
				args := append([]string{"run", scheme + ":?tls=" + version, "-n", fmt.Sprint(n), "--warmup", "0"}, more...)
				r := measure(t, args...)
				full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed")
				if full.Kinds[bench.Full] != n || resumed.Kinds[kind] != n {
					t.Errorf("%v: kinds %v and %v, want %d full and %d %s", args, full.Kinds, resumed.Kinds, n, n, kind)
				}
				if len(full.BadStatus)+len(resumed.BadStatus) > 0 {
					t.Errorf("%v: status %v, %v", args, full.BadStatus, resumed.BadStatus)
				}
				if cpu := full.ServerCPU; r.Env.OS == "linux" && (cpu == nil || *cpu <= 0) {
					t.Errorf("%v: server CPU %v", args, cpu)
				}
				if s := r.Plan.Arms[0].Target.Settings; !strings.Contains(s, "tls="+version+"&") || !strings.Contains(s, "cache=on") {
					t.Errorf("%v: the plan says %q", args, s)
				}
			}
		}
	})
}

func TestInstalledServersKnowAllKinds(t *testing.T) {
	t.Parallel()
	const n = 24
	eachInstalled(t, func(t *testing.T, scheme string) {
		r := measure(t, "run", scheme+":", "--arms", "full,session-id,ticket,psk", "-n", fmt.Sprint(n), "--warmup", "0")
		for i := range r.Arms {
			arm, _ := r.Plan.Arm(r.Arms[i].Name)
			if got := r.Arms[i].Wanted(arm.Want); got != n {
				t.Errorf("%s: %d of %d: %v", arm.Name, got, n, r.Arms[i].Kinds)
			}
		}
	})
}

// Without tickets there is the cache, without a cache there are tickets, and
// without both nothing is resumed.
func TestSessionSettingsTakeEffect(t *testing.T) {
	t.Parallel()
	eachInstalled(t, func(t *testing.T, scheme string) {
		for _, tt := range []struct {
			settings, arms string
			exit           compare.Exit
		}{
			{"tickets=off&tls=1.2", "full,session-id", compare.Passed},
			{"tickets=off&tls=1.2", "full,ticket", compare.Failed},
			{"cache=off&tls=1.2", "full,ticket", compare.Passed},
			{"cache=off&tls=1.2", "full,session-id", compare.Failed},
			{"tickets=off&tls=1.3", "full,psk", compare.Passed}, // by a ticket that names an entry of the cache
			{"cache=off&tls=1.3", "full,psk", compare.Passed},
			{"tickets=off&cache=off&tls=1.2", "full,resumed", compare.Failed},
			{"tickets=off&cache=off&tls=1.3", "full,resumed", compare.Failed},
		} {
			o := run(t, "run", scheme+":?"+tt.settings, "--arms", tt.arms, "-n", "12", "--warmup", "0", "-q")
			if o.exit != tt.exit {
				t.Errorf("%s, %s: exit %d, want %d: %s", tt.settings, tt.arms, o.exit, tt.exit, o.stderr)
			}
		}
	})
}

func TestClientCertificatesOfInstalledServers(t *testing.T) {
	t.Parallel()
	eachInstalled(t, func(t *testing.T, scheme string) {
		r := measure(t, "run", scheme+":?client-auth=require", "-n", "24", "--warmup", "0")
		if a := armOf(t, r, "resumed"); a.Kinds[bench.PSK] != 24 || len(a.BadStatus) > 0 {
			t.Errorf("kinds %v, status %v", a.Kinds, a.BadStatus)
		}
	})
}

func TestServersSideBySide(t *testing.T) {
	t.Parallel()
	need(t, bench.SchemeNginx)
	need(t, bench.SchemeHAProxy)
	for _, pair := range [][2]string{{"embedded:", "nginx:"}, {"nginx:?tls=1.2", "haproxy:?tls=1.2"}, {"nginx:", "nginx:?workers=2"}} {
		r := measure(t, "run", "--vs", pair[0], pair[1], "-n", "24", "--warmup", "0")
		for i := range r.Arms {
			arm, _ := r.Plan.Arm(r.Arms[i].Name)
			want := pair[0]
			if strings.HasSuffix(arm.Name, "=new") {
				want = pair[1]
			}
			if arm.Target.URL != want || r.Arms[i].Wanted(arm.Want) != 24 {
				t.Errorf("%v: %s went to %s: %v", pair, arm.Name, arm.Target.URL, r.Arms[i].Kinds)
			}
		}
	}
}

func TestServersThatAreNotInstalled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if server, _ := installed.Lookup(bench.SchemeOpenSSL); server.Name != "" {
		if file, err := server.Find(); err == nil {
			t.Skipf("%s is found without a PATH", file)
		}
	}
	for _, command := range []string{"run", "probe"} {
		o := run(t, command, "openssl:")
		if o.exit != compare.Usage || !strings.Contains(o.stderr, "openssl: OpenSSL is not installed") || !strings.Contains(o.stderr, "apt install openssl") {
			t.Errorf("%s: exit %d: %s", command, o.exit, o.stderr)
		}
	}
	// Also where a matrix made the arms: a server by name was asked for.
	o := run(t, "run", "--vary", "server=embedded,openssl")
	if o.exit != compare.Usage || !strings.Contains(o.stderr, "server=openssl is in no arm: openssl: OpenSSL is not installed") {
		t.Errorf("a matrix: exit %d: %s", o.exit, o.stderr)
	}
	if o := run(t, "run", "--vs", "openssl:", "embedded:"); o.exit != compare.Usage {
		t.Errorf("--vs: exit %d: %s", o.exit, o.stderr)
	}
}
