package probe_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
	"tlsbench/bench/target"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/testserve"
)

// want is what a server does with one mechanism.
type want struct {
	granted int
	uses    probe.Uses
	abrupt  probe.Verdict
}

// absent is a mechanism that a server does not have.
var absent = want{0, probe.UsesUnknown, probe.NotTested}

// Each property at a server that has it and at one that lacks it.
func TestServers(t *testing.T) {
	type options = servertest.Options
	good, never := probe.Reusable, probe.NeverUsed
	for _, c := range []struct {
		name            string
		server          string
		options         options
		id, ticket, psk want
		retry           bool
	}{
		{"tickets", "nginx", options{}, absent, want{1, good, probe.Yes}, want{2, good, probe.Yes}, false},
		{"cache", "nginx", options{NoTickets: true, SessionCache: true},
			want{1, good, probe.Yes}, absent, want{2, good, probe.Yes}, false},
		// Without a cache the tickets of TLS 1.3 name nothing.
		{"neither", "nginx", options{NoTickets: true}, absent, absent, want{2, never, probe.NotTested}, false},
		{"tickets", "openssl", options{}, absent, want{1, good, probe.Yes}, want{2, good, probe.Yes}, false},
		// OpenSSL drops a session from its cache after a bare FIN.
		{"cache", "openssl", options{NoTickets: true, SessionCache: true},
			want{1, good, probe.No}, absent, want{2, good, probe.Yes}, false},
		{"single use", "openssl", options{AntiReplay: true},
			want{1, good, probe.No}, want{1, good, probe.Yes}, want{2, probe.SingleUse, probe.Yes}, false},
		{"cache", "gnutls", options{NoTickets: true, SessionCache: true},
			want{1, good, probe.Yes}, absent, absent, false},
		// gnutls-serv names its sessions although it keeps none.
		{"retry", "gnutls", options{Groups: "P-384"},
			want{1, never, probe.NotTested}, want{1, good, probe.Yes}, want{2, good, probe.Yes}, true},
		{"both", "haproxy", options{SessionCache: true, Groups: "P-384"},
			want{1, good, probe.Yes}, want{1, good, probe.Yes}, want{2, good, probe.Yes}, true},
	} {
		t.Run(c.server+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.server, c.options)
			res := probed(t, planFor(t, s.CAFile, s.HTTPS))
			for m, want := range map[session.Mechanism]want{session.ByID: c.id, session.ByTicket: c.ticket, session.ByPSK: c.psk} {
				got := mechanism(t, res, 0, m)
				if got.Granted == nil || got.Granted.Min != want.granted || got.Granted.Max != want.granted {
					t.Errorf("%s: granted %+v, want %d", m, got.Granted, want.granted)
				}
				if got.Uses != want.uses || got.Abrupt.Verdict != want.abrupt {
					t.Errorf("%s: uses %s %q, after an abrupt close %s; want %+v",
						m, got.Uses, got.Reuse.Pattern, got.Abrupt.Verdict, want)
				}
				checkSimultaneous(t, got)
				if m == session.ByID && got.TicketBytes != nil || m != session.ByID && got.AnyGranted() && *got.TicketBytes < 32 {
					t.Errorf("%s: tickets of %v bytes", m, got.TicketBytes)
				}
				if m == session.ByPSK && got.AnyGranted() && *got.Lifetime < time.Hour {
					t.Errorf("%s: lifetime %v", m, got.Lifetime)
				}
			}
			if reusable := c.psk.uses == good || c.psk == absent; reusable != (verdictOf(t, res, "reuse") == probe.Pass) {
				t.Errorf("reuse: %s", verdictOf(t, res, "reuse"))
			}
			for _, v := range res.Places[0].Versions {
				if supported := v.Version >= tls.VersionTLS12; supported != (v.Supported == probe.Yes) {
					t.Errorf("TLS %s: %s", v.Version, v.Supported)
				}
				if v.HelloRetry != nil && *v.HelloRetry != (c.retry && v.Version == tls.VersionTLS13) {
					t.Errorf("TLS %s: HelloRetryRequest %v", v.Version, *v.HelloRetry)
				}
				if v.Supported == probe.Yes && (v.Key != "ECDSA P-256" || *v.Chain != 1 || *v.CertificateBytes < 500) {
					t.Errorf("TLS %s: %s, %d beside the leaf, %d bytes", v.Version, v.Key, *v.Chain, *v.CertificateBytes)
				}
			}
		})
	}
}

// checkSimultaneous compares simultaneous use with the use one after the other.
func checkSimultaneous(t *testing.T, m probe.MechanismResult) {
	t.Helper()
	accepted := map[probe.Uses]int{probe.Reusable: m.Simultaneous.Of, probe.SingleUse: 1}[m.Uses]
	if m.AnyGranted() && (m.Simultaneous.Of != probe.DefaultSimultaneous || m.Simultaneous.Accepted != accepted) {
		t.Errorf("%s: simultaneously %+v", m.Mechanism, m.Simultaneous)
	}
}

func start(t *testing.T, server string, o servertest.Options) servertest.Server {
	t.Helper()
	switch server {
	case "nginx":
		return servertest.Nginx(t, o).Server
	case "openssl":
		return servertest.OpenSSL(t, o).Server
	case "gnutls":
		return servertest.GnuTLS(t, o).Server
	default:
		return servertest.HAProxy(t, o).Server
	}
}

