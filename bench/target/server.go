package target

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// Endpoint is what a client must know of a listening server. With client
// authentication it holds a private key: it goes to the client and nowhere
// else, not into a log or a result.
type Endpoint struct {
	Address       string   `json:"address"`        // host:port, on loopback
	Path          string   `json:"path,omitempty"` // what to request, where it is not "/"
	PID           int      `json:"pid,omitempty"`  // the process that serves, where it is not the child
	RootsPEM      []byte   `json:"roots_pem"`
	ClientCertPEM []byte   `json:"client_cert_pem,omitempty"` // only with client authentication
	ClientKeyPEM  []byte   `json:"client_key_pem,omitempty"`  // PKCS #8
	Settings      Settings `json:"settings,omitzero"`
}

// Server is an embedded server in this process. It answers any HTTP request
// (HTTP/1.1, or HTTP/2 where ALPN chose it) with a short fixed body, and
// leaves a connection without one open until the client closes it.
type Server struct {
	endpoint Endpoint
	config   *tls.Config
	listener net.Listener
	http     *http.Server
	ready    *handoff
	counters counters

	work  sync.WaitGroup // the accept loop, http.Server.Serve, and every open connection
	mu    sync.Mutex
	conns map[net.Conn]struct{} // accepted and not yet closed; nil once the server closes
}

// Listen starts a server with fresh certificates on a loopback address; port 0
// is a free one. Large RSA keys take a second or more to make.
func Listen(s Settings, address string) (*Server, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	if !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("embedded server: %q is not a loopback address: its certificate is for localhost, 127.0.0.1 and ::1 only", address)
	}
	keys, err := newPKI(s)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	listener, err := net.Listen("tcp", tcp.String())
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	endpoint := Endpoint{
		Address:       listener.Addr().String(),
		RootsPEM:      keys.rootPEM,
		ClientCertPEM: keys.clientCertPEM,
		ClientKeyPEM:  keys.clientKeyPEM,
		Settings:      s,
	}
	if s.RTT > 0 {
		delayed, err := newDelayListener(listener, s.RTT)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("embedded server: %w", err), listener.Close())
		}
		listener = delayed
	}
	server := &Server{
		endpoint: endpoint,
		config:   serverConfig(s, keys),
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

// Endpoint says how to reach the server.
func (s *Server) Endpoint() Endpoint { return s.endpoint }

// Counts is how many handshakes have ended in each way so far. In TLS 1.3 the
// client is done before the server has read its Finished: whoever compares
// waits until the sum is right, or reads it after a response.
func (s *Server) Counts() Counts { return s.counters.read() }

// Close cuts every connection and returns once nothing of the server runs.
// Closing it again does nothing.
func (s *Server) Close() error {
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
