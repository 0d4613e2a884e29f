// Package enginetest holds the conformance table that every engine must pass.
//
// An engine is believed when it says what a handshake was, what it took and
// why it failed, so each of its claims is checked against a witness: the
// server's own counts, the records as the server's end of the connection saw
// them, or a server that fails in one known way.
package enginetest

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/bench/target"
)

// patience is how long a working attempt may take on a busy machine. soon is
// the timeout of attempts that are to run into it.
const (
	patience = 20 * time.Second
	soon     = 150 * time.Millisecond
)

// Run checks an engine. arm is a template of what the engine serves: its
// request and its ALPN, and that it is over QUIC where it is; target, versions and trust are the table's.
func Run(t *testing.T, engine bench.Engine, arm bench.Arm) {
	s := suite{engine: engine, template: arm, quic: arm.QUIC()}
	for _, part := range s.parts() {
		t.Run(part.name, func(t *testing.T) { part.run(s, t) })
	}
}

type part struct {
	name string
	run  func(suite, *testing.T)
	of   func(suite) bool // which engines and arms have it, nil for all
}

// parts are those that the suite's family of servers can be asked, and that its
// arm has.
func (s suite) parts() []part {
	all := overTCP()
	if s.quic {
		all = overQUIC()
	}
	return slices.DeleteFunc(all, func(p part) bool { return p.of != nil && !p.of(s) })
}

func overTCP() []part {
	return []part{
		{"kinds", suite.kinds, nil},
		{"another server's session", suite.foreignSession, nil},
		{"no tickets", suite.noTickets, nil},
		{"session IDs", suite.sessionIDs, nil},
		{"frozen session on simultaneous connections", suite.frozen, nil},
		{"fair arms", suite.fair, nil},
		{"bytes", suite.bytes, nil},
		{"phases", suite.phases, nil},
		{"facts", suite.facts, nil},
		{"hello retry", suite.helloRetry, nil},
		{"failures", suite.failures, nil},
		{"client certificate", suite.clientCertificate, nil},
		{"proxies", suite.proxies, nil},
		{"client certificate without tickets", suite.certificateWithoutTickets, suite.handshakes},
		{"client certificates in turn", suite.certificatesInTurn, nil},
		{"encrypted client hello", suite.ech, nil},
		{"stapled", suite.stapled, nil},
		{"cancelled", suite.cancelled, nil},
		{"responses", suite.responses, suite.requests},
		{"http failures", suite.httpFailures, suite.requests},
		{"one connection an attempt", suite.oneConnection, suite.http2}, // other versions repeat no requests
		{"nothing left behind", suite.leavesNothing, nil},
	}
}

func overQUIC() []part {
	return []part{
		{"kinds", suite.kinds, nil},
		{"another server's session", suite.foreignSession, nil},
		{"no tickets", suite.noTickets, nil},
		{"frozen session on simultaneous connections", suite.frozen, nil},
		{"fair arms", suite.fair, nil},
		{"bytes", suite.datagrams, nil},
		{"phases", suite.phases, nil},
		{"facts", suite.facts, nil},
		{"hello retry", suite.helloRetry, nil},
		{"failures", suite.quicFailures, nil},
		{"client certificate", suite.quicClientCertificate, nil},
		{"encrypted client hello", suite.ech, nil},
		{"cancelled", suite.cancelled, nil},
		{"responses", suite.responses, suite.requests},
		{"http failures", suite.quicHTTPFailures, suite.requests},
		{"nothing left behind", suite.leavesNothing, nil},
	}
}

type suite struct {
	engine   bench.Engine
	template bench.Arm
	quic     bool // over QUIC; else over TCP
}

func (s suite) requests() bool { return s.template.HTTP.Method != "" }

func (s suite) handshakes() bool { return !s.requests() }

func (s suite) http2() bool {
	for _, proto := range s.template.TLS.ALPN {
		if proto == "h2" {
			return true
		}
	}
	return false
}

// arm is the template for one server.
func (s suite) arm(address string, roots *x509.CertPool, version bench.Version) bench.Arm {
	arm := s.template
	host, port, _ := net.SplitHostPort(address)
	arm.Target = bench.Target{
		URL: bench.SchemeHTTPS + "://" + address + "/", Scheme: bench.SchemeHTTPS,
		Host: host, Port: port, Path: "/", Roots: roots,
	}
	arm.TLS.MinVersion, arm.TLS.MaxVersion = version, version
	arm.Net.Close = s.closeModes()[0]
	arm.Timeout = patience
	return arm
}

// closeModes are the ways in which connections end.
func (s suite) closeModes() []bench.CloseMode {
	if s.quic {
		return []bench.CloseMode{""}
	}
	return []bench.CloseMode{bench.CloseReset, bench.CloseGraceful}
}

// open returns a dialer that is closed with the test.
func (s suite) open(t *testing.T, arm bench.Arm) bench.Dialer {
	t.Helper()
	client := s.openClient(t, arm)
	d := client.Dialer()
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the dialer: %v", err)
		}
	})
	return d
}

func (s suite) openClient(t *testing.T, arm bench.Arm) bench.Client {
	t.Helper()
	if err := s.engine.Check(arm); err != nil {
		t.Fatalf("Check: %v", err)
	}
	client, err := s.engine.Open(context.Background(), arm)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("closing the client: %v", err)
		}
	})
	return client
}

// primed returns a session of the dialer's server.
func primed(t testing.TB, d bench.Dialer) session.Session {
	t.Helper()
	_, granted := Succeed(t, d, bench.Offer{Prime: true})
	if len(granted) == 0 {
		t.Fatal("priming granted no session")
	}
	return granted[len(granted)-1]
}

// wantFailure compares how an attempt failed.
func wantFailure(t *testing.T, s bench.Sample, class bench.ErrorClass, phase bench.Phase) {
	t.Helper()
	if s.Failure == nil {
		t.Fatalf("succeeded (%v, status %d), want %s in phase %s", s.Kind, s.Status, class, phase)
	}
	if s.Failure.Class != class || s.Failure.Phase != phase || s.Failure.Err == nil {
		t.Errorf("got %v, want %s in phase %s", s.Failure, class, phase)
	}
}

// wantLateFailure is wantFailure after a good handshake: whether the request
// was written before the server failed is a matter of who was faster.
func wantLateFailure(t *testing.T, s bench.Sample, class bench.ErrorClass) {
	t.Helper()
	phase := bench.TTFB
	if s.Failure != nil && s.Failure.Phase == bench.Request {
		phase = bench.Request
	}
	wantFailure(t, s, class, phase)
}

// running is a server that counts.
type running struct {
	target.Endpoint
	Counts func() target.Counts
}

// embedded starts the tool's own server, of the suite's family.
func (s suite) embedded(t *testing.T, edit func(*target.Settings)) (running, *x509.CertPool) {
	t.Helper()
	settings := target.DefaultSettings()
	if edit != nil {
		edit(&settings)
	}
	if s.quic {
		settings.Proto = target.ProtoH3
	}
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("closing the server: %v", err)
		}
	})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.Endpoint().RootsPEM)
	return running{server.Endpoint(), server.Counts}, roots
}

// wantCounts waits until the server has counted as many handshakes as the
// client made: in TLS 1.3 the client is done first.
func wantCounts(t *testing.T, server running, want target.Counts) {
	t.Helper()
	var got target.Counts
	if !Eventually(func() bool { got = server.Counts(); return got == want }) {
		t.Errorf("the server counted %+v, the client %+v", got, want)
	}
}
