package servertest

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// client makes single connections with crypto/tls, as a tool under test would.
type client struct {
	server  Server
	service Service
	version uint16
	closing string // "graceful" or "rst"
	sni     string // "127.0.0.1" if empty
}

// session is a cache of one connection: it offers one session and keeps the
// latest that the server grants.
type session struct {
	offer, granted *tls.ClientSessionState
	onGrant        func()
}

func (s *session) Get(string) (*tls.ClientSessionState, bool) { return s.offer, s.offer != nil }

func (s *session) Put(_ string, granted *tls.ClientSessionState) {
	if granted != nil {
		s.granted = granted
	}
	if s.onGrant != nil {
		s.onGrant()
	}
}

// dial makes one handshake and hands the connection to use, if there is one.
func (c client) dial(t *testing.T, s *session, use func(*tls.Conn)) tls.ConnectionState {
	t.Helper()
	addr := c.server.TLS
	if c.service == HTTPS {
		addr = c.server.HTTPS
	}
	roots, err := readRoots(c.server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if c.closing == "rst" {
		if err := raw.(*net.TCPConn).SetLinger(0); err != nil {
			t.Fatal(err)
		}
	}
	conn := tls.Client(raw, &tls.Config{
		RootCAs: roots, ServerName: cmp.Or(c.sni, "127.0.0.1"), ClientSessionCache: s,
		MinVersion: c.version, MaxVersion: c.version,
	})
	defer conn.Close()
	if err := conn.Handshake(); err != nil {
		t.Fatalf("handshake with %s: %v", addr, err)
	}
	if c.service == HTTPS {
		get(t, conn, cmp.Or(c.sni, "localhost"))
	}
	if use != nil {
		use(conn)
	}
	return conn.ConnectionState()
}

// get makes one request and returns the body of the response.
func get(t *testing.T, conn net.Conn, host string) string {
	t.Helper()
	request, err := http.NewRequest("GET", "https://"+host+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := request.Write(conn); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %s", response.Status)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// prime returns a session that the server grants within wait, or nil.
func (c client) prime(t *testing.T, wait time.Duration) *tls.ClientSessionState {
	t.Helper()
	s := new(session)
	c.dial(t, s, func(conn *tls.Conn) {
		if s.granted != nil {
			return
		}
		past := sync.OnceFunc(func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
		s.onGrant = past // ends the Read, in which TLS 1.3 tickets arrive
		_ = conn.SetReadDeadline(time.Now().Add(wait))
		_, _ = conn.Read(make([]byte, 1))
	})
	return s.granted
}

// run makes n connections that offer the same session, or none, and counts
// what the client observed.
func (c client) run(t *testing.T, n int, offer *tls.ClientSessionState) Counts {
	t.Helper()
	var seen Counts
	for range n {
		if c.dial(t, &session{offer: offer}, nil).DidResume {
			seen.Resumed++
		} else {
			seen.Full++
		}
	}
	return seen
}
