package enginetest

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/target"
)

// An HTTP/2 client likes to repeat a request that the server says it did not
// serve: on a connection more, whose handshake would be counted as the first
// one's.
func (s suite) oneConnection(t *testing.T) {
	if !s.http2() {
		t.Skip("only HTTP/2 repeats requests")
	}
	// SETTINGS, then GOAWAY with last stream 0 and no error (RFC 9113 section
	// 6.8).
	const goAway = "\x00\x00\x00\x04\x00\x00\x00\x00\x00" +
		"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	var connections atomic.Int32
	config, roots := s.serverConfig(t)
	address := listenTLS(t, config, func(c *tls.Conn) {
		connections.Add(1)
		readHead(c)
		_, _ = io.WriteString(c, goAway)
		silence(c)
	})
	d := s.open(t, s.arm(address, roots, tls.VersionTLS13))
	const n = 3
	for range n {
		sample, _ := attempt(t, d, bench.Offer{})
		wantLateFailure(t, sample, bench.ClassHTTP)
	}
	if got := connections.Load(); got != n {
		t.Errorf("%d attempts made %d connections", n, got)
	}
}

// In TLS 1.3 the client is done before the server has seen its certificate, so
// a refusal shows at the first read. Where nothing is read, the handshake
// counts as completed: no client could know better.
func (s suite) clientCertificate(t *testing.T) {
	server, roots := embedded(t, func(s *target.Settings) { s.ClientAuth = target.ClientAuthRequire })
	endpoint := server.Endpoint()
	t.Run("given", func(t *testing.T) {
		pair, err := tls.X509KeyPair(endpoint.ClientCertPEM, endpoint.ClientKeyPEM)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range resumption() {
			arm := s.arm(endpoint.Address, roots, r.version)
			arm.Target.ClientCert = &pair
			d := s.open(t, arm)
			if sample, _ := succeed(t, d, bench.Offer{Session: primed(t, d)}); sample.Kind != r.kind {
				t.Errorf("kind %v, want %v", sample.Kind, r.kind)
			}
		}
	})
	t.Run("missing in TLS 1.2", func(t *testing.T) {
		sample, _ := attempt(t, s.open(t, s.arm(endpoint.Address, roots, tls.VersionTLS12)), bench.Offer{})
		// RFC 5246 has no alert of its own for it (section 7.4.6).
		wantFailure(t, sample, bench.Alert("handshake_failure"), bench.TLSPhase)
	})
	// This server hears the client out, so that no reset overtakes its alert.
	config, roots := s.serverConfig(t)
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	address := s.listenPatient(t, config)
	t.Run("missing in TLS 1.3", func(t *testing.T) {
		d := s.open(t, s.arm(address, roots, tls.VersionTLS13))
		for range 5 { // more often than a server is waited for that sends nothing
			sample, _ := attempt(t, d, bench.Offer{Prime: true})
			if s.requests() {
				wantLateFailure(t, sample, bench.Alert("certificate_required"))
			} else {
				wantFailure(t, sample, bench.Alert("certificate_required"), bench.TLSPhase)
			}
		}
	})
	if !s.requests() {
		t.Run("missing in TLS 1.3, not read", func(t *testing.T) {
			succeed(t, s.open(t, s.arm(address, roots, tls.VersionTLS13)), bench.Offer{})
		})
	}
}
