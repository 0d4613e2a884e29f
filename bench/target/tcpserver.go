package target

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
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

// tcpServer is what serves HTTP/1.1 and HTTP/2.
type tcpServer struct {
	settings Settings
	config   *tls.Config
	counters *counters
	listener net.Listener
	http     *http.Server
	ready    *handoff

	work  sync.WaitGroup // the accept loop, http.Server.Serve, and every open connection
	mu    sync.Mutex
	conns map[net.Conn]struct{} // accepted and not yet closed; nil once the server closes
}

func listenTCP(s Settings, keys *pki, address *net.TCPAddr, counters *counters) (*tcpServer, error) {
	listener, err := net.Listen("tcp", address.String())
	if err != nil {
		return nil, err
	}
	if s.RTT > 0 {
		delayed, err := newDelayListener(listener, s.RTT)
		if err != nil {
			return nil, errors.Join(err, listener.Close())
		}
		listener = delayed
	}
	server := &tcpServer{
		settings: s,
		config:   serverConfig(s, keys),
		counters: counters,
		listener: listener,
		ready:    newHandoff(listener.Addr()),
		conns:    map[net.Conn]struct{}{},
	}
	server.http = &http.Server{
		Handler:   http.HandlerFunc(answer),
		ErrorLog:  log.New(io.Discard, "", 0),
		ConnState: server.connState,
	}
	server.work.Go(server.accept)
	server.work.Go(func() { server.http.Serve(server.ready) }) // ends with an error only when it is closed
	return server, nil
}

func (s *tcpServer) addr() net.Addr { return s.listener.Addr() }

func (s *tcpServer) close() error {
	s.mu.Lock()
	conns := s.conns
	s.conns = nil
	s.mu.Unlock()
	var err error
	if conns != nil {
		err = s.listener.Close()
		for c := range conns {
			c.Close() // an error is of no use: the connection ends either way
		}
		err = errors.Join(err, s.http.Close())
	}
	s.work.Wait()
	return err
}

// accept gives every connection a goroutine, until the server closes.
func (s *tcpServer) accept() {
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
func (s *tcpServer) handshake(conn net.Conn) {
	secured := tls.Server(conn, s.config)
	conn.SetDeadline(time.Now().Add(handshakeTimeout)) // an error shows in the handshake
	burn(s.settings.Burn)
	err := secured.HandshakeContext(context.Background())
	if err != nil {
		s.counters.failed.Add(1)
	} else {
		s.counters.completed(secured.ConnectionState(), false)
		conn.SetDeadline(time.Time{})
	}
	if err != nil || !s.ready.give(secured) {
		conn.Close()
		s.done(conn)
	}
}

// connState learns from http.Server that a connection has ended.
func (s *tcpServer) connState(conn net.Conn, state http.ConnState) {
	if secured, ok := conn.(*tls.Conn); ok && state == http.StateClosed {
		s.done(secured.NetConn())
	}
}

// open enters a connection that done will remove. It refuses once the server
// closes.
func (s *tcpServer) open(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = struct{}{}
	s.work.Add(1) // the accept loop runs, so the count is above zero and Close may wait already
	return true
}

func (s *tcpServer) done(conn net.Conn) {
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
