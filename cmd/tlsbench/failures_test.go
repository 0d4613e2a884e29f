package main

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/target"
	"tlsbench/bench/testserve"
)

// embedded starts an embedded server in this process and writes its root
// certificate into a file.
func embedded(t *testing.T, query string) (s *target.Server, caFile string) {
	t.Helper()
	settings, err := parseSettings(target.Embedded(), query)
	if err != nil {
		t.Fatal(err)
	}
	s, err = target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, s.Endpoint().RootsPEM, 0o644); err != nil {
		t.Fatal(err)
	}
	return s, caFile
}

// relay passes connections on to the server, and closes at once those that are
// not admitted.
func relay(t *testing.T, s *target.Server, admit func() bool) string {
	t.Helper()
	return testserve.Each(t, func(c *net.TCPConn) {
		if admit() {
			pass(c, s.Endpoint().Address)
		}
	})
}

// pass passes a connection on to an address until either end is closed.
func pass(c net.Conn, address string) {
	up, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer up.Close()
	go func() {
		io.Copy(up, c)
		up.Close()
	}()
	io.Copy(c, up)
}

// Each way to fail gives its own class, a line with target, phase and what to
// try next, and exit code 1, since not one handshake succeeded.
func TestTargetsThatFail(t *testing.T) {
	t.Parallel()
	refused := testserve.Closed(t)
	silent := testserve.Each(t, func(c *net.TCPConn) { io.Copy(io.Discard, c) })
	plain := testserve.Each(t, func(c *net.TCPConn) {
		io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		io.Copy(io.Discard, c)
	})
	closes := testserve.Each(t, func(c *net.TCPConn) { io.ReadFull(c, make([]byte, 16)) })
	halfway := testserve.Each(t, func(c *net.TCPConn) {
		io.ReadFull(c, make([]byte, 100))
		c.Write([]byte{22, 3, 3, 0, 100, 2, 0, 0, 96, 3, 3}) // the start of a ServerHello
		io.Copy(io.Discard, c)
	})
	tls12, ca := embedded(t, "tls=1.2")
	mutual, mutualCA := embedded(t, "client-auth=require")

	tests := []struct {
		name   string
		args   []string
		stderr []string
	}{
		{"refused", []string{"https://" + refused + "/"}, []string{"phase connect", "refused", "nothing listens there"}},
		{"silent", []string{"tls://" + silent, "--timeout", "1s"}, []string{"phase tls", "raise --timeout"}},
		{"silent https", []string{"https://" + silent, "--timeout", "1s"}, []string{"phase tls", "raise --timeout"}},
		{"plain", []string{"https://" + plain}, []string{"phase tls", "something else than TLS"}},
		{"closes", []string{"tls://" + closes}, []string{"phase tls", "the server closed the connection"}},
		{"stops halfway", []string{"tls://" + halfway, "--timeout", "1s"}, []string{"phase tls", "raise --timeout"}},
		{"untrusted", []string{"https://" + tls12.Endpoint().Address}, []string{"phase tls", "unknown authority", "--cacert"}},
		{"wrong name", []string{"https://" + tls12.Endpoint().Address, "--cacert", ca, "--sni", "example.com"}, []string{"phase tls", "example.com", "--sni"}},
		{"no common version", []string{"tls://" + tls12.Endpoint().Address, "--cacert", ca, "--tls", "1.3"}, []string{"phase tls", "protocol version", "--tls"}},
		{"no client certificate", []string{"https://" + mutual.Endpoint().Address, "--cacert", mutualCA}, []string{"certificate required", "--cert"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := run(t, append([]string{"run", "-q", "-n", "1000"}, tt.args...)...)
			if o.exit != compare.NotRun {
				t.Errorf("exit %d, want %d", o.exit, compare.NotRun)
			}
			if n := strings.Count(o.stderr, "\n"); n != 1 {
				t.Errorf("%d lines on stderr, want 1:\n%s", n, o.stderr)
			}
			for _, part := range append(tt.stderr, tt.args[0][:20], "not one handshake succeeded") {
				if !strings.Contains(o.stderr, part) {
					t.Errorf("stderr has no %q: %s", part, o.stderr)
				}
			}
		})
	}
}

