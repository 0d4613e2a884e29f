package enginetest

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"slices"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// sessionIDs resumes from a server's cache. crypto/tls has no server for that,
// so the witness is nginx.
func (s suite) sessionIDs(t *testing.T) {
	for _, tt := range []struct {
		name  string
		setup servertest.Options
	}{
		{"tickets off", servertest.Options{NoTickets: true, SessionCache: true}},
		{"tickets on", servertest.Options{SessionCache: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nginx := servertest.Nginx(t, tt.setup)
			arm := s.arm(s.service(nginx), roots(t, nginx.CAFile), tls.VersionTLS12)
			arm.Want = bench.WantSessionID
			d := s.open(t, arm)
			id := primed(t, d)
			if id.Mechanism() != session.ByID {
				t.Fatalf("priming granted a %s", id.Mechanism())
			}
			const n = 5
			for range n {
				sample, _ := Succeed(t, d, bench.Offer{Session: id})
				if sample.Kind != bench.SessionID || !sample.Offered || sample.RoundTrips != 1 {
					t.Errorf("kind %v, offered %t, %d round trips", sample.Kind, sample.Offered, sample.RoundTrips)
				}
				full, _ := Succeed(t, d, bench.Offer{})
				if full.Kind != bench.Full || full.Offered || full.RoundTrips != 2 {
					t.Errorf("without an offer: kind %v, offered %t, %d round trips", full.Kind, full.Offered, full.RoundTrips)
				}
			}
			if got, want := s.counts(nginx), (servertest.Counts{Full: n + 1, Resumed: n}); got != want {
				t.Errorf("the server counted %+v, want %+v", got, want)
			}
		})
	}
	t.Run("advertises what a full arm does", func(t *testing.T) {
		nginx := servertest.Nginx(t, servertest.Options{NoTickets: true, SessionCache: true})
		arm := s.arm(s.service(nginx), roots(t, nginx.CAFile), tls.VersionTLS12)
		arm.Want = bench.WantSessionID
		id := primed(t, s.open(t, arm))

		config, roots := s.serverConfig(t)
		hellos := make(chan []uint16, 2)
		config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			hellos <- slices.Sorted(slices.Values(hello.Extensions))
			return nil, nil
		}
		arm = s.arm(s.listenHTTP(t, config, ok, nil), roots, tls.VersionTLS12)
		arm.Want = bench.WantSessionID
		arm.TLS.Insecure = true // the session's certificate is another server's
		offered, _ := Succeed(t, s.open(t, arm), bench.Offer{Session: id})
		arm.Want = bench.WantFull
		Succeed(t, s.open(t, arm), bench.Offer{})
		withID, full := <-hellos, <-hellos
		if !offered.Offered || !slices.Equal(withID, full) || !slices.Contains(full, sessionTicketExtension) {
			t.Errorf("session-id advertises %v, full %v", withID, full)
		}
	})
	t.Run("whichever is granted", func(t *testing.T) {
		nginx := servertest.Nginx(t, servertest.Options{NoTickets: true, SessionCache: true})
		arm := s.arm(s.service(nginx), roots(t, nginx.CAFile), tls.VersionTLS12)
		arm.Want = bench.WantResumed
		d := s.open(t, arm)
		if sample, _ := Succeed(t, d, bench.Offer{Session: primed(t, d)}); sample.Kind != bench.SessionID {
			t.Errorf("kind %v", sample.Kind)
		}
	})
	t.Run("none is granted", func(t *testing.T) {
		server, roots := s.embedded(t, nil)
		arm := s.arm(server.Address, roots, tls.VersionTLS12)
		arm.Want = bench.WantSessionID
		if _, granted := Succeed(t, s.open(t, arm), bench.Offer{Prime: true}); len(granted) != 0 {
			t.Errorf("%d sessions from a server without IDs", len(granted))
		}
	})
	t.Run("evicted", func(t *testing.T) {
		issuer := servertest.Nginx(t, servertest.Options{NoTickets: true, SessionCache: true})
		arm := s.arm(s.service(issuer), roots(t, issuer.CAFile), tls.VersionTLS12)
		arm.Want = bench.WantSessionID
		foreign := primed(t, s.open(t, arm))
		server := servertest.Nginx(t, servertest.Options{NoTickets: true, SessionCache: true})
		arm = s.arm(s.service(server), roots(t, server.CAFile), tls.VersionTLS12)
		arm.Want = bench.WantSessionID
		arm.TLS.Insecure = true // the session's certificate is the other server's
		sample, granted := Succeed(t, s.open(t, arm), bench.Offer{Session: foreign})
		if sample.Kind != bench.Full || !sample.Offered {
			t.Errorf("an unknown ID: kind %v, offered %t", sample.Kind, sample.Offered)
		}
		if len(granted) != 1 || granted[0].ID == foreign.ID {
			t.Errorf("the fallback granted %d sessions", len(granted))
		}
	})
}

// service is the listener for the suite's kind of connection.
func (s suite) service(n *servertest.NginxServer) string {
	if s.requests() {
		return n.HTTPS
	}
	return n.TLS
}

func (s suite) counts(n *servertest.NginxServer) servertest.Counts {
	if s.requests() {
		return n.Counts(servertest.HTTPS)
	}
	return n.Counts(servertest.TLS)
}

func roots(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("no certificate in %s", file)
	}
	return pool
}
