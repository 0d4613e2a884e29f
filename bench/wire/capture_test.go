package wire

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"tlsbench/bench/testcert"
)

// recorder is the client's end of a connection. It keeps what passes.
type recorder struct {
	net.Conn
	sent, received []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.received = append(r.received, p[:n]...)
	return n, err
}

func (r *recorder) Write(p []byte) (int, error) {
	r.sent = append(r.sent, p...)
	return r.Conn.Write(p)
}

// queue is the server's end. Its writes do not wait for the client to read:
// in TLS 1.3 a server sends its tickets while the client sends Finished.
type queue struct {
	net.Conn
	writes chan []byte
}

func (q queue) Write(p []byte) (int, error) {
	q.writes <- bytes.Clone(p)
	return len(p), nil
}

func (q queue) run() {
	for p := range q.writes {
		if _, err := q.Conn.Write(p); err != nil {
			return // the client sees it
		}
	}
}

// handshake is a real one between the two ends of crypto/tls.
type handshake struct {
	name           string
	sent, received []byte
	state          tls.ConnectionState // the client's
	certificates   int                 // bytes of the chain
}

// shake makes a handshake and reads a byte after it, and so the tickets of TLS
// 1.3 before that.
func shake(t testing.TB, name string, client, server *tls.Config) handshake {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	for _, end := range []net.Conn{near, far} {
		if err := end.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	q := queue{far, make(chan []byte, 64)} // more than a server writes
	go q.run()
	served := make(chan error, 1)
	go func() {
		defer close(q.writes)
		_, err := tls.Server(q, server).Write([]byte{1})
		served <- err
	}()
	conn := &recorder{Conn: near}
	c := tls.Client(conn, client)
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatalf("%s: client: %v", name, err)
	}
	if err := <-served; err != nil {
		t.Fatalf("%s: server: %v", name, err)
	}
	h := handshake{name: name, sent: conn.sent, received: conn.received, state: c.ConnectionState()}
	for _, cert := range server.Certificates[0].Certificate {
		h.certificates += len(cert)
	}
	return h
}

const (
	full12    = "1.2 full"
	ticket12  = "1.2 resumed"
	noTicket  = "1.2 without tickets"
	full13    = "1.3 full"
	resumed13 = "1.3 resumed"
	retry13   = "1.3 retry"
)

var (
	captureOnce sync.Once
	captures    = map[string]handshake{}
)

// captured are the handshakes of crypto/tls, by name.
func captured(t testing.TB) map[string]handshake {
	t.Helper()
	captureOnce.Do(func() {
		for _, h := range captureAll(t) {
			captures[h.name] = h
		}
	})
	return captures
}

func captureAll(t testing.TB) []handshake {
	cert, roots := testcert.New(t, nil)
	client := func(version uint16) *tls.Config {
		return &tls.Config{
			RootCAs: roots, ServerName: "server.test",
			MinVersion: version, MaxVersion: version,
			ClientSessionCache: tls.NewLRUClientSessionCache(4),
		}
	}
	server := func() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{cert}} }

	client12, server12 := client(tls.VersionTLS12), server()
	client13, server13 := client(tls.VersionTLS13), server()
	mute := server()
	mute.SessionTicketsDisabled = true
	guessing, picky := client(tls.VersionTLS13), server()
	guessing.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384}
	picky.CurvePreferences = []tls.CurveID{tls.CurveP384}

	return []handshake{
		shake(t, full12, client12, server12),
		shake(t, ticket12, client12, server12),
		shake(t, noTicket, client(tls.VersionTLS12), mute),
		shake(t, full13, client13, server13),
		shake(t, resumed13, client13, server13),
		shake(t, retry13, guessing, picky),
	}
}
