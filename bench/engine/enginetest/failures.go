package enginetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

// unknownHost never leaves this machine: a label of 64 bytes is too long for
// the DNS, so that the resolver refuses it without asking.
var unknownHost = strings.Repeat("x", 64) + ".invalid"

func (s suite) failures(t *testing.T) {
	t.Run("dns at Open", func(t *testing.T) {
		arm := s.arm("127.0.0.1:1", nil, tls.VersionTLS13)
		arm.Target.Host = unknownHost
		_, err := s.engine.Open(context.Background(), arm)
		var failure *bench.Failure
		if !errors.As(err, &failure) || failure.Class != bench.ClassDNS || failure.Phase != bench.DNS {
			t.Errorf("Open: %v", err)
		}
	})
	for _, tt := range failing() {
		t.Run(tt.name, func(t *testing.T) {
			config, roots := s.serverConfig(t)
			arm := s.arm("127.0.0.1:1", roots, tls.VersionTLS13)
			switch {
			case tt.raw != nil:
				arm = s.arm(testserve.Each(t, tt.raw), roots, tls.VersionTLS13)
			case tt.tls != nil:
				tt.tls(t, config)
				if tt.trusted {
					roots = x509.NewCertPool()
					roots.AddCert(config.Certificates[0].Leaf)
				}
				arm = s.arm(listenTLS(t, config, func(c *tls.Conn) { silence(c) }), roots, tls.VersionTLS13)
			}
			if tt.arm != nil {
				tt.arm(t, &arm)
			}
			s.failsTwice(t, arm, tt.class, tt.phase)
		})
	}
}

// failsTwice makes two attempts, for a failed one must not spoil the next.
func (s suite) failsTwice(t *testing.T, arm bench.Arm, class bench.ErrorClass, phase bench.Phase) {
	t.Helper()
	for _, sample := range s.twice(t, arm, phase) {
		wantFailure(t, sample, class, phase)
	}
}

// twice makes two attempts that are to fail in a phase, or later.
func (s suite) twice(t *testing.T, arm bench.Arm, phase bench.Phase) (samples [2]bench.Sample) {
	t.Helper()
	for again := true; again; arm.Timeout *= 2 {
		again = false
		d := s.open(t, arm)
		for i := range samples {
			var granted []session.Session
			if samples[i], granted = Attempt(t, d, bench.Offer{}); len(granted) != 0 {
				t.Errorf("a failed attempt granted %d sessions", len(granted))
			}
			again = again || tooSoon(samples[i], arm, phase)
		}
	}
	return samples
}

// tooSoon says that an attempt which is to run into a short timeout did so
// before the phase that is meant, as it may on a busy machine. With a longer one
// it would not.
func tooSoon(s bench.Sample, arm bench.Arm, phase bench.Phase) bool {
	return s.Failure != nil && s.Failure.Phase < phase && arm.Timeout < patience
}

type failure struct {
	name    string
	raw     func(*net.TCPConn)
	tls     func(*testing.T, *tls.Config)
	arm     func(*testing.T, *bench.Arm)
	trusted bool // whatever certificate the server ends up with
	class   bench.ErrorClass
	phase   bench.Phase
}

