package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// planOf parses a command line of run without running it.
func planOf(t *testing.T, args ...string) bench.Plan {
	t.Helper()
	var plan bench.Plan
	c := newRun(func(_ *cobra.Command, o *options) (err error) {
		plan, err = o.plan(nil)
		return err
	})
	c.SetArgs(append([]string{}, args...)) // nil would be those of the test
	c.SilenceUsage, c.SilenceErrors = true, true
	if err := c.Execute(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return plan
}

func TestFlagsBecomeThePlan(t *testing.T) {
	const host = "https://h.example/p?q"
	tests := []struct {
		args []string
		ok   func(p bench.Plan, full, resumed bench.Arm) bool
	}{
		{nil, func(p bench.Plan, full, resumed bench.Arm) bool {
			return p.Rounds == 10 && p.Count == 0 && p.Duration == 5*time.Second && p.Confidence == 0.95 && p.Warmup > 0 &&
				full.Target.Local() && full.Engine == "net/http" && full.Load.Workers == 1 && full.Timeout == 10*time.Second &&
				full.HTTP.Method == "GET" && full.Net.Close == bench.CloseReset && full.TLS.MinVersion == 0x0303 && full.TLS.MaxVersion == 0x0304 &&
				resumed.Session.Policy == session.Latest && resumed.Session.Scope == session.PerWorker && full.Session.Policy == ""
		}},
		{[]string{"tls://h:1"}, func(_ bench.Plan, full, resumed bench.Arm) bool {
			return full.Engine == "crypto/tls" && full.HandshakeOnly() && resumed.Session.Policy == session.Frozen && !full.Session.ReadTickets && full.TLS.ALPN == nil
		}},
		{[]string{"tls://h:1", "--session-policy", "latest", "--session-scope", "shared"}, func(_ bench.Plan, full, resumed bench.Arm) bool {
			return full.Session.ReadTickets && resumed.Session.ReadTickets && resumed.Session.Scope == session.Shared
		}},
		{[]string{host, "--handshake-only", "--alpn", "smtp,imap"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			return full.Engine == "crypto/tls" && len(full.TLS.ALPN) == 2
		}},
		{[]string{"smtp://h"}, func(_ bench.Plan, full, resumed bench.Arm) bool {
			_, ok := full.Target.StartTLS()
			return ok && full.Engine == "crypto/tls" && full.Target.Port == "25" && full.TLS.ALPN == nil && resumed.Session.Policy == session.Frozen
		}},
		{[]string{"postgres-direct://h"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			_, ok := full.Target.StartTLS()
			return !ok && len(full.TLS.ALPN) == 1 && full.TLS.ALPN[0] == "postgresql"
		}},
		{[]string{"postgres-direct://h", "--alpn", "postgresql,other"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			return len(full.TLS.ALPN) == 2 && full.TLS.ALPN[1] == "other"
		}},
		{[]string{host, "-n", "70", "-c", "3", "--rounds", "7", "--warmup", "0", "--seed", "9", "--timeout", "2s"}, func(p bench.Plan, full, _ bench.Arm) bool {
			return p.Count == 70 && p.Duration == 0 && p.Rounds == 7 && p.Warmup == 0 && p.Seed == 9 && full.Load.Workers == 3 && full.Timeout == 2*time.Second
		}},
		{[]string{host, "--proto=h2", "--method", "HEAD", "-H", "X-A: b", "-H", "x-a: c"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			return full.TLS.ALPN[0] == "h2" && full.HTTP.Method == "HEAD" && len(full.HTTP.Headers["X-A"]) == 2 && full.Target.Path == "/p?q"
		}},
		{[]string{host, "-6", "--dns", "each", "--connect", "127.0.0.1:2", "--close", "graceful", "--sni", "s"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			return full.Net == bench.Net{Connect: "127.0.0.1:2", Family: 6, ResolveEach: true, Close: bench.CloseGraceful} && full.TLS.ServerName == "s"
		}},
		{[]string{host, "--source", "127.0.0.2-127.0.0.9,127.0.0.1"}, func(_ bench.Plan, full, resumed bench.Arm) bool {
			return full.Net.Sources == "127.0.0.2-127.0.0.9,127.0.0.1" && resumed.Net.Sources == full.Net.Sources
		}},
		{[]string{host, "--tls", "1.2", "--groups", "X25519,P-256", "--ciphers", "A,B", "-k", "--cert", "c", "--key", "k", "--keylog", "l"}, func(_ bench.Plan, full, _ bench.Arm) bool {
			return full.TLS.MinVersion == 0x0303 && full.TLS.MaxVersion == 0x0303 && len(full.TLS.Groups) == 2 && len(full.TLS.Ciphers) == 2 &&
				full.TLS.Insecure && slices.Equal(full.TLS.CertFiles, bench.FileList{"c"}) && slices.Equal(full.TLS.KeyFiles, bench.FileList{"k"}) && full.TLS.KeyLog == "l"
		}},
		{[]string{host, "--session-policy", "once", "--session-pool", "9", "--session-dry", "full"}, func(_ bench.Plan, full, resumed bench.Arm) bool {
			return resumed.Session == bench.SessionPolicy{Policy: session.Once, Scope: session.PerWorker, Pool: 9, WhenDry: bench.DryFull} &&
				full.Session == bench.SessionPolicy{}
		}},
		{[]string{host, "--session-policy", "once"}, func(_ bench.Plan, _, resumed bench.Arm) bool {
			return resumed.Session.Pool == 0 && resumed.Session.WhenDry == bench.DryStop
		}},
		{[]string{host, "--sessions-in", "f"}, func(p bench.Plan, full, resumed bench.Arm) bool {
			return p.Warmup == 0 && resumed.Session.Imported && !full.Session.Imported
		}},
		{[]string{host, "--arms", "full,session-id,psk"}, func(p bench.Plan, full, id bench.Arm) bool {
			return len(p.Arms) == 4 && full.TLS.MaxVersion == 0x0303 && id.Want == bench.WantSessionID && id.TLS.MinVersion == 0x0303 &&
				p.Arms[3].Want == bench.WantPSK && p.Arms[3].TLS.MinVersion == 0x0304
		}},
		{[]string{host, "--arms", "resumed,full"}, func(p bench.Plan, _, _ bench.Arm) bool {
			return p.Arms[0].Want == bench.WantResumed && p.Arms[1].Want == bench.WantFull
		}},
	}
	for _, tt := range tests {
		p := planOf(t, tt.args...)
		if !tt.ok(p, p.Arms[0], p.Arms[1]) {
			t.Errorf("%v became %+v", tt.args, p)
		}
	}
}

func TestSeedIsRandomUnlessGiven(t *testing.T) {
	first, second := planOf(t), planOf(t)
	if first.Seed == second.Seed {
		t.Error("two plans have the same seed")
	}
}

// A header's value may be a password: the saved plan has its name only.
func TestPlanIsSavedWithoutHeaderValues(t *testing.T) {
	text, err := json.Marshal(planOf(t, "https://h/", "-H", "Authorization: T0K3N"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "T0K3N") || !strings.Contains(string(text), "Authorization") {
		t.Errorf("%s", text)
	}
}

// An inherited SSLKEYLOGFILE counts, unless --keylog says otherwise.
func TestInheritedKeyLog(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{{nil, "inherited"}, {[]string{"--keylog", "own"}, "own"}, {[]string{"--keylog", ""}, ""}} {
		var got bench.Plan
		c := newRun(func(_ *cobra.Command, o *options) (err error) {
			got, err = o.plan(nil)
			return err
		})
		c.SetArgs(append([]string{}, tt.args...))
		t.Setenv("SSLKEYLOGFILE", "inherited")
		if err := c.Execute(); err != nil {
			t.Fatal(err)
		}
		if log := got.Arms[0].TLS.KeyLog; log != tt.want {
			t.Errorf("%v: key log %q, want %q", tt.args, log, tt.want)
		}
	}
}
