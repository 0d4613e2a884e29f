package main

import (
	"crypto/tls"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/testcert"
)

// Where a server grants no session, that is said and fails the run; full
// handshakes are measured all the same.
func TestServersThatGrantNoSession(t *testing.T) {
	t.Parallel()
	for scheme, start := range map[string]func(testing.TB, servertest.Options) *servertest.Peer{
		"postgres": servertest.Postgres, "ldap": servertest.Slapd,
	} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			s := start(t, servertest.Options{})
			args := []string{"run", s.Target(scheme), "--cacert", s.CAFile, "-n", "12", "--warmup", "0"}
			before, _ := s.Counts(0)
			r := measure(t, append(args, "--arms", "full")...)
			full := armOf(t, r, "full")
			if full.Kinds[bench.Full] != 12 || full.Failed() != 0 {
				t.Errorf("kinds %v, errors %v", full.Kinds, full.Errors)
			}
			if n := full.Phases[bench.StartTLS].Count; n != 12 {
				t.Errorf("the phase starttls has %d samples", n)
			}
			after, _ := s.Counts(before.Full + 12)
			if got := after.Sub(before); got.Full != 12 || got.Resumed != 0 {
				t.Errorf("the server counted %+v, want 12 full", got)
			}
			o := run(t, append(args, "-q")...)
			if said := "resumption was asked for and never granted"; o.exit != compare.Failed || !strings.Contains(o.stderr, said) {
				t.Errorf("exit %d: %s, want %d: %s", o.exit, o.stderr, compare.Failed, said)
			}
		})
	}
}

// PostgreSQL 17 takes a handshake at once, under its name in ALPN (its
// documentation, 53.2.11): it hangs up on clients that do not offer one, refuses
// other names by an alert, and grants no session.
func TestPostgresDirect(t *testing.T) {
	t.Parallel()
	cert, _ := testcert.New(t, nil)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{cert}, NextProtos: []string{"postgresql"}, SessionTicketsDisabled: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var named, others atomic.Int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				c := conn.(*tls.Conn)
				switch err := c.Handshake(); {
				case err != nil || c.ConnectionState().NegotiatedProtocol != "postgresql":
					others.Add(1)
				default:
					named.Add(1)
					_, _ = io.Copy(io.Discard, c)
				}
			}()
		}
	}()
	target := "postgres-direct://" + listener.Addr().String()
	r := measure(t, "run", target, "--insecure", "-n", "12", "--warmup", "0", "--arms", "full")
	full := armOf(t, r, "full")
	if full.Kinds[bench.Full] != 12 || full.Failed() != 0 || full.Facts == nil || full.Facts.ALPN != "postgresql" {
		t.Errorf("kinds %v, errors %v, facts %+v", full.Kinds, full.Errors, full.Facts)
	}
	if _, ok := full.Phases[bench.StartTLS].Stat("p50"); ok {
		t.Error("there is a phase starttls")
	}
	if got := run(t, "run", target, "--insecure", "-n", "12", "--warmup", "0", "-q"); got.exit != compare.Failed || !strings.Contains(got.stderr, "never granted") {
		t.Errorf("exit %d: %s", got.exit, got.stderr)
	}
	if n := others.Load(); n != 0 || named.Load() < 36 {
		t.Errorf("%d handshakes under its name, %d without", named.Load(), n)
	}
	got := run(t, "run", "tls://"+listener.Addr().String(), "--alpn", "h2", "--insecure", "-n", "12", "-q")
	if got.exit != compare.NotRun || !strings.Contains(got.stderr, "no application protocol") {
		t.Errorf("under another name: exit %d: %s", got.exit, got.stderr)
	}
}

// A mail server's own log tells the same as the report.
func TestDovecotAgrees(t *testing.T) {
	t.Parallel()
	s := servertest.Dovecot(t, servertest.Options{})
	for version, kind := range map[string]bench.Kind{"1.2": bench.Ticket, "1.3": bench.PSK} {
		t.Run("tls="+version, func(t *testing.T) {
			const n = 50
			before, _ := s.Counts(0)
			r := measure(t, "run", s.Target("imap"), "--cacert", s.CAFile, "--tls", version, "-n", "50", "--warmup", "0", "--close", "graceful")
			full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed")
			if full.Kinds[bench.Full] != n || resumed.Kinds[kind] != n {
				t.Errorf("kinds %v and %v, want %d full and %d %s", full.Kinds, resumed.Kinds, n, n, kind)
			}
			want := servertest.Counts{Full: n + len(r.Rounds), Resumed: n} // each block is primed by one
			after, _ := s.Counts(before.Full + before.Resumed + want.Full + want.Resumed)
			if got := after.Sub(before); got != want {
				t.Errorf("the server counted %+v, want %+v", got, want)
			}
		})
	}
}
