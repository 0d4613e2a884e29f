package main

import (
	"slices"
	"strconv"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/target/servertest"
)

// agree runs full and resumed handshakes and compares the tool's counts with
// the server's own. Only priming adds to what was measured: one connection a
// block.
func agree(t *testing.T, kind bench.Kind, counts func() servertest.Counts, args ...string) *bench.Result {
	t.Helper()
	const n = 300
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
	s := servertest.OpenSSL(t, servertest.Options{})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		agree(t, kind, s.Counts, "tls://"+s.TLS, "--insecure", "--tls", version)
		agree(t, kind, s.Counts, "https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
	})
}

// HAProxy does not finish a handshake whose client resets right behind its
// last flight, so bare handshakes close gracefully here.
func TestHAProxyAgrees(t *testing.T) {
	s := servertest.HAProxy(t, servertest.Options{})
	eachVersion(t, func(t *testing.T, version string, kind bench.Kind) {
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.TLS) },
			"tls://"+s.TLS, "--cacert", s.CAFile, "--tls", version, "--close", "graceful")
		agree(t, kind, func() servertest.Counts { return s.Counts(servertest.HTTPS) },
			"https://"+s.HTTPS, "--cacert", s.CAFile, "--tls", version)
	})
}
