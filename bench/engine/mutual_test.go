package engine_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/target"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/testcert"

	"golang.org/x/crypto/ocsp"
)

// signed is a client certificate that ca issued.
func signed(t *testing.T, ca tls.Certificate, until time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func forClients(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	c.Subject.CommonName = "clients"
}

// No handshake that a server refused counts as completed, and none that it
// completed as failed: as many succeeded as the server says.
func TestRefusedClientCertificatesAreFailures(t *testing.T) {
	ca, _ := testcert.New(t, forClients)
	foreign, _ := testcert.New(t, forClients)
	own := servertest.Options{ClientCert: &ca}
	noTickets := own
	noTickets.NoTickets = true
	type service struct {
		name    string
		address func(t *testing.T) (string, func() servertest.Counts)
		engine  bench.Engine
		status  bool // refuses by HTTP status
	}
	haproxy := func(o servertest.Options, which servertest.Service) func(t *testing.T) (string, func() servertest.Counts) {
		return func(t *testing.T) (string, func() servertest.Counts) {
			s := servertest.HAProxy(t, o)
			address := s.TLS
			if which == servertest.HTTPS {
				address = s.HTTPS
			}
			return address, func() servertest.Counts { return s.Counts(which) }
		}
	}
	openssl := func(o servertest.Options) func(t *testing.T) (string, func() servertest.Counts) {
		return func(t *testing.T) (string, func() servertest.Counts) {
			s := servertest.OpenSSL(t, o)
			return s.TLS, s.Counts
		}
	}
	nginx := func(t *testing.T) (string, func() servertest.Counts) {
		s := servertest.Nginx(t, own)
		return s.HTTPS, func() servertest.Counts { return s.Counts(servertest.HTTPS) }
	}
	for _, s := range []service{
		{"openssl, tls", openssl(own), cryptotls.Engine{}, false},
		{"openssl without tickets, tls", openssl(noTickets), cryptotls.Engine{}, false},
		{"openssl, https", openssl(own), nethttp.Engine{}, false},
		{"haproxy, tls", haproxy(own, servertest.HTTPS), cryptotls.Engine{}, false},
		{"haproxy without tickets, tls", haproxy(noTickets, servertest.HTTPS), cryptotls.Engine{}, false},
		{"haproxy, https", haproxy(own, servertest.HTTPS), nethttp.Engine{}, false},
		{"nginx, https", nginx, nethttp.Engine{}, true},
	} {
		t.Run(s.name, func(t *testing.T) {
			address, counts := s.address(t)
			for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
				for name, c := range map[string]struct {
					cert *tls.Certificate
					good bool
				}{
					"good":    {signed(t, ca, time.Now().Add(time.Hour)), true},
					"missing": {nil, false},
					"foreign": {&foreign, false},
					"expired": {signed(t, ca, time.Now().Add(-time.Hour)), false},
				} {
					t.Run("TLS "+version.String()+", "+name, func(t *testing.T) {
						a := arm(t, s.engine, address, version, bench.WantFull)
						a.Target.ClientCert = c.cert
						d := dialerOf(t, s.engine, a)
						before := counts()
						const n = 6
						completed := 0
						for range n {
							var sample bench.Sample
							sample.Reset()
							if _, err := d.Dial(context.Background(), bench.Offer{}, &sample); err != nil {
								t.Fatal(err)
							}
							switch f := sample.Failure; {
							case f == nil && (sample.Status >= 400) == (s.status && !c.good):
								completed++
							case f == nil:
								t.Errorf("status %d", sample.Status)
							case f.Class != bench.ClassReset && !strings.HasPrefix(string(f.Class), string(bench.ClassAlert)):
								t.Errorf("failed as %v", f)
							}
							if sample.Unconfirmed {
								t.Error("neither accepted nor refused")
							}
						}
						if got := counts().Sub(before); got.Full != completed || got.Full+got.Aborted != n {
							t.Errorf("the server counted %+v, the client %d of %d", got, completed, n)
						}
						if want := map[bool]int{true: n, false: 0}[c.good || s.status]; completed != want {
							t.Errorf("%d completed, want %d", completed, want)
						}
					})
				}
			}
		})
	}
}

// The embedded server counts as failed what it refuses.
func TestEmbeddedServerRefusesClientCertificates(t *testing.T) {
	foreign, _ := testcert.New(t, forClients)
	expired, _ := testcert.New(t, func(c *x509.Certificate) { forClients(c); c.NotAfter = time.Now().Add(-time.Hour) })
	settings := target.DefaultSettings()
	settings.ClientAuth = target.ClientAuthRequire
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, e := range []bench.Engine{cryptotls.Engine{}, nethttp.Engine{}} {
		for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
			for name, cert := range map[string]*tls.Certificate{"missing": nil, "foreign": &foreign, "expired": &expired} {
				t.Run(e.Name()+", TLS "+version.String()+", "+name, func(t *testing.T) {
					a := arm(t, e, server.Endpoint().Address, version, bench.WantFull)
					a.Target.ClientCert = cert
					d := dialerOf(t, e, a)
					before := server.Counts()
					for range 6 {
						var sample bench.Sample
						sample.Reset()
						if _, err := d.Dial(t.Context(), bench.Offer{}, &sample); err != nil || sample.Failure == nil {
							t.Errorf("succeeded with status %d, error %v", sample.Status, err)
						}
					}
					if got := server.Counts(); got.Full != before.Full {
						t.Errorf("the server completed %d", got.Full-before.Full)
					}
				})
			}
		}
	}
}

// A real server's staple is weighed.
func TestStapleOfOpenSSL(t *testing.T) {
	cert, _ := testcert.New(t, nil)
	response, err := ocsp.CreateResponse(cert.Leaf, cert.Leaf, ocsp.Response{
		Status: ocsp.Good, SerialNumber: cert.Leaf.SerialNumber, ThisUpdate: time.Now(),
	}, cert.PrivateKey.(crypto.Signer))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "staple")
	if err := os.WriteFile(file, response, 0o600); err != nil {
		t.Fatal(err)
	}
	s := servertest.OpenSSL(t, servertest.Options{Staple: file})
	for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
		d := dialerOf(t, cryptotls.Engine{}, arm(t, cryptotls.Engine{}, s.TLS, version, bench.WantFull))
		var sample bench.Sample
		sample.Reset()
		sample.Facts = &bench.Facts{}
		if _, err := d.Dial(t.Context(), bench.Offer{}, &sample); err != nil || sample.Failure != nil {
			t.Fatal(err, sample.Failure)
		}
		if sample.Facts.OCSPSize != len(response) {
			t.Errorf("TLS %v: an OCSP response of %d bytes, want %d", version, sample.Facts.OCSPSize, len(response))
		}
	}
}
