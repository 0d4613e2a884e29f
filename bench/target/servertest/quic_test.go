package servertest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	sessions "tlsbench/bench/session"
)

// quicServers are the servers of QUIC that count handshakes.
var quicServers = []struct {
	name  string
	start func(testing.TB, QUICOptions) (Server, func() Counts)
}{
	{"ngtcp2", func(t testing.TB, o QUICOptions) (Server, func() Counts) {
		s := NGTCP2(t, o)
		return s.Server, s.Counts
	}},
}

// quicClient makes single connections over one socket.
type quicClient struct {
	server    *net.UDPAddr
	transport *quic.Transport
	config    *tls.Config
	quic      *quic.Config
	request   bool
}

func newQUICClient(t *testing.T, server Server, request bool) quicClient {
	t.Helper()
	roots, err := readRoots(server.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	address, err := net.ResolveUDPAddr("udp", server.TLS)
	if err != nil {
		t.Fatal(err)
	}
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: address.IP})
	if err != nil {
		t.Fatal(err)
	}
	c := quicClient{
		server: address, transport: &quic.Transport{Conn: socket}, request: request,
		quic:   &quic.Config{HandshakeIdleTimeout: time.Minute, MaxIdleTimeout: time.Minute}, // a busy machine
		config: &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{http3.NextProtoH3}},
	}
	t.Cleanup(func() {
		c.transport.Close()
		socket.Close()
	})
	return c
}

