package main

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/target/servertest"
)

// The handshakes that go through real proxies are those that the target's server
// counts, and the proxies count as many tunnels.
func TestProxiesAgree(t *testing.T) {
	t.Parallel()
	both := []servertest.Service{servertest.HTTPS, servertest.TLS}
	t.Run("squid", func(t *testing.T) {
		t.Parallel()
		p := servertest.Squid(t, servertest.Account{})
		through(t, servertest.Nginx(t, servertest.Options{}), p, both[:1], "--proxy", p.URL)
		through(t, servertest.Nginx(t, servertest.Options{}), p, both, "--proxy", p.TLS, "--proxy-cacert", p.CAFile)
	})
	t.Run("tinyproxy", func(t *testing.T) {
		t.Parallel()
		p := servertest.Tinyproxy(t, servertest.Account{})
		through(t, servertest.Nginx(t, servertest.Options{}), p, both[1:], "--proxy", p.URL)
	})
	t.Run("dante", func(t *testing.T) {
		t.Parallel()
		p := servertest.Dante(t)
		through(t, servertest.Nginx(t, servertest.Options{}), p, both, "--proxy", p.URL)
		through(t, servertest.Nginx(t, servertest.Options{}), p, both[:1], "--proxy", strings.Replace(p.URL, "socks5h", "socks5", 1))
	})
	for name, start := range map[string]func(testing.TB, servertest.Account) *servertest.Forwarder{
		"squid": servertest.Squid, "tinyproxy": servertest.Tinyproxy, "microsocks": servertest.Microsocks,
	} {
		t.Run(name+" with an account", func(t *testing.T) {
			t.Parallel()
			p := start(t, servertest.Account{User: "me", Password: "s3cret"})
			s := servertest.Nginx(t, servertest.Options{})
			scheme, at, _ := strings.Cut(p.URL, "://")
			through(t, s, p, both[:1], "--proxy", scheme+"://me:s3cret@"+at)
			for _, who := range []string{"", "me:wrong@"} {
				got := run(t, "run", "https://"+s.HTTPS, "--cacert", s.CAFile, "--proxy", scheme+"://"+who+at, "-n", "20", "-q")
				if got.exit != 1 || !strings.Contains(got.stderr, "phase proxy") || strings.Contains(got.stderr, "wrong") {
					t.Errorf("as %q: exit %d, %s", who, got.exit, got.stderr)
				}
			}
		})
	}
}

// through runs both arms through a proxy.
func through(t *testing.T, s *servertest.NginxServer, p *servertest.Forwarder, services []servertest.Service, args ...string) {
	t.Helper()
	for _, service := range services {
		target := map[servertest.Service]string{servertest.HTTPS: "https://" + s.HTTPS, servertest.TLS: "tls://" + s.TLS}[service]
		before := p.Tunnels()
		r := agree(t, bench.PSK, func() servertest.Counts { return s.Counts(service) },
			append([]string{target, "--cacert", s.CAFile, "--tls", "1.3", "--close", "graceful"}, args...)...)
		if got, want := p.Tunnels()-before, 100+len(r.Rounds); got != want {
			t.Errorf("%s %v: the proxy led %d tunnels through, the tool made %d connections", target, args, got, want)
		}
		if _, ok := armOf(t, r, "full").Phases[bench.Proxy].Stat("p50"); !ok {
			t.Errorf("%s %v: no phase proxy", target, args)
		}
	}
}

// A server of mail greets at once, in about half of all tries together with
// Squid's own answer.
func TestServersThatGreetThroughAProxy(t *testing.T) {
	t.Parallel()
	s := servertest.Dovecot(t, servertest.Options{})
	for _, p := range []*servertest.Forwarder{servertest.Squid(t, servertest.Account{}), servertest.Dante(t)} {
		got := run(t, "run", s.Target("imap"), "--cacert", s.CAFile, "--proxy", p.URL, "--arms", "full", "-n", "60", "--rounds", "6", "-q")
		if got.exit != 0 || !strings.Contains(got.stdout, "60 of 60 full") || !strings.Contains(got.stdout, "errors    none") {
			t.Errorf("%s: exit %d, %s%s", p.URL, got.exit, got.stdout, got.stderr)
		}
	}
}

