package servertest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// kinds are the servers, each with its way of counting; closing is the way to
// end a handshake-only connection so that the server's count is exact.
var kinds = []struct {
	name    string
	closing string
	start   func(testing.TB, Options) (Server, func(Service) Counts)
}{
	{"nginx", "rst", func(t testing.TB, o Options) (Server, func(Service) Counts) {
		s := Nginx(t, o)
		return s.Server, s.Counts
	}},
	{"openssl", "rst", func(t testing.TB, o Options) (Server, func(Service) Counts) {
		s := OpenSSL(t, o)
		return s.Server, func(Service) Counts { return s.Counts() }
	}},
	{"haproxy", "graceful", func(t testing.TB, o Options) (Server, func(Service) Counts) {
		s := HAProxy(t, o)
		return s.Server, s.Counts
	}},
	{"gnutls", "graceful", func(t testing.TB, o Options) (Server, func(Service) Counts) {
		s := GnuTLS(t, o)
		return s.Server, func(Service) Counts { return s.Counts() }
	}},
}

var versionsTested = []uint16{tls.VersionTLS12, tls.VersionTLS13}

func TestCountsAgree(t *testing.T) {
	const n = 40
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, counts := kind.start(t, Options{})
			for _, service := range []Service{TLS, HTTPS} {
				for _, version := range versionsTested {
					t.Run(fmt.Sprintf("%s/%s", service, tls.VersionName(version)), func(t *testing.T) {
						c := client{server: server, service: service, version: version, closing: kind.closing}
						offer := c.prime(t, 5*time.Second)
						if offer == nil {
							t.Fatal("the server granted no session")
						}
						before := counts(service)
						if seen := c.run(t, n, nil); seen != (Counts{Full: n}) {
							t.Errorf("without an offer the client saw %+v", seen)
						}
						if seen := c.run(t, n, offer); seen != (Counts{Resumed: n}) {
							t.Errorf("with an offer the client saw %+v", seen)
						}
						if got := counts(service).Sub(before); got != (Counts{Full: n, Resumed: n}) {
							t.Errorf("the server saw %+v, the client %d and %d", got, n, n)
						}
					})
				}
			}
		})
	}
}

func TestNoTickets(t *testing.T) {
	const n = 10
	for _, kind := range kinds {
		for _, cache := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/cache=%v", kind.name, cache), func(t *testing.T) {
				t.Parallel()
				server, counts := kind.start(t, Options{NoTickets: true, SessionCache: cache})
				for _, version := range versionsTested {
					c := client{server: server, service: HTTPS, version: version, closing: "graceful"}
					// crypto/tls offers no session IDs in TLS 1.2.
					resumes := cache && version == tls.VersionTLS13 && kind.name != "gnutls"
					wait := 100 * time.Millisecond
					if resumes {
						wait = 5 * time.Second
					}
					before := counts(HTTPS)
					offer := c.prime(t, wait)
					seen := c.run(t, n, offer)
					seen.Full++ // the priming
					if got := counts(HTTPS).Sub(before); got != seen {
						t.Errorf("%s: the server saw %+v, the client %+v", tls.VersionName(version), got, seen)
					}
					if resumes != (seen.Resumed == n) || !resumes && seen.Resumed > 0 {
						t.Errorf("%s: %d of %d resumed", tls.VersionName(version), seen.Resumed, n)
					}
				}
			})
		}
	}
}

func TestAborted(t *testing.T) {
	const n = 5
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, counts := kind.start(t, Options{})
			for range n {
				_, err := tls.Dial("tcp", server.TLS, &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"})
				if err == nil {
					t.Fatal("a client without a root trusts the server")
				}
			}
			if got := counts(TLS); got != (Counts{Aborted: n}) {
				t.Errorf("the server saw %+v, want %d aborted", got, n)
			}
		})
	}
}

// A client that keeps its connection open delays the counts; later requests on
// it are no handshakes.
func TestKeepAlive(t *testing.T) {
	for _, kind := range kinds {
		if kind.name == "openssl" || kind.name == "gnutls" {
			continue // they answer one request, and s_server one connection at a time
		}
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, counts := kind.start(t, Options{})
			c := client{server: server, service: HTTPS, version: tls.VersionTLS13, closing: "graceful"}
			c.dial(t, &session{}, func(conn *tls.Conn) {
				get(t, conn, "localhost")
				get(t, conn, "localhost")
				if got := counts(HTTPS); got != (Counts{Full: 1}) {
					t.Errorf("the server saw %+v, want one full handshake", got)
				}
			})
		})
	}
}

func TestOptions(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, _ := kind.start(t, Options{
				MaxTLS: tls.VersionTLS12, Key: keyRSA, Groups: "P-384", Workers: 2, CPUs: "0",
			})
			state := client{server: server, service: TLS, closing: "graceful"}.dial(t, &session{}, nil)
			if state.Version != tls.VersionTLS12 || state.CurveID != tls.CurveP384 {
				t.Errorf("got %s and %v, want TLS 1.2 and P-384", tls.VersionName(state.Version), state.CurveID)
			}
			if got := state.PeerCertificates[0].PublicKeyAlgorithm; got != x509.RSA {
				t.Errorf("the leaf's key is %v, want RSA", got)
			}
			if got := len(state.PeerCertificates); got != 2 {
				t.Errorf("the server sent %d certificates, want leaf and intermediate", got)
			}
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", server.PID))
			if err != nil {
				t.Skip("no /proc: the pinning is not checked")
			}
			if !strings.Contains(string(status), "Cpus_allowed_list:\t0\n") {
				t.Errorf("process %d is not pinned to CPU 0", server.PID)
			}
		})
	}
}

func TestStops(t *testing.T) {
	for _, kind := range kinds {
		var server Server
		if !t.Run(kind.name, func(t *testing.T) { server, _ = kind.start(t, Options{}) }) || server.HTTPS == "" {
			continue
		}
		for _, addr := range []string{server.HTTPS, server.TLS} {
			if conn, err := net.Dial("tcp", addr); err == nil {
				conn.Close()
				t.Errorf("%s still listens on %s after its test", kind.name, addr)
			}
		}
	}
}