// fresh is a copy of a session, which quic-go may change.
func fresh(t *testing.T, s *tls.ClientSessionState) *tls.ClientSessionState {
	t.Helper()
	if s == nil {
		return nil
	}
	again, err := sessions.Session{State: s}.Copy()
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// quicSession is a cache of one connection: it offers one session and keeps the
// first that the server grants. Tickets arrive by themselves, at any time.
type quicSession struct {
	offer   *tls.ClientSessionState
	granted chan *tls.ClientSessionState // capacity 1
}

func (s quicSession) Get(string) (*tls.ClientSessionState, bool) { return s.offer, s.offer != nil }

func (s quicSession) Put(_ string, granted *tls.ClientSessionState) {
	if granted == nil {
		return
	}
	select {
	case s.granted <- granted:
	default:
	}
}

// dial makes one connection, and returns what it was and the session granted.
func (c quicClient) dial(t *testing.T, offer *tls.ClientSessionState, early bool) (quic.ConnectionState, *tls.ClientSessionState) {
	t.Helper()
	cache := quicSession{fresh(t, offer), make(chan *tls.ClientSessionState, 1)}
	config := c.config.Clone()
	config.ClientSessionCache = cache
	dial := c.transport.Dial
	if early {
		dial = c.transport.DialEarly
	}
	conn, err := dial(t.Context(), c.server, config, c.quic)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseWithError(0, "")
	// A server takes early data or not, whether or not some comes. The request
	// waits: quic-go opens streams and takes the server's answer at the same time,
	// and guards neither from the other.
	select {
	case <-conn.HandshakeComplete():
	case <-conn.Context().Done():
		t.Fatalf("no handshake: %v", context.Cause(conn.Context()))
	}
	if early && !conn.ConnectionState().Used0RTT {
		if conn, err = conn.NextConnection(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c.request {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := (&http3.Transport{}).NewClientConn(conn).RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	select {
	case granted := <-cache.granted:
		return conn.ConnectionState(), granted
	case <-conn.Context().Done():
		t.Fatalf("no session: %v", context.Cause(conn.Context()))
		return quic.ConnectionState{}, nil
	}
}

func TestQUICCountsAgree(t *testing.T) {
	const n = 6
	for _, kind := range quicServers {
		for _, o := range []QUICOptions{{}, {Options: Options{Key: keyRSA}, Retry: true}} {
			t.Run(fmt.Sprintf("%s/retry=%t", kind.name, o.Retry), func(t *testing.T) {
				t.Parallel()
				server, counts := kind.start(t, o)
				for _, request := range []bool{true, false} {
					before := counts()
					c := newQUICClient(t, server, request)
					_, offer := c.dial(t, nil, false)
					seen := Counts{Full: 1}
					for range n {
						for _, d := range []struct {
							offer *tls.ClientSessionState
							early bool
						}{{nil, false}, {offer, false}, {offer, true}} {
							if state, _ := c.dial(t, d.offer, d.early); state.TLS.DidResume {
								seen.Resumed++
							} else {
								seen.Full++
							}
						}
					}
					if want := (Counts{Full: n + 1, Resumed: 2 * n}); seen != want {
						t.Errorf("the client saw %+v, want %+v", seen, want)
					}
					if got := counts().Sub(before); got != seen {
						t.Errorf("request %t: the server saw %+v, the client %+v", request, got, seen)
					}
				}
			})
		}
	}
}

// GnuTLS takes early data from a client whose clock says that its ticket is no
// older than it is, and rejects it from others. crypto/tls counts the age from the
// whole second, so that a ticket of its second half is older by that.
func TestNGTCP2EarlyData(t *testing.T) {
	t.Parallel()
	const n = 5
	c := newQUICClient(t, NGTCP2(t, QUICOptions{}).Server, false)
	const half = time.Second / 2
	var offer *tls.ClientSessionState
	for offer == nil || time.Now().Nanosecond() < int(half) {
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + half)))
		_, offer = c.dial(t, nil, false)
	}
	time.Sleep(1100 * time.Millisecond) // the ticket must be older than what its age is wrong by
	for _, behind := range []time.Duration{0, time.Second} {
		c.config.Time = func() time.Time { return time.Now().Add(-behind) }
		used := 0
		for range n {
			if state, _ := c.dial(t, offer, true); state.Used0RTT {
				used++
			}
		}
		if behind == 0 && used == n || behind > 0 && used == 0 {
			t.Errorf("with a clock %v behind, early data of %d in %d connections is accepted", behind, used, n)
		}
	}
}

// A server that takes early data from all.
func TestCaddy(t *testing.T) {
	t.Parallel()
	const n = 10
	server := Caddy(t, QUICOptions{})
	c := newQUICClient(t, server.Server, true)
	_, offer := c.dial(t, nil, false)
	for range n {
		for _, want := range []struct {
			offer        *tls.ClientSessionState
			early        bool
			resumed, use bool
		}{{nil, false, false, false}, {offer, false, true, false}, {offer, true, true, true}} {
			state, _ := c.dial(t, want.offer, want.early)
			if state.TLS.DidResume != want.resumed || state.Used0RTT != want.use {
				t.Errorf("resumed %t, early data used %t, want %t and %t", state.TLS.DidResume, state.Used0RTT, want.resumed, want.use)
			}
		}
	}
	if got := server.Requests(); got != 3*n+1 {
		t.Errorf("the server saw %d requests, the client made %d", got, 3*n+1)
	}
}

func TestQUICAborted(t *testing.T) {
	const n = 3
	for _, kind := range quicServers {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, counts := kind.start(t, QUICOptions{})
			c := newQUICClient(t, server, false)
			c.config.RootCAs = x509.NewCertPool()
			for range n {
				if _, err := c.transport.Dial(t.Context(), c.server, c.config, c.quic); err == nil {
					t.Fatal("a client without a root trusts the server")
				}
			}
			if got := counts(); got != (Counts{Aborted: n}) {
				t.Errorf("the server saw %+v, want %d aborted", got, n)
			}
		})
	}
}

func TestQUICStops(t *testing.T) {
	for _, kind := range quicServers {
		var server Server
		if !t.Run(kind.name, func(t *testing.T) { server, _ = kind.start(t, QUICOptions{}) }) || server.TLS == "" {
			continue
		}
		socket, err := net.ListenPacket("udp", server.TLS)
		if err != nil {
			t.Errorf("%s still listens on %s after its test", kind.name, server.TLS)
			continue
		}
		socket.Close()
	}
}
