package target

import (
	"fmt"
	"net"
)

// Endpoint is what a client must know of a listening server. With client
// authentication it holds a private key: it goes to the client and nowhere
// else, not into a log or a result.
type Endpoint struct {
	Address       string `json:"address"`        // host:port, on loopback; of UDP with ProtoH3
	Path          string `json:"path,omitempty"` // what to request, where it is not "/"
	PID           int    `json:"pid,omitempty"`  // the process that serves, where it is not the child
	RootsPEM      []byte `json:"roots_pem"`
	ClientCertPEM []byte `json:"client_cert_pem,omitempty"` // only with client authentication
	ClientKeyPEM  []byte `json:"client_key_pem,omitempty"`  // PKCS #8
	// ECHConfigs is the ECHConfigList by which clients encrypt their hellos, only
	// with ECH; it is public.
	ECHConfigs []byte   `json:"ech_configs,omitempty"`
	Settings   Settings `json:"settings,omitzero"`
}

// Server is an embedded server in this process. It answers any HTTP request
// with a short fixed body, and leaves a connection without one open until the
// client closes it; over QUIC for half a minute at most, unless the client
// keeps it alive.
type Server struct {
	endpoint Endpoint
	counters counters
	service  service
}

// service is the part of a server that its transport makes different.
type service interface {
	addr() net.Addr

	// close cuts every connection and returns once nothing runs. Closing again
	// does nothing.
	close() error
}

// Listen starts a server with fresh certificates on a loopback address; port 0
// is a free one. Large RSA keys take a second or more to make.
func Listen(s Settings, address string) (*Server, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	where, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	if !where.IP.IsLoopback() {
		return nil, fmt.Errorf("embedded server: %q is not a loopback address: its certificate is for localhost, 127.0.0.1 and ::1 only", address)
	}
	keys, err := newPKI(s)
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	server := &Server{}
	if s.Proto == ProtoH3 {
		server.service, err = listenQUIC(s, keys, where, &server.counters)
	} else {
		server.service, err = listenTCP(s, keys, where, &server.counters)
	}
	if err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	server.endpoint = Endpoint{
		Address:       server.service.addr().String(),
		RootsPEM:      keys.rootPEM,
		ClientCertPEM: keys.clientCertPEM,
		ClientKeyPEM:  keys.clientKeyPEM,
		ECHConfigs:    keys.echConfigs,
		Settings:      s,
	}
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
func (s *Server) Close() error { return s.service.close() }
