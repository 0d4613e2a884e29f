package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// planFor is the plan of a command line of run, with all that is checked before
// anything is opened.
func planFor(args ...string) (plan bench.Plan, err error) {
	c := newRun(func(_ *cobra.Command, o *options) (err error) {
		plan, err = o.plan(servable())
		return err
	})
	c.SetArgs(append([]string{}, args...))
	c.SilenceUsage, c.SilenceErrors = true, true
	return plan, c.Execute()
}

// choice is an option with a value that is not its default.
type choice struct {
	args []string
	// names are what an error may call it beside its flag.
	names string
	// holds reports whether an arm is as it says, of which there is one at least
	// where some is set, and else all are.
	holds func(bench.Plan, bench.Arm) bool
	some  bool
}

// flag is what it is called on a command line.
func (c choice) flag() string {
	if c.args[0] == "--vary" {
		name, _, _ := strings.Cut(c.args[1], "=")
		return "--vary " + name
	}
	return c.args[0]
}

// named reports whether a text speaks of it.
func (c choice) named(text string) bool {
	names := append(strings.Fields(c.names), c.flag())
	if dimension, ok := strings.CutPrefix(c.flag(), "--vary "); ok {
		names = append(names, "matrix."+dimension, dimension+"=", dimension+" is a setting", "parameter "+dimension)
	}
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) })
}

// varies reports whether it is a dimension of what the other one fixes: then it
// is what counts.
func (c choice) varies(other choice) bool {
	return c.flag() == strings.Replace(other.flag(), "--", "--vary ", 1)
}

// in reports whether a plan is as it says.
func (c choice) in(p bench.Plan) bool {
	holds := func(a bench.Arm) bool { return c.holds(p, a) }
	if c.some {
		return slices.ContainsFunc(p.Arms, holds)
	}
	return !slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return !holds(a) })
}