func TestOldVersions(t *testing.T) {
	t.Parallel()
	s := servertest.OpenSSL(t, servertest.Options{MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS11, Key: "rsa-2048", NoTickets: true, SessionCache: true})
	res := probed(t, planFor(t, s.CAFile, s.TLS))
	for _, v := range res.Places[0].Versions {
		if old := v.Version < tls.VersionTLS12; old != (v.Supported == probe.Yes) || !old && v.Supported != probe.No {
			t.Errorf("TLS %s: %s, %v", v.Version, v.Supported, v.Failure)
		}
	}
	if id := mechanism(t, res, 0, session.ByID); id.Version != tls.VersionTLS11 || id.Uses != probe.Reusable {
		t.Errorf("%s in TLS %s: %s %s", id.Mechanism, id.Version, id.Uses, id.Reuse.Why)
	}
}

// A server that does not know of TLS 1.3 answers in an older version. That is
// no failure.
func TestBeforeTLS13(t *testing.T) {
	hello := append([]byte{0x16, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, make([]byte, 32)...)
	hello = append(hello, 0, 0xc0, 0x2b, 0) // no session ID, a suite, no compression
	address := testserve.Each(t, func(c *net.TCPConn) {
		c.Read(make([]byte, 4096))
		c.Write(hello)
		c.Read(make([]byte, 4096)) // its alert
	})
	p := planFor(t, "", address)
	p.Versions = []bench.Version{tls.VersionTLS13}
	if v := probed(t, p).Places[0].Versions[0]; v.Supported != probe.No {
		t.Errorf("%s: %v", v.Supported, v.Failure)
	}
}

// embedded starts the tool's own server.
func embedded(t *testing.T, edit func(*target.Settings)) (probe.Plan, *target.Server) {
	t.Helper()
	settings := target.DefaultSettings()
	edit(&settings)
	s, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p := planFor(t, "", s.Endpoint().Address)
	p.Target.Roots = x509.NewCertPool()
	p.Target.Roots.AppendCertsFromPEM(s.Endpoint().RootsPEM)
	return p, s
}

// The server's own counts say the same as the client's.
func TestEmbedded(t *testing.T) {
	for _, tickets := range []bool{true, false} {
		t.Run(fmt.Sprintf("tickets=%v", tickets), func(t *testing.T) {
			t.Parallel()
			p, s := embedded(t, func(s *target.Settings) { s.Tickets, s.Key, s.Chain = tickets, target.RSA2048, 8 })
			res := probed(t, p)
			var accepted int64
			for _, m := range []session.Mechanism{session.ByTicket, session.ByPSK} {
				got := mechanism(t, res, 0, m)
				if got.AnyGranted() != tickets || tickets && got.Uses != probe.Reusable {
					t.Errorf("%s granted %v, %s", m, got.Granted, got.Uses)
				}
				accepted += int64(got.Reuse.Accepted + got.Simultaneous.Accepted + got.Abrupt.Accepted)
			}
			for _, mx := range res.Matrices {
				accepted += int64(mx.Cells[0][0].Accepted)
			}
			resumed := func() int64 { n := s.Counts(); return n.Ticket + n.PSK }
			// In TLS 1.3 the client is done before the server.
			for deadline := time.Now().Add(5 * time.Second); resumed() < accepted && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			if got := resumed(); got != accepted {
				t.Errorf("the server resumed %d, the probe says %d", got, accepted)
			}
			if v := res.Places[0].Versions[3]; v.Key != "RSA 2048" || *v.Chain != 8 || *v.CertificateBytes < 5000 {
				t.Errorf("%+v", v)
			}
			if ids := mechanism(t, res, 0, session.ByID); ids.AnyGranted() {
				t.Errorf("a Go server granted session IDs: %+v", ids)
			}
		})
	}
}

func TestWaterfall(t *testing.T) {
	for _, tickets := range []bool{true, false} {
		t.Run(fmt.Sprintf("tickets=%v", tickets), func(t *testing.T) {
			t.Parallel()
			p, _ := embedded(t, func(s *target.Settings) { s.Tickets = tickets })
			arm := p.Template
			arm.HTTP.Method, arm.TLS.ALPN = "GET", []string{"http/1.1"}
			p.Waterfall = &arm
			w := probed(t, p).Waterfall
			if w == nil || w.Full.Kind != bench.Full || w.Full.Status != 200 || w.Full.Failure != nil {
				t.Fatalf("%+v", w)
			}
			if tickets != (w.Resumed != nil) || tickets != (w.Why == "") {
				t.Fatalf("%+v", w)
			}
			if tickets && w.Resumed.Kind != bench.PSK {
				t.Errorf("resumed: %s", w.Resumed.Kind)
			}
			for _, at := range w.Full.Phases {
				if (at.Took == nil) != slices.Contains([]bench.Phase{bench.DNS, bench.Proxy, bench.StartTLS}, at.Phase) {
					t.Errorf("phase %s: %v", at.Phase, at.Took)
				}
			}
		})
	}
}

func TestAgesOfServers(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{})
	p := planFor(t, s.CAFile, s.TLS)
	p.Ages = []time.Duration{700 * time.Millisecond, 2 * time.Hour}
	p.Versions = []bench.Version{tls.VersionTLS13}
	psk := mechanism(t, probed(t, p), 0, session.ByPSK)
	if a := psk.Ages[0]; a.Verdict != probe.Yes || *a.Actual < a.Age {
		t.Errorf("%+v", a)
	}
	// nginx grants for an hour, so the client would not offer it after two.
	if a := psk.Ages[1]; a.Verdict != probe.NotTested || a.Actual != nil {
		t.Errorf("%+v", a)
	}
}