// HAProxy takes the header's source for the client's: it is that of the tool's
// end of the connection, which a proxy between them would hide.
func TestProxyProtocolAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.HAProxy(t, servertest.Options{AcceptProxy: true})
	p := servertest.Microsocks(t, servertest.Account{})
	for _, tt := range []struct {
		service servertest.Service
		target  string
		from    string
		args    []string
	}{
		{servertest.HTTPS, "https://" + s.HTTPS, "127.0.0.1", []string{"--proxy-protocol", "v1"}},
		{servertest.TLS, "tls://" + s.TLS, "127.0.0.1", []string{"--proxy-protocol", "v2"}},
		{servertest.HTTPS, "https://" + s.HTTPS, "127.0.0.5", []string{"--proxy-protocol", "v2", "--proxy", p.URL, "--source", "127.0.0.5"}},
		{servertest.TLS, "tls://" + s.TLS, "127.0.0.5", []string{"--proxy-protocol", "v1", "--proxy", p.URL, "--source", "127.0.0.5"}},
	} {
		before := s.Sources(tt.service)
		r := agree(t, bench.Ticket, func() servertest.Counts { return s.Counts(tt.service) },
			append([]string{tt.target, "--cacert", s.CAFile, "--tls", "1.2", "--close", "graceful"}, tt.args...)...)
		got := s.Sources(tt.service)
		maps.DeleteFunc(got, func(source string, n int) bool { return n == before[source] })
		if want := 100 + len(r.Rounds); len(got) != 1 || got[tt.from]-before[tt.from] != want {
			t.Errorf("%s %v: the server saw %v, before %v, want %d more from %s", tt.target, tt.args, got, before, want, tt.from)
		}
	}
	got := run(t, "run", "https://"+s.HTTPS, "--cacert", s.CAFile, "-n", "20", "-q")
	if got.exit != 1 {
		t.Errorf("without a header: exit %d, %s", got.exit, got.stderr)
	}
}

// A password goes nowhere but to the proxy.
func TestProxyCredentialsAreNotShown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved := filepath.Join(dir, "r.json")
	scenario := filepath.Join(dir, "s.yaml")
	if err := os.WriteFile(scenario, []byte("target: https://127.0.0.1:1/\nnet:\n  proxy: http://me:PASS-WORD@127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"run", "https://127.0.0.1:1/", "--proxy", "http://me:PASS-WORD@127.0.0.1:1", "-n", "20", "-o", "json=" + saved, "-o", "text"},
		{"run", "https://127.0.0.1:1/", "--proxy", "http://me:PASS-WORD@127.0.0.1:0"},
		{"run", "https://127.0.0.1:1/", "--proxy", "http://me:PASS-WORD/@127.0.0.1:0"},
		{"run", "https://127.0.0.1:1/", "--vary", "proxy=none,http://me:PASS-WORD@127.0.0.1:1"},
		{"run", "https://127.0.0.1:1/", "--vary", "proxy=http://me:PASS-WORD@127.0.0.1:1,http://me:PASS-WORD@127.0.0.1:1"},
		{"run", "https://127.0.0.1:1/", "--set", "net.proxy=http://me:PASS-WORD@127.0.0.1"},
		{"run", "-f", scenario, "-n", "20"},
		{"scenarios", "show", scenario},
		{"probe", "https://127.0.0.1:1/", "--proxy", "http://me:PASS-WORD@127.0.0.1:1"},
	} {
		out := run(t, args...)
		if text := out.stdout + out.stderr; strings.Contains(text, "PASS-WORD") {
			t.Errorf("%q: %s", args, text)
		}
	}
	text, err := os.ReadFile(saved)
	if err != nil || !strings.Contains(string(text), `"proxy": "http://127.0.0.1:1"`) || strings.Contains(string(text), "PASS-WORD") {
		t.Errorf("%v: %.3000s", err, text)
	}
}

// The commands that take connection flags go through a proxy too, and let it
// look the name up.
func TestProbeAndDoctorThroughAProxy(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{})
	p := servertest.Microsocks(t, servertest.Account{})
	_, port, err := net.SplitHostPort(s.HTTPS)
	if err != nil {
		t.Fatal(err)
	}
	target := "https://localhost:" + port
	for _, args := range [][]string{
		{"probe", target, "--cacert", s.CAFile, "--proxy", p.URL, "--expect", "psk", "--repeats", "1"},
		{"doctor", target, "--cacert", s.CAFile, "--proxy", p.URL},
	} {
		before := p.Tunnels()
		got := run(t, append(args, "-q")...)
		if got.exit != 0 || !strings.Contains(got.stdout, "proxy") {
			t.Errorf("%s: exit %d, %s%s", args[0], got.exit, got.stdout, got.stderr)
		}
		if args[0] == "probe" && !strings.Contains(got.stdout, "localhost:"+port) {
			t.Errorf("the proxy was not told the name: %s", got.stdout)
		}
		if p.Tunnels() == before {
			t.Errorf("%s: no tunnel", args[0])
		}
	}
}