func failing() []failure {
	hurry := func(_ *testing.T, a *bench.Arm) { a.Timeout = soon }
	says := func(text string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			readHead(c)
			_, _ = io.WriteString(c, text)
			silence(c)
		}
	}
	// The beginning of a ServerHello that promises 122 bytes.
	const begun = "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"
	return []failure{
		{name: "dns each time", arm: func(_ *testing.T, a *bench.Arm) {
			a.Target.Host, a.Net.ResolveEach = unknownHost, true
		}, class: bench.ClassDNS, phase: bench.DNS},
		{name: "refused", arm: func(t *testing.T, a *bench.Arm) { _, a.Target.Port, _ = net.SplitHostPort(testserve.Closed(t)) },
			class: bench.ClassConnectRefused, phase: bench.Connect},
		// A simulated round trip longer than the timeout is a SYN that nobody
		// answers in time, on every platform.
		{name: "connect timeout", arm: func(_ *testing.T, a *bench.Arm) {
			a.Timeout, a.Target.RTT = soon, time.Minute
		}, class: bench.ClassConnectTimeout, phase: bench.Connect},

		{name: "answers in HTTP", raw: says("HTTP/1.1 400 Bad Request\r\n\r\n"), class: bench.ClassNotTLS, phase: bench.TLSPhase},
		{name: "answers with garbage", raw: says("\xff\xfe\xfd\xfc\xfb\xfa\xf9"), class: bench.ClassNotTLS, phase: bench.TLSPhase},
		{name: "speaks first, SSH", raw: func(c *net.TCPConn) {
			_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n")
			silence(c)
		}, class: bench.ClassNotTLS, phase: bench.TLSPhase},
		{name: "record too long", raw: says("\x16\x03\x03\xff\xff" + begun), class: bench.ClassNotTLS, phase: bench.TLSPhase},

		{name: "alert protocol_version", tls: func(_ *testing.T, c *tls.Config) { c.MaxVersion = tls.VersionTLS12 },
			class: bench.Alert("protocol_version"), phase: bench.TLSPhase},
		{name: "alert handshake_failure", tls: func(*testing.T, *tls.Config) {}, arm: func(_ *testing.T, a *bench.Arm) {
			a.TLS.MinVersion, a.TLS.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
			a.TLS.Ciphers = []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"} // the key is ECDSA
		}, class: bench.Alert("handshake_failure"), phase: bench.TLSPhase},
		{name: "alert by number", raw: says("\x15\x03\x03\x00\x02\x02\x70"),
			class: bench.Alert("unrecognized_name"), phase: bench.TLSPhase},

		{name: "untrusted", tls: func(t *testing.T, c *tls.Config) {
			c.Certificates[0], _ = testcert.New(t, nil)
		}, class: bench.ClassCertificate, phase: bench.TLSPhase},
		{name: "expired", tls: func(t *testing.T, c *tls.Config) {
			c.Certificates[0], _ = testcert.New(t, func(x *x509.Certificate) { x.NotAfter = time.Now().Add(-24 * time.Hour) })
		}, trusted: true, class: bench.ClassCertificate, phase: bench.TLSPhase},
		{name: "wrong name", tls: func(*testing.T, *tls.Config) {}, arm: func(_ *testing.T, a *bench.Arm) {
			a.TLS.ServerName = "elsewhere.example"
		}, class: bench.ClassCertificate, phase: bench.TLSPhase},

		{name: "accepts and says nothing", raw: func(c *net.TCPConn) { silence(c) }, arm: hurry,
			class: bench.ClassHandshakeTimeout, phase: bench.TLSPhase},
		{name: "stops in its first flight", raw: says(begun), arm: hurry,
			class: bench.ClassHandshakeTimeout, phase: bench.TLSPhase},
		{name: "stops in a record's header", raw: says(begun[:3]), arm: hurry,
			class: bench.ClassHandshakeTimeout, phase: bench.TLSPhase},

		{name: "closes at once", raw: func(c *net.TCPConn) { readHead(c) }, class: bench.ClassReset, phase: bench.TLSPhase},
		{name: "resets", raw: func(c *net.TCPConn) { readHead(c); _ = c.SetLinger(0) }, class: bench.ClassReset, phase: bench.TLSPhase},
		{name: "closes in a record", raw: func(c *net.TCPConn) { readHead(c); _, _ = io.WriteString(c, begun) },
			class: bench.ClassReset, phase: bench.TLSPhase},
		{name: "closes in a record's header", raw: func(c *net.TCPConn) { readHead(c); _, _ = io.WriteString(c, begun[:3]) },
			class: bench.ClassReset, phase: bench.TLSPhase},
	}
}
