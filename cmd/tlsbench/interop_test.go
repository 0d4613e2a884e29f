package main

import (
	"crypto/tls"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/target/servertest"
)

// agree runs full and resumed handshakes and compares the tool's counts with
// the server's own. Only priming adds to what was measured: one connection a
// block.
func agree(t *testing.T, kind bench.Kind, counts func() servertest.Counts, args ...string) *bench.Result {
	t.Helper()
	const n = 50
	before := counts()
	r := measure(t, slices.Concat([]string{"run"}, args, []string{"-n", strconv.Itoa(n), "--warmup", "0"})...)
	full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed")
	if full.Kinds[bench.Full] != n || resumed.Kinds[kind] != n {
		t.Errorf("kinds %v and %v, want %d full and %d %s", full.Kinds, resumed.Kinds, n, n, kind)
	}
	got := counts().Sub(before)
	t.Logf("%v: full arm %v, resumed arm %v; the server counted %+v with %d primed", args, full.Kinds, resumed.Kinds, got, len(r.Rounds))
	if want := (servertest.Counts{Full: n + len(r.Rounds), Resumed: n}); got != want {
		t.Errorf("the server counted %+v, want %+v", got, want)
	}
	return r
}

func eachVersion(t *testing.T, test func(t *testing.T, version string, kind bench.Kind)) {
	for version, kind := range map[string]bench.Kind{"1.2": bench.Ticket, "1.3": bench.PSK} {
		t.Run("tls="+version, func(t *testing.T) { test(t, version, kind) })
	}
}

func TestNginxAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		r := agree(t, kind, func() servertest.Counts { return s.Counts(servertest.TLS) },
			"tls://"+s.TLS, "--insecure", "--tls", version, "--server-pid", strconv.Itoa(s.PID))
		if a := armOf(t, r, "full"); a.ServerCPU == nil || *a.ServerCPU <= 0 {
			t.Errorf("server CPU %v: the worker's was not counted", a.ServerCPU)
		}
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.TLS) },
			"tls://"+s.TLS, "--cacert", s.CAFile, "--tls", version, "--session-policy", "latest")
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.HTTPS) },
			"https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
	})
}

func TestOpenSSLAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.OpenSSL(t, servertest.Options{})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		agree(t, kind, s.Counts, "tls://"+s.TLS, "--insecure", "--tls", version)
		agree(t, kind, s.Counts, "https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
	})
}

// HAProxy does not finish a handshake whose client resets right behind its
// last flight, so bare handshakes close gracefully here.
func TestHAProxyAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.HAProxy(t, servertest.Options{})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.TLS) },
			"tls://"+s.TLS, "--cacert", s.CAFile, "--tls", version, "--close", "graceful")
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.HTTPS) },
			"https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
	})
}

// mechanisms runs one arm for each way to resume in TLS 1.2 and compares the
// tool's counts with the server's own.
func mechanisms(t *testing.T, counts func() servertest.Counts, kinds []bench.Kind, args ...string) {
	t.Helper()
	const n = 30
	before := counts()
	arms := "full"
	for _, kind := range kinds {
		arms += "," + kind.String()
	}
	r := measure(t, slices.Concat([]string{"run"}, args, []string{"--arms", arms, "-n", strconv.Itoa(n), "--warmup", "0"})...)
	version := r.Plan.Arms[0].Coord("tls")
	var connections int
	for _, kind := range append([]bench.Kind{bench.Full}, kinds...) {
		a, ok := r.Arm("tls=" + version + ",session=" + kind.String())
		if !ok {
			t.Fatalf("no arm %s", kind)
		}
		if a.Kinds[kind] != n || a.Failed() != 0 {
			t.Errorf("%v: arm %s: kinds %v, errors %v", args, kind, a.Kinds, a.Errors)
		}
		if kind.Resumed() && (a.Sessions.Offered != n || a.Sessions.Accepted != n || a.Sessions.Refused != 0) {
			t.Errorf("%v: arm %s: sessions %+v", args, kind, a.Sessions)
		}
		if kind.Resumed() {
			connections += int(a.Sessions.Primed) // each primed by a connection of its own
		}
	}
	got := counts().Sub(before)
	t.Logf("%v: %d of each kind; the server counted %+v with %d primed", args, n, got, connections)
	if want := (servertest.Counts{Full: n + connections, Resumed: n * len(kinds)}); got != want {
		t.Errorf("%v: the server counted %+v, want %+v", args, got, want)
	}
}

