package enginetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

// listenQUIC serves requests, with a configuration of the test's.
func (s suite) listenQUIC(t *testing.T, config *tls.Config, handler http.HandlerFunc) (address string) {
	return NewQUICServer(t, QUICOptions{Handler: handler, Config: func(c *tls.Config) {
		config.MinVersion = c.MinVersion
		*c = *config.Clone()
	}}).Address
}

func (s suite) quicFailures(t *testing.T) {
	hurry := func(_ *testing.T, a *bench.Arm) { a.Timeout = soon }
	for _, tt := range []struct {
		name    string
		answer  func([]byte) []byte // of a fake
		fake    bool
		options func(*testing.T, *QUICOptions) // of a server
		arm     func(*testing.T, *bench.Arm)
		trusted bool
		class   bench.ErrorClass
		phase   bench.Phase
	}{
		{name: "dns each time", fake: true, arm: func(_ *testing.T, a *bench.Arm) {
			a.Target.Host, a.Net.ResolveEach = unknownHost, true
		}, class: bench.ClassDNS, phase: bench.DNS},
		{name: "closed port", fake: true, arm: func(t *testing.T, a *bench.Arm) { _, a.Target.Port, _ = net.SplitHostPort(testserve.ClosedUDP(t)) },
			class: bench.ClassConnectRefused, phase: bench.TLSPhase},
		{name: "silence", fake: true, arm: hurry, class: bench.ClassQUICTimeout, phase: bench.TLSPhase},
		{name: "garbage", fake: true, answer: func([]byte) []byte { return []byte("\xff\xfe\xfd\xfc\xfb\xfa\xf9") }, arm: hurry,
			class: bench.ClassQUICTimeout, phase: bench.TLSPhase},
		{name: "echo", fake: true, answer: echo, arm: hurry, class: bench.ClassQUICTimeout, phase: bench.TLSPhase},
		{name: "another version", fake: true, answer: forge(draft29), class: bench.ClassQUICVersion, phase: bench.TLSPhase},
		{name: "always another version", fake: true, answer: never, arm: hurry, class: bench.ClassQUICVersion, phase: bench.TLSPhase},
		{name: "the version that was offered", fake: true, answer: forge(version1), arm: hurry, class: bench.ClassQUICVersion, phase: bench.TLSPhase},

		{name: "another protocol", options: func(_ *testing.T, o *QUICOptions) {
			o.Config = func(c *tls.Config) { c.NextProtos = []string{"elsewhere"} }
		}, class: bench.Alert("no_application_protocol"), phase: bench.TLSPhase},
		{name: "alert", options: func(_ *testing.T, o *QUICOptions) {
			o.Config = func(c *tls.Config) {
				c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no") }
			}
		}, class: bench.Alert("internal_error"), phase: bench.TLSPhase},
		{name: "no group in common", options: func(_ *testing.T, o *QUICOptions) {
			o.Config = func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP384} }
		}, arm: func(_ *testing.T, a *bench.Arm) { a.TLS.Groups = []string{"X25519"} },
			class: bench.Alert("handshake_failure"), phase: bench.TLSPhase},
		{name: "refused", options: func(_ *testing.T, o *QUICOptions) {
			o.Transport = func(tr *quic.Transport) {
				tr.ConnContext = func(context.Context, *quic.ClientInfo) (context.Context, error) { return nil, errors.New("no") }
			}
		}, class: bench.ClassReset, phase: bench.TLSPhase},
		{name: "untrusted", options: func(t *testing.T, o *QUICOptions) {
			other, _ := testcert.New(t, nil)
			o.Config = func(c *tls.Config) { c.Certificates[0] = other }
		}, class: bench.ClassCertificate, phase: bench.TLSPhase},
		{name: "expired", options: func(t *testing.T, o *QUICOptions) {
			old, _ := testcert.New(t, func(x *x509.Certificate) { x.NotAfter = time.Now().Add(-24 * time.Hour) })
			o.Config = func(c *tls.Config) { c.Certificates[0] = old }
		}, class: bench.ClassCertificate, phase: bench.TLSPhase},
		{name: "wrong name", options: func(*testing.T, *QUICOptions) {}, arm: func(_ *testing.T, a *bench.Arm) {
			a.TLS.ServerName = "elsewhere.example"
		}, class: bench.ClassCertificate, phase: bench.TLSPhase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var arm bench.Arm
			if tt.fake {
				arm = s.arm(listenDatagrams(t, tt.answer), nil, tls.VersionTLS13)
			} else {
				var o QUICOptions
				tt.options(t, &o)
				server := NewQUICServer(t, o)
				arm = s.arm(server.Address, server.Roots, tls.VersionTLS13)
			}
			if tt.arm != nil {
				tt.arm(t, &arm)
			}
			s.failsTwice(t, arm, tt.class, tt.phase)
		})
	}
}

// A client is done before the server has seen its certificate, as over TCP. But
// a refusal is told as one, whenever it comes.
func (s suite) quicClientCertificate(t *testing.T) {
	pair, trusted := testcert.New(t, func(x *x509.Certificate) { x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	server := NewQUICServer(t, QUICOptions{Config: func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, trusted
	}})
	arm := s.arm(server.Address, server.Roots, tls.VersionTLS13)
	t.Run("missing", func(t *testing.T) {
		d := s.open(t, arm)
		for i := range 5 { // more often than a server is waited for that sends nothing
			sample, _ := Attempt(t, d, bench.Offer{Prime: i%2 == 0})
			wantFailure(t, sample, bench.Alert("certificate_required"), bench.TLSPhase)
		}
	})
	t.Run("given", func(t *testing.T) {
		arm.Target.ClientCert = &pair
		d := s.open(t, arm)
		if sample, _ := Succeed(t, d, bench.Offer{}); sample.Kind != bench.Full || !sample.CertAsked || sample.Cert != 1 || sample.Unconfirmed {
			t.Errorf("full: kind %v, asked %t, certificate %d, unconfirmed %t", sample.Kind, sample.CertAsked, sample.Cert, sample.Unconfirmed)
		}
		if sample, _ := Succeed(t, d, bench.Offer{Session: primed(t, d)}); sample.Kind != bench.PSK || sample.CertAsked || sample.Cert != 0 {
			t.Errorf("kind %v, asked %t, certificate %d", sample.Kind, sample.CertAsked, sample.Cert)
		}
	})
}

// quicHTTPFailures are what can go wrong after a good handshake.
func (s suite) quicHTTPFailures(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		class   bench.ErrorClass
	}{
		{"never answers", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, bench.ClassHTTPTimeout},
		{"stops in the body", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("five."))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, bench.ClassHTTPTimeout},
		{"resets the request", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, bench.ClassHTTP},
		{"closes", func(_ http.ResponseWriter, r *http.Request) {
			_ = connOf(r).CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "bye")
		}, bench.ClassReset},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := NewQUICServer(t, QUICOptions{Handler: tt.handler})
			arm := s.arm(server.Address, server.Roots, tls.VersionTLS13)
			if tt.class == bench.ClassHTTPTimeout {
				arm.Timeout = 2 * soon
			}
			for _, sample := range s.twice(t, arm, bench.Request) {
				wantLateFailure(t, sample, tt.class)
			}
		})
	}
}

func quicChainSize(t *testing.T, address string) (size int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := quic.DialAddr(ctx, address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{http3.NextProtoH3}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cert := range conn.ConnectionState().TLS.PeerCertificates {
		size += len(cert.Raw)
	}
	_ = conn.CloseWithError(0, "")
	return size
}