// Failures beside successes are counted, each attempt once, and the run passes:
// whether they matter is for a check to say.
func TestFailuresBesideSuccesses(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	var n atomic.Int64
	relay := relay(t, s, func() bool { return n.Add(1)%10 != 0 })
	r := measure(t, "run", "https://"+relay, "--cacert", ca, "-n", "400", "--warmup", "0")
	var failed int64
	for _, a := range r.Arms {
		if a.Attempts != 400 {
			t.Errorf("%s: %d attempts", a.Name, a.Attempts)
		}
		failed += a.Errors[bench.ClassReset]
		if a.Completed()+a.Errors[bench.ClassReset] != 400 {
			t.Errorf("%s: kinds %v, errors %v", a.Name, a.Kinds, a.Errors)
		}
	}
	// Priming connections fail too, but are no attempts.
	if refused := n.Load() / 10; failed < refused-int64(len(r.Rounds)) || failed > refused {
		t.Errorf("%d failures were counted, the relay refused %d connections", failed, refused)
	}
}

// A server that dies in the middle costs the rest of the run, not what was
// measured.
func TestServerThatDies(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	file := filepath.Join(t.TempDir(), "r.json")
	died := sync.OnceValue(func() time.Time { return time.Now().Add(1500 * time.Millisecond) }) // from the first connection on
	relay := relay(t, s, func() bool { return time.Now().Before(died()) })
	o := run(t, "run", "https://"+relay, "--cacert", ca, "-d", "2s", "--warmup", "0", "-q", "-o", "json="+file)
	if o.exit != compare.NotRun || !strings.Contains(o.stderr, "the target stopped answering: phase tls") {
		t.Errorf("exit %d, %s", o.exit, o.stderr)
	}
	r := load(t, file)
	if !r.Partial || r.LastFailure == nil {
		t.Errorf("partial %v, last failure %v", r.Partial, r.LastFailure)
	}
	counts := s.Counts()
	if got, served := r.Completed(), counts.Full+counts.PSK; got == 0 || got > served || got < served-int64(2*len(r.Rounds)) {
		t.Errorf("%d completed, the server served %d, priming included", got, served)
	}
	if !strings.Contains(o.stdout, "failed: ") {
		t.Errorf("the report does not tell of the failures:\n%s", o.stdout)
	}
}

// The key log holds TLS secrets for its owner only, and is warned about when it
// was inherited.
func TestKeyLog(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys")
	o := run(t, "run", "-q", "-n", "20", "--keylog", file)
	if o.exit != compare.Passed || !strings.Contains(o.stdout, "TLS secrets are written to") {
		t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("mode %v, %d bytes", info.Mode().Perm(), info.Size())
	}
}

// Certificates for both sides, from files.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "client-auth=require")
	e := s.Endpoint()
	if _, err := tls.X509KeyPair(e.ClientCertPEM, e.ClientKeyPEM); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, text := range map[string][]byte{cert: e.ClientCertPEM, key: e.ClientKeyPEM} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := measure(t, "run", "https://"+e.Address, "--cacert", ca, "--cert", cert, "--key", key, "-n", "40", "--warmup", "0")
	if a := armOf(t, r, "resumed"); a.Kinds[bench.PSK] != 40 {
		t.Errorf("kinds %v, want 40 psk", a.Kinds)
	}
	r = measure(t, "run", "embedded:?client-auth=require", "-n", "40", "--warmup", "0")
	if a := armOf(t, r, "resumed"); a.Kinds[bench.PSK] != 40 {
		t.Errorf("embedded: kinds %v, want 40 psk", a.Kinds)
	}
}
