package session

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"testing"
	"time"

	"tlsbench/bench/testcert"
)

func versions() []uint16 { return []uint16{tls.VersionTLS12, tls.VersionTLS13} }

// server grants sessions over pipes.
type server struct {
	config *tls.Config
	roots  *x509.CertPool
}

func newServer(t testing.TB, version uint16) server {
	t.Helper()
	cert, roots := testcert.New(t, nil)
	return server{
		config: &tls.Config{
			Certificates: []tls.Certificate{cert},
			MinVersion:   version, MaxVersion: version,
		},
		roots: roots,
	}
}

// dialled is what one connection gave.
type dialled struct {
	resumed bool
	granted Session
	state   tls.ConnectionState
}

func (s server) dial(t testing.TB, offer Session) dialled {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	done := make(chan error, 1)
	go func() {
		defer far.Close()
		conn := tls.Server(far, s.config)
		_, err := conn.Write([]byte("x")) // so that the client reads the ticket of TLS 1.3
		done <- err
	}()
	var c cache
	c.offer = offer.State
	conn := tls.Client(near, &tls.Config{ServerName: "server.test", RootCAs: s.roots, ClientSessionCache: &c})
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	state := conn.ConnectionState()
	return dialled{
		resumed: state.DidResume, state: state,
		granted: Session{State: c.granted, Version: state.Version, Granted: time.Now()},
	}
}

// cache offers one session and keeps the last that is granted.
type cache struct{ offer, granted *tls.ClientSessionState }

func (c *cache) Get(string) (*tls.ClientSessionState, bool) { return c.offer, c.offer != nil }
func (c *cache) Put(_ string, s *tls.ClientSessionState)    { c.granted = s }

// granted are sessions of all mechanisms. The one with an ID is made from a
// real handshake and a secret of the test's own.
type granted struct{ ticket, psk, id Session }

func realSessions(t testing.TB) granted {
	t.Helper()
	tls12 := newServer(t, tls.VersionTLS12).dial(t, Session{})
	tls13 := newServer(t, tls.VersionTLS13).dial(t, Session{})
	id, secret := make([]byte, IDLength), make([]byte, 48)
	rand.Read(id)
	rand.Read(secret)
	byID, err := NewByID(&tls12.state, id, true, secret)
	if err != nil {
		t.Fatal(err)
	}
	if tls12.granted.IsZero() || tls13.granted.IsZero() {
		t.Fatal("no session was granted")
	}
	return granted{ticket: tls12.granted, psk: tls13.granted, id: byID}
}
