package target

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// quicHandshakeIdle is how long the server waits for a handshake's next packet,
// and half of what it waits for its end: above a round trip of maxRTT with a
// packet lost on the way.
const quicHandshakeIdle = 30 * time.Second

// quicServer is what serves HTTP/3. A client whose ALPN does not offer h3, or
// that has none, gets the alert no_application_protocol (RFC 9001, section 8.1).
type quicServer struct {
	counters  *counters
	socket    net.PacketConn
	transport *quic.Transport
	listener  *quic.EarlyListener
	http      http3.Server
	ended     sync.Once
	closing   error
	work      sync.WaitGroup // the accept loop and every accepted connection
}

func listenQUIC(s Settings, keys *pki, address *net.TCPAddr, counters *counters) (*quicServer, error) {
	socket, err := listenUDP((*net.UDPAddr)(address), s.RTT)
	if err != nil {
		return nil, err
	}
	server := &quicServer{
		counters: counters,
		socket:   socket,
		http:     http3.Server{Handler: http.HandlerFunc(answer)},
	}
	server.transport = &quic.Transport{Conn: socket, ConnContext: server.begin}
	if s.Retry {
		server.transport.VerifySourceAddress = func(net.Addr) bool { return true }
	}
	server.listener, err = server.transport.ListenEarly(quicTLSConfig(s, keys), &quic.Config{
		HandshakeIdleTimeout: quicHandshakeIdle,
		Allow0RTT:            s.EarlyData != EarlyDataNone,
	})
	if err != nil {
		return nil, errors.Join(err, server.transport.Close(), socket.Close())
	}
	server.work.Go(server.accept)
	return server, nil
}

// quicTLSConfig is the TCP server's, with what has no place outside TLS there.
func quicTLSConfig(s Settings, keys *pki) *tls.Config {
	config := serverConfig(s, keys)
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		burn(s.Burn) // in the connection's own goroutine
		return nil, nil
	}
	if s.EarlyData == EarlyDataOff {
		config.UnwrapSession = func(ticket []byte, state tls.ConnectionState) (*tls.SessionState, error) {
			session, err := config.DecryptTicket(ticket, state)
			if session != nil {
				session.EarlyData = false // the session is good, what was sent ahead of its answer is not
			}
			return session, err
		}
	}
	return config
}

func (s *quicServer) addr() net.Addr { return s.listener.Addr() }

// close tells every client that it is cut, unless that takes a simulated round
// trip: what is in flight then is lost.
func (s *quicServer) close() error {
	s.ended.Do(func() {
		err := s.listener.Close()
		s.work.Wait()
		s.closing = errors.Join(err, s.transport.Close(), s.socket.Close())
	})
	return s.closing
}

// accept gives every connection whose handshake has got as far as the server's
// answer a goroutine, until the server closes.
func (s *quicServer) accept() {
	ctx, cut := context.WithCancel(context.Background())
	defer cut()
	for {
		conn, err := s.listener.Accept(ctx)
		if err != nil {
			return // only a closed listener has an error
		}
		s.work.Go(func() { s.serve(ctx, conn) })
	}
}

// serve counts the handshake and answers requests, those in early data too,
// until the connection ends.
func (s *quicServer) serve(ctx context.Context, conn *quic.Conn) {
	stop := context.AfterFunc(ctx, func() { conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "") })
	defer stop()
	s.work.Go(func() { s.count(conn) })
	s.http.ServeQUICConn(conn) // an error is how the connection ended
	conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
}

// attempt is a connection from its first packet on.
type attempt struct {
	settled atomic.Bool // someone counts it
}

// begin is called with every connection that passed address validation, and
// counts those that end before they are accepted.
func (s *quicServer) begin(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	a := &attempt{}
	context.AfterFunc(ctx, func() {
		if a.settled.CompareAndSwap(false, true) {
			s.counters.failed.Add(1)
		}
	})
	return context.WithValue(ctx, attemptKey{}, a), nil
}

type attemptKey struct{}

// count counts an accepted connection's handshake, here rather than in
// http3.Server, which tells nobody how it ended.
func (s *quicServer) count(conn *quic.Conn) {
	a := conn.Context().Value(attemptKey{}).(*attempt)
	if !a.settled.CompareAndSwap(false, true) {
		s.counters.failed.Add(-1) // it ended while it waited to be accepted: look closer
	}
	select {
	case <-conn.HandshakeComplete():
	case <-conn.Context().Done():
	}
	if !isClosed(conn.HandshakeComplete()) {
		s.counters.failed.Add(1)
		return
	}
	state := conn.ConnectionState()
	s.counters.completed(state.TLS, state.Used0RTT)
}
