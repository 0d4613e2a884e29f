package enginetest

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/bench/testcert"
)

// In TLS 1.3 the client is done before the server has seen its certificate. A
// handshake that the server then refuses is no success, whether or not anything
// is read on the connection for another reason.
func (s suite) clientCertificate(t *testing.T) {
	server, roots := s.embedded(t, func(s *target.Settings) { s.ClientAuth = target.ClientAuthRequire })
	endpoint := server.Endpoint
	t.Run("given", func(t *testing.T) {
		pair, err := tls.X509KeyPair(endpoint.ClientCertPEM, endpoint.ClientKeyPEM)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.resumption() {
			arm := s.arm(endpoint.Address, roots, r.version)
			arm.Target.ClientCert = &pair
			d := s.open(t, arm)
			if sample, _ := Succeed(t, d, bench.Offer{}); sample.Kind != bench.Full || !sample.CertAsked || sample.Cert != 1 || sample.Unconfirmed {
				t.Errorf("full: kind %v, asked %t, certificate %d, unconfirmed %t", sample.Kind, sample.CertAsked, sample.Cert, sample.Unconfirmed)
			}
			if sample, _ := Succeed(t, d, bench.Offer{Session: primed(t, d)}); sample.Kind != r.kind || sample.CertAsked || sample.Cert != 0 {
				t.Errorf("kind %v, asked %t, certificate %d, want %v and none", sample.Kind, sample.CertAsked, sample.Cert, r.kind)
			}
		}
	})
	t.Run("missing in TLS 1.2", func(t *testing.T) {
		sample, _ := Attempt(t, s.open(t, s.arm(endpoint.Address, roots, tls.VersionTLS12)), bench.Offer{})
		// RFC 5246 has no alert of its own for it (section 7.4.6).
		wantFailure(t, sample, bench.Alert("handshake_failure"), bench.TLSPhase)
	})
	// This server hears the client out, so that no reset overtakes its alert.
	config, roots := s.serverConfig(t)
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	address := s.listenPatient(t, config)
	foreign, _ := testcert.New(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	for name, c := range map[string]struct {
		cert  *tls.Certificate
		alert string
	}{"missing": {nil, "certificate_required"}, "foreign": {&foreign, "unknown_ca"}} {
		for _, prime := range []bool{false, true} {
			t.Run(name+" in TLS 1.3", func(t *testing.T) {
				arm := s.arm(address, roots, tls.VersionTLS13)
				arm.Target.ClientCert = c.cert
				d := s.open(t, arm)
				for range 5 { // more often than a server is waited for that sends nothing
					sample, _ := Attempt(t, d, bench.Offer{Prime: prime})
					if s.requests() {
						wantLateFailure(t, sample, bench.Alert(c.alert))
					} else {
						wantFailure(t, sample, bench.Alert(c.alert), bench.TLSPhase)
					}
				}
			})
		}
	}
}

// Of a server that grants no tickets only the end of the connection tells
// whether it took the certificate, where no answer to a request does.
func (s suite) certificateWithoutTickets(t *testing.T) {
	cert, _ := testcert.New(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	config, roots := s.serverConfig(t)
	config.ClientAuth, config.SessionTicketsDisabled = tls.RequireAnyClientCert, true
	for name, c := range map[string]struct {
		serve       func(*tls.Conn)
		n           int
		unconfirmed bool
		failure     bench.ErrorClass
	}{
		"closes in turn": {func(c *tls.Conn) { silence(c) }, 4, false, ""},
		"says nothing":   {func(c *tls.Conn) { silence(c.NetConn()) }, 1, true, ""},
		"goes away":      {func(*tls.Conn) {}, 1, false, bench.ClassReset},
	} {
		t.Run(name, func(t *testing.T) {
			address := listenTLS(t, config, c.serve)
			arm := s.arm(address, roots, tls.VersionTLS13)
			arm.Target.ClientCert = &cert
			d := s.open(t, arm)
			for range c.n {
				sample, _ := Attempt(t, d, bench.Offer{})
				if c.failure != "" {
					wantFailure(t, sample, c.failure, bench.TLSPhase)
				} else if sample.Failure != nil || sample.Unconfirmed != c.unconfirmed || sample.Cert != 1 {
					t.Errorf("failure %v, unconfirmed %t, certificate %d", sample.Failure, sample.Unconfirmed, sample.Cert)
				}
			}
		})
	}
}

// Several certificates are presented in turn, whichever worker connects.
func (s suite) certificatesInTurn(t *testing.T) {
	var seen [3]atomic.Int32
	config, roots := s.serverConfig(t)
	config.ClientAuth = tls.RequireAnyClientCert
	arm := s.arm("", roots, tls.VersionTLS13)
	var certs []tls.Certificate
	for i := range seen {
		cert, _ := testcert.New(t, func(c *x509.Certificate) { c.Subject.CommonName = string(rune('a' + i)) })
		certs = append(certs, cert)
		arm.TLS.CertFiles = append(arm.TLS.CertFiles, testcert.File(t, cert))
	}
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		if !cs.DidResume {
			seen[cs.PeerCertificates[0].Subject.CommonName[0]-'a'].Add(1)
		}
		return nil
	}
	host, port, _ := net.SplitHostPort(s.listenHTTP(t, config, ok, nil))
	arm.Target.Host, arm.Target.Port = host, port
	client := s.openClient(t, arm)
	a, b := client.Dialer(), client.Dialer()
	defer a.Close()
	defer b.Close()
	for i := range 2 * len(certs) {
		d := []bench.Dialer{a, b}[i%2]
		if sample, _ := Succeed(t, d, bench.Offer{}); sample.Cert != i%len(certs)+1 {
			t.Errorf("connection %d presented %d", i, sample.Cert)
		}
	}
	_, granted := Succeed(t, a, bench.Offer{Prime: true})
	if len(granted) == 0 {
		t.Fatal("no session")
	}
	// It belongs to the certificate that it was granted under.
	if sample, _ := Succeed(t, b, bench.Offer{Session: granted[0]}); sample.Kind != bench.PSK || sample.Cert != 0 {
		t.Errorf("resumed as %v with certificate %d", sample.Kind, sample.Cert)
	}
	for i, want := range []int32{3, 2, 2} {
		if got := seen[i].Load(); got != want {
			t.Errorf("the server saw certificate %d %d times, want %d", i+1, got, want)
		}
	}
}