func choices(t *testing.T) []choice {
	dir := t.TempDir()
	cert := filepath.Join(dir, "client.pem")
	s, ca := embedded(t, "client-auth=request")
	if err := os.WriteFile(cert, slices.Concat(s.Endpoint().ClientCertPEM, s.Endpoint().ClientKeyPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	arm := func(holds func(bench.Arm) bool) func(bench.Plan, bench.Arm) bool {
		return func(_ bench.Plan, a bench.Arm) bool { return holds(a) }
	}
	plan := func(holds func(bench.Plan) bool) func(bench.Plan, bench.Arm) bool {
		return func(p bench.Plan, _ bench.Arm) bool { return holds(p) }
	}
	wants := func(w bench.Want) func(bench.Plan, bench.Arm) bool {
		return arm(func(a bench.Arm) bool { return a.Want == w })
	}
	resumes := func(holds func(bench.Arm) bool) func(bench.Plan, bench.Arm) bool {
		return arm(func(a bench.Arm) bool { return a.Want.Resumes() && holds(a) })
	}
	is := func(text string, holds func(bench.Plan, bench.Arm) bool) choice {
		return choice{args: strings.Split(text, " "), holds: holds}
	}
	some := func(c choice) choice { c.some = true; return c }
	called := func(names string, c choice) choice { c.names = names; return c }
	return []choice{
		some(called("0rtt 0-RTT", is("--arms full,0rtt", wants(bench.WantEarlyData)))),
		some(called("psk", is("--arms full,psk", wants(bench.WantPSK)))),
		some(called("ticket", is("--arms full,ticket", wants(bench.WantTicket)))),
		some(called("session-id", is("--arms full,session-id", wants(bench.WantSessionID)))),
		called("full --arms", is("--arms full", wants(bench.WantFull))),
		is("--tls 1.2", arm(func(a bench.Arm) bool { return a.TLS.MaxVersion == 0x303 })),
		is("--tls 1.3", arm(func(a bench.Arm) bool { return a.TLS.MinVersion == 0x304 })),
		is("--proto h1", arm(func(a bench.Arm) bool { return a.HTTP.Proto == bench.H1 })),
		is("--proto h2", arm(func(a bench.Arm) bool { return a.HTTP.Proto == bench.H2 && a.TLS.ALPN[0] == "h2" })),
		called("QUIC", is("--proto h3", arm(func(a bench.Arm) bool { return a.QUIC() }))),
		is("--alpn http/1.1", arm(func(a bench.Arm) bool { return slices.Equal(a.TLS.ALPN, []string{"http/1.1"}) })),
		is("--groups P-256", arm(func(a bench.Arm) bool { return len(a.TLS.Groups) == 1 })),
		is("--ciphers TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", arm(func(a bench.Arm) bool { return len(a.TLS.Ciphers) == 1 })),
		is("--sni other.example", arm(func(a bench.Arm) bool { return a.TLS.ServerName == "other.example" })),
		is("--cacert "+ca, arm(func(a bench.Arm) bool { return a.TLS.CAFile == ca })),
		is("--cert "+cert, arm(func(a bench.Arm) bool { return len(a.TLS.CertFiles) == 1 })),
		is("--client-cert off", arm(func(a bench.Arm) bool { return a.TLS.NoClientCert })),
		called("Encrypted", is("--ech AEb+DQBCAQAgACBTrZkj5CJ9y8HrVwXUZ4nQtdeThgAOf6rOGnVsBnFNZQAEAAEAAQANY292ZXIuZXhhbXBsZQAA", arm(func(a bench.Arm) bool { return a.TLS.ECH != "" && a.TLS.MinVersion == 0x304 }))),
		is("--insecure", arm(func(a bench.Arm) bool { return a.TLS.Insecure })),
		is("--keylog "+filepath.Join(dir, "keys"), arm(func(a bench.Arm) bool { return a.TLS.KeyLog != "" })),
		is("--handshake-only", arm(bench.Arm.HandshakeOnly)),
		called("-H", is("--header A:b", arm(func(a bench.Arm) bool { return len(a.HTTP.Headers) == 1 }))),
		is("--method POST", arm(func(a bench.Arm) bool { return a.HTTP.Method == "POST" })),
		is("--connect 127.0.0.1:1", arm(func(a bench.Arm) bool { return a.Net.Connect != "" })),
		is("--proxy http://127.0.0.1:3128", arm(func(a bench.Arm) bool { return a.Net.Proxy != "" })),
		is("--proxy-insecure", arm(func(a bench.Arm) bool { return a.Net.ProxyInsecure })),
		is("--proxy-protocol v2", arm(func(a bench.Arm) bool { return a.Net.ProxyProtocol == "v2" })),
		is("--source 127.0.0.1", arm(func(a bench.Arm) bool { return a.Net.Sources != "" })),
		is("--ipv6", arm(func(a bench.Arm) bool { return a.Net.Family == 6 })),
		is("--dns each", arm(func(a bench.Arm) bool { return a.Net.ResolveEach })),
		is("--close graceful", arm(func(a bench.Arm) bool { return a.Net.Close == bench.CloseGraceful })),
		some(is("--tokens drop", arm(func(a bench.Arm) bool { return a.Net.Tokens == bench.DropTokens }))),
		is("--server-pid 1", plan(func(bench.Plan) bool { return true })),

		called("-c", is("--workers 3", arm(func(a bench.Arm) bool { return a.Load.Workers == 3 }))),
		called("-r", is("--rate 50/s", arm(func(a bench.Arm) bool { return a.Load.Rate == 50 }))),
		is("--arrivals poisson", arm(func(a bench.Arm) bool { return a.Load.Arrivals == "poisson" && a.Load.Rate > 0 })),
		is("--max-inflight 7", arm(func(a bench.Arm) bool { return a.Load.MaxInFlight == 7 })),
		is("--mix full=70%", arm(func(a bench.Arm) bool { return a.Load.Share > 0 })),
		is("--ramp 10/s..50/s:3", plan(func(p bench.Plan) bool { return p.Ramp })),
		is("--find-max tls.p50<1s", plan(func(p bench.Plan) bool { return p.FindMax != "" })),
		is("--storm 9", arm(func(a bench.Arm) bool { return a.Load.Storm == 9 })),
		called("-n", is("--count 77", plan(func(p bench.Plan) bool { return p.Count == 77 }))),
		called("-d", is("--duration 3s", plan(func(p bench.Plan) bool { return p.Duration == 3*time.Second }))),
		is("--rounds 11", plan(func(p bench.Plan) bool { return p.Rounds == 11 })),
		is("--warmup 9ms", plan(func(p bench.Plan) bool { return p.Warmup == 9*time.Millisecond })),
		is("--timeout 9s", arm(func(a bench.Arm) bool { return a.Timeout == 9*time.Second })),
		some(is("--session-policy latest", resumes(func(a bench.Arm) bool { return a.Session.Policy == session.Latest }))),
		some(is("--session-policy once", resumes(func(a bench.Arm) bool { return a.Session.Policy == session.Once }))),
		some(is("--session-scope worker", resumes(func(a bench.Arm) bool { return a.Session.Scope == session.PerWorker }))),
		some(is("--session-scope shared", resumes(func(a bench.Arm) bool { return a.Session.Scope == session.Shared }))),
		some(is("--session-pool 5", resumes(func(a bench.Arm) bool { return a.Session.Pool == 5 }))),
		some(is("--session-dry full", resumes(func(a bench.Arm) bool { return a.Session.WhenDry == bench.DryFull }))),
		some(is("--sessions-in f", resumes(func(a bench.Arm) bool { return a.Session.Imported }))),
		some(is("--sessions-out f", resumes(func(bench.Arm) bool { return true }))),
		called("other.example", is("--vs https://other.example", plan(func(p bench.Plan) bool { return p.Compare == "target" }))),

		some(called("QUIC", is("--vary proto=h1,h3", arm(bench.Arm.QUIC)))),
		some(is("--vary tls=1.2,1.3", arm(func(a bench.Arm) bool { return a.TLS.MaxVersion == 0x303 }))),
		some(is("--vary client-cert=off,on", arm(func(a bench.Arm) bool { return a.TLS.NoClientCert }))),
		some(is("--vary proxy=none,http://127.0.0.1:3128", arm(func(a bench.Arm) bool { return a.Net.Proxy != "" }))),
		some(is("--vary proxy-protocol=none,v1", arm(func(a bench.Arm) bool { return a.Net.ProxyProtocol != "" }))),
		some(is("--vary tokens=keep,drop", arm(func(a bench.Arm) bool { return a.Net.Tokens == bench.DropTokens }))),
		some(is("--vary policy=latest,once", arm(func(a bench.Arm) bool { return a.Session.Policy == session.Once }))),
		some(is("--vary workers=1,2", arm(func(a bench.Arm) bool { return a.Load.Workers == 2 }))),
		some(is("--vary rate=10/s,20/s", arm(func(a bench.Arm) bool { return a.Load.Rate == 20 }))),
		some(is("--vary storm=5,6", arm(func(a bench.Arm) bool { return a.Load.Storm == 6 }))),
		some(is("--vary close=reset,graceful", arm(func(a bench.Arm) bool { return a.Net.Close == bench.CloseGraceful }))),
		some(called("Encrypted", is("--vary ech=off,on", arm(func(a bench.Arm) bool { return strings.Contains(a.Target.URL, "ech=on") })))),
		some(is("--vary early-data=on,off", arm(func(a bench.Arm) bool { return strings.Contains(a.Target.URL, "early-data=off") }))),
		some(is("--vary server=embedded,nginx", arm(func(a bench.Arm) bool { return a.Target.Scheme == "nginx" }))),
	}
}

// Options that do not go together, or not with the target, are refused by an
// error that names them. All others act.
func TestEveryPairOfOptions(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"https://h.example/", "smtp://h.example", "h3://h.example/", "embedded:"} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			all := choices(t)
			refused := make([]bool, len(all))
			for i, c := range all {
				p, err := planFor(append([]string{target}, c.args...)...)
				refused[i] = err != nil
				if err != nil && !c.named(err.Error()) || err == nil && !c.in(p) {
					t.Errorf("%q: %v", c.args, err)
				}
			}
			for i, a := range all {
				for j, b := range all[:i] {
					if refused[i] && refused[j] || a.flag() == b.flag() || a.varies(b) {
						continue
					}
					p, err := planFor(slices.Concat([]string{target}, b.args, a.args)...)
					switch {
					case err == nil && (!a.in(p) || !b.in(p)):
						t.Errorf("%q and %q: nobody says that one has no effect", b.args, a.args)
					case err != nil && !refused[i] && !refused[j] && (!a.named(err.Error()) || !b.named(err.Error())):
						t.Errorf("%q and %q: not both are named: %v", b.args, a.args, err)
					}
				}
			}
		})
	}
}
