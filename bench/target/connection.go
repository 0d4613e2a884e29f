package target

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

const (
	// handshakeTimeout is well above two round trips of maxRTT, and above what
	// a client waits: with thousands of handshakes at the same time each takes
	// as long as all of them, and it is the client's to give one up.
	handshakeTimeout = 3 * time.Minute

	// acceptPause spares the CPU while accepting fails, as it does for want of
	// file descriptors.
	acceptPause = 10 * time.Millisecond
)

// accept gives every connection a goroutine, until the server closes.
func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		switch {
		case err == nil:
			if !s.open(conn) {
				conn.Close()
				return
			}
			go s.handshake(conn)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			time.Sleep(acceptPause)
		}
	}
}

// handshake performs and counts one handshake here rather than in net/http,
// which tells nobody how it ended. http.Server then gets the connection.
func (s *Server) handshake(conn net.Conn) {
	secured := tls.Server(conn, s.config)
	conn.SetDeadline(time.Now().Add(handshakeTimeout)) // an error shows in the handshake
	burn(s.endpoint.Settings.Burn)
	err := secured.HandshakeContext(context.Background())
	if err != nil {
		s.counters.failed.Add(1)
	} else {
		s.counters.completed(secured.ConnectionState())
		conn.SetDeadline(time.Time{})
	}
	if err != nil || !s.ready.give(secured) {
		conn.Close()
		s.done(conn)
	}
}

// connState learns from http.Server that a connection has ended.
func (s *Server) connState(conn net.Conn, state http.ConnState) {
	if secured, ok := conn.(*tls.Conn); ok && state == http.StateClosed {
		s.done(secured.NetConn())
	}
}

// open enters a connection that done will remove. It refuses once the server
// closes.
func (s *Server) open(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = struct{}{}
	s.work.Add(1) // the accept loop runs, so the count is above zero and Close may wait already
	return true
}

func (s *Server) done(conn net.Conn) {
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
	s.work.Done()
}

// handoff is the listener through which http.Server gets connections whose
// handshake is done.
type handoff struct {
	addr   net.Addr
	conns  chan *tls.Conn
	closed chan struct{}
}

func newHandoff(addr net.Addr) *handoff {
	return &handoff{addr: addr, conns: make(chan *tls.Conn), closed: make(chan struct{})}
}

// give reports whether http.Server took the connection.
func (h *handoff) give(conn *tls.Conn) bool {
	select {
	case h.conns <- conn:
		return true
	case <-h.closed:
		return false
	}
}

// Accept returns a *tls.Conn, by which http.Server knows that it is HTTPS.
func (h *handoff) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close is called once, by http.Server.Close.
func (h *handoff) Close() error {
	close(h.closed)
	return nil
}

// Addr is the TCP listener's.
func (h *handoff) Addr() net.Addr { return h.addr }
