package enginetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench/target"
	"tlsbench/bench/testcert"
)

// QUICOptions are what a QUICServer differs in from the usual one.
type QUICOptions struct {
	// Config, where not nil, edits its TLS configuration, and Transport what is
	// below.
	Config    func(*tls.Config)
	Transport func(*quic.Transport)
	// No0RTT has it reject 0-RTT data.
	No0RTT   bool
	Versions []quic.Version
	Address  string // empty for a free port
	Handler  http.HandlerFunc
}

// QUICServer is a server of HTTP/3 for what the tool's own cannot be told: other
// versions of QUIC, other keys, an end and a new beginning. It counts what it saw.
type QUICServer struct {
	Address string
	Roots   *x509.CertPool
	stop    func()

	mu     sync.Mutex
	counts target.Counts
	early  int
}

// Counts are the handshakes that it completed.
func (s *QUICServer) Counts() target.Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

// Early is how many of them it took 0-RTT data in.
func (s *QUICServer) Early() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.early
}

// Close ends it before the test does.
func (s *QUICServer) Close() { s.stop() }

// NewQUICServer starts one, until the test ends.
func NewQUICServer(t testing.TB, o QUICOptions) *QUICServer {
	t.Helper()
	cert, roots := testcert.New(t, nil)
	config := &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{http3.NextProtoH3}, MinVersion: tls.VersionTLS13}
	if o.Config != nil {
		o.Config(config)
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	socket, err := net.ListenPacket("udp", o.Address)
	if err != nil {
		t.Fatal(err)
	}
	transport := &quic.Transport{Conn: socket}
	if o.Transport != nil {
		o.Transport(transport)
	}
	listener, err := transport.ListenEarly(config, &quic.Config{
		Allow0RTT: !o.No0RTT, Versions: o.Versions, HandshakeIdleTimeout: time.Minute, MaxIdleTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &QUICServer{Address: socket.LocalAddr().String(), Roots: roots}
	handler := o.Handler
	if handler == nil {
		handler = ok
	}
	h3 := &http3.Server{Handler: handler, ConnContext: func(ctx context.Context, c *quic.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := listener.Accept(context.Background())
			if err != nil {
				return
			}
			work.Go(func() { s.count(conn) })
			work.Go(func() { _ = h3.ServeQUICConn(conn) })
		}
	})
	s.stop = sync.OnceFunc(func() {
		_ = listener.Close()
		_ = h3.Close()
		_ = transport.Close()
		_ = socket.Close()
		work.Wait()
	})
	t.Cleanup(s.stop)
	return s
}

type connKey struct{}

// connOf is the connection of a request.
func connOf(r *http.Request) *quic.Conn { return r.Context().Value(connKey{}).(*quic.Conn) }

func (s *QUICServer) count(conn *quic.Conn) {
	select {
	case <-conn.HandshakeComplete():
	case <-conn.Context().Done():
		// It may be both.
		if err := context.Cause(conn.Context()); !errors.As(err, new(*quic.ApplicationError)) {
			return
		}
		select {
		case <-conn.HandshakeComplete():
		default:
			return
		}
	}
	state := conn.ConnectionState()
	s.mu.Lock()
	defer s.mu.Unlock()
	if state.TLS.DidResume {
		s.counts.PSK++
	} else {
		s.counts.Full++
	}
	if state.Used0RTT {
		s.early++
	}
}