func TestSessionIDsAgree(t *testing.T) {
	t.Parallel()
	both := []bench.Kind{bench.SessionID, bench.Ticket}
	t.Run("nginx", func(t *testing.T) {
		s := servertest.Nginx(t, servertest.Options{SessionCache: true})
		bare := func() servertest.Counts { return s.Counts(servertest.TLS) }
		https := func() servertest.Counts { return s.Counts(servertest.HTTPS) }
		mechanisms(t, bare, both, "tls://"+s.TLS, "--cacert", s.CAFile)
		mechanisms(t, bare, both, "tls://"+s.TLS, "--insecure", "--session-policy", "latest", "-c", "4")
		mechanisms(t, https, both, "https://"+s.HTTPS, "--cacert", s.CAFile)
		mechanisms(t, https, both, "https://"+s.HTTPS, "--cacert", s.CAFile, "--session-scope", "shared")
	})
	t.Run("nginx, tickets off", func(t *testing.T) {
		s := servertest.Nginx(t, servertest.Options{SessionCache: true, NoTickets: true})
		id := []bench.Kind{bench.SessionID}
		mechanisms(t, func() servertest.Counts { return s.Counts(servertest.TLS) }, id, "tls://"+s.TLS, "--cacert", s.CAFile)
		for _, cipher := range []string{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"} {
			mechanisms(t, func() servertest.Counts { return s.Counts(servertest.HTTPS) }, id,
				"https://"+s.HTTPS, "--cacert", s.CAFile, "--ciphers", cipher)
		}
		// Whichever the server grants is an ID here.
		agree(t, bench.SessionID, func() servertest.Counts { return s.Counts(servertest.HTTPS) },
			"https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", "1.2")
	})
	t.Run("OpenSSL", func(t *testing.T) {
		s := servertest.OpenSSL(t, servertest.Options{SessionCache: true, NoTickets: true})
		id := []bench.Kind{bench.SessionID}
		mechanisms(t, s.Counts, id, "tls://"+s.TLS, "--cacert", s.CAFile)
		mechanisms(t, s.Counts, id, "https://"+s.HTTPS, "--cacert", s.CAFile)
		both := servertest.OpenSSL(t, servertest.Options{SessionCache: true})
		mechanisms(t, both.Counts, []bench.Kind{bench.SessionID, bench.Ticket}, "tls://"+both.TLS, "--cacert", both.CAFile)
	})
	t.Run("HAProxy", func(t *testing.T) {
		s := servertest.HAProxy(t, servertest.Options{SessionCache: true})
		mechanisms(t, func() servertest.Counts { return s.Counts(servertest.HTTPS) }, both, "https://"+s.HTTPS, "--cacert", s.CAFile)
	})
}

// Go and these servers still agree on TLS 1.0 and 1.1.
func TestOldVersionsAgree(t *testing.T) {
	t.Parallel()
	old := servertest.Options{MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, SessionCache: true}
	both := []bench.Kind{bench.SessionID, bench.Ticket}
	for _, version := range []string{"1.0", "1.1"} {
		t.Run("tls="+version, func(t *testing.T) {
			n := servertest.Nginx(t, old)
			mechanisms(t, func() servertest.Counts { return n.Counts(servertest.HTTPS) }, both,
				"https://"+n.HTTPS, "--cacert", n.CAFile, "--tls", version)
			s := servertest.OpenSSL(t, old)
			mechanisms(t, s.Counts, both, "tls://"+s.TLS, "--cacert", s.CAFile, "--tls", version)
		})
	}
}

// As with HAProxy, bare handshakes close gracefully here.
func TestGnuTLSAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.GnuTLS(t, servertest.Options{SessionCache: true})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		agree(t, kind, s.Counts, "https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
		agree(t, kind, s.Counts, "tls://"+s.TLS, "--cacert", s.CAFile, "--tls", version, "--close", "graceful")
	})
	ids := servertest.GnuTLS(t, servertest.Options{SessionCache: true, NoTickets: true})
	mechanisms(t, ids.Counts, []bench.Kind{bench.SessionID}, "https://"+ids.HTTPS, "--cacert", ids.CAFile)
}

// A fresh process resumes at its first handshake, and makes no other.
func TestImportedSessionIDIsTheFirstHandshake(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{SessionCache: true, NoTickets: true})
	file := filepath.Join(t.TempDir(), "s")
	args := []string{"run", "https://" + s.HTTPS, "--cacert", s.CAFile, "--arms", "session-id"}
	measure(t, append(args, "-n", "20", "--warmup", "0", "--sessions-out", file)...)
	before := s.Counts(servertest.HTTPS)
	r := measure(t, append(args, "-n", "1", "--sessions-in", file)...)
	if a := r.Arms[0]; a.Kinds[bench.SessionID] != 1 || a.Attempts != 1 {
		t.Errorf("kinds %v of %d", a.Kinds, a.Attempts)
	}
	if got := s.Counts(servertest.HTTPS).Sub(before); got != (servertest.Counts{Resumed: 1}) {
		t.Errorf("the server counted %+v", got)
	}
}

// A server that forgets its sessions in the middle: what falls back is counted
// as what it was.
func TestServerThatForgets(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "key")
	servertest.WriteTicketKey(t, key)
	s := servertest.Nginx(t, servertest.Options{TicketKeys: []string{key}})
	file := filepath.Join(t.TempDir(), "s")
	args := []string{"run", "https://" + s.HTTPS, "--cacert", s.CAFile, "--arms", "resumed", "--session-policy", "frozen"}
	measure(t, append(args, "-n", "20", "--warmup", "0", "--sessions-out", file)...)
	servertest.WriteTicketKey(t, key)
	s.Reload()
	before := s.Counts(servertest.HTTPS)
	o := run(t, append(args, "-q", "-n", "5", "--sessions-in", file)...)
	if o.exit != compare.Failed || !strings.Contains(o.stderr, "refused all 5") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	if got := s.Counts(servertest.HTTPS).Sub(before); got != (servertest.Counts{Full: 5}) {
		t.Errorf("the server counted %+v", got)
	}
}
