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
// request and its ALPN; target, versions and trust are the table's.
func Run(t *testing.T, engine bench.Engine, arm bench.Arm) {
	s := suite{engine: engine, template: arm}
	for _, part := range []struct {
		name string
		run  func(suite, *testing.T)
	}{
		{"kinds", suite.kinds},
		{"another server's session", suite.foreignSession},
		{"no tickets", suite.noTickets},
		{"session IDs", suite.sessionIDs},
		{"frozen session on simultaneous connections", suite.frozen},
		{"fair arms", suite.fair},
		{"bytes", suite.bytes},
		{"phases", suite.phases},
		{"facts", suite.facts},
		{"hello retry", suite.helloRetry},
		{"failures", suite.failures},
		{"client certificate", suite.clientCertificate},
		{"cancelled", suite.cancelled},
		{"responses", suite.responses},
		{"http failures", suite.httpFailures},
		{"one connection an attempt", suite.oneConnection},
		{"nothing left behind", suite.leavesNothing},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(s, t) })
	}
}

type suite struct {
	engine   bench.Engine
	template bench.Arm
}

func (s suite) requests() bool { return s.template.HTTP.Method != "" }

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
	arm.Net.Close = bench.CloseReset
	arm.Timeout = patience
	return arm
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

// attempt makes one connection, failed or not.
func attempt(t *testing.T, d bench.Dialer, offer bench.Offer) (bench.Sample, []session.Session) {
	t.Helper()
	var s bench.Sample
	s.Reset()
	s.Facts = &bench.Facts{}
	granted, err := d.Dial(context.Background(), offer, &s)
	if err != nil {
		t.Fatalf("Dial ended the run: %v", err)
	}
	return s, granted
}

// succeed makes one connection that must not fail.
func succeed(t *testing.T, d bench.Dialer, offer bench.Offer) (bench.Sample, []session.Session) {
	t.Helper()
	s, granted := attempt(t, d, offer)
	if s.Failure != nil {
		t.Fatalf("failed: %v", s.Failure)
	}
	return s, granted
}

// primed returns a session of the dialer's server.
func primed(t *testing.T, d bench.Dialer) session.Session {
	t.Helper()
	_, granted := succeed(t, d, bench.Offer{Prime: true})
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

// embedded starts the tool's own server.
func embedded(t *testing.T, edit func(*target.Settings)) (*target.Server, *x509.CertPool) {
	t.Helper()
	settings := target.DefaultSettings()
	if edit != nil {
		edit(&settings)
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
	return server, roots
}

// wantCounts waits until the server has counted as many handshakes as the
// client made: in TLS 1.3 the client is done first.
func wantCounts(t *testing.T, server *target.Server, want target.Counts) {
	t.Helper()
	var got target.Counts
	if !eventually(func() bool { got = server.Counts(); return got == want }) {
		t.Errorf("the server counted %+v, the client %+v", got, want)
	}
}

// eventually asks until the answer is yes, for what another goroutine or the
// kernel ends in its own time.
func eventually(is func() bool) bool {
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
