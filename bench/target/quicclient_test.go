package target

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/quic-go/qlog"
	"github.com/quic-go/quic-go/qlogwriter"

	"tlsbench/bench/session"
)

// quicClient makes single connections over one socket.
type quicClient struct {
	server *net.UDPAddr
	grants bool // the server's tickets are worth waiting for
	// asksEarly has the request go out as early data, of which the server must
	// take all: http3 would reset a stream of the connection behind a rejection.
	// Otherwise it waits for the handshake.
	asksEarly bool
	tls       *tls.Config
	quic      *quic.Config
	transport *quic.Transport
	retries   *atomic.Int64 // Retry packets that came
	gate      *sync.Mutex   // held while nothing that came may be handed on
}

func newQUICClient(t testing.TB, e Endpoint) *quicClient {
	t.Helper()
	server, err := net.ResolveUDPAddr("udp", e.Address)
	if err != nil {
		t.Fatal(err)
	}
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: server.IP})
	if err != nil {
		t.Fatal(err)
	}
	c := &quicClient{server: server, grants: e.Settings.Tickets, tls: clientConfig(t, e), quic: patient(), retries: new(atomic.Int64), gate: new(sync.Mutex)}
	c.tls.NextProtos = []string{http3.NextProtoH3}
	addClientCertificate(t, c.tls, e)
	c.transport = &quic.Transport{Conn: watchedSocket{retryWatcher{socket, c.retries, c.gate}, socket}}
	t.Cleanup(func() {
		c.transport.Close()
		socket.Close()
	})
	return c
}

// patient waits on a machine with a lot of other work.
func patient() *quic.Config {
	return &quic.Config{HandshakeIdleTimeout: time.Minute, MaxIdleTimeout: time.Minute}
}

// watchedSocket hides from quic-go what would read past the watcher.
type watchedSocket struct {
	net.PacketConn
	buffers interface {
		SetReadBuffer(int) error
		SetWriteBuffer(int) error
	}
}

func (s watchedSocket) SetReadBuffer(n int) error  { return s.buffers.SetReadBuffer(n) }
func (s watchedSocket) SetWriteBuffer(n int) error { return s.buffers.SetWriteBuffer(n) }

// retryWatcher counts Retry packets (RFC 9000, section 17.2.5).
type retryWatcher struct {
	net.PacketConn
	seen *atomic.Int64
	gate *sync.Mutex
}

func (w retryWatcher) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := w.PacketConn.ReadFrom(p)
	if n > 0 && p[0]&0xf0 == 0xf0 {
		w.seen.Add(1)
	}
	w.gate.Lock()
	defer w.gate.Unlock()
	return n, from, err
}

// firstFlight opens a gate when the request of a connection and http3's control
// stream have gone out, as quic-go's log tells: quic-go opens streams and takes the
// server's answer at the same time, and guards neither from the other. It is a
// qlogwriter.Trace and the Recorder of it.
type firstFlight struct {
	missing map[quic.StreamID]bool
	open    func()
}

func (f *firstFlight) AddProducer() qlogwriter.Recorder { return f }

func (f *firstFlight) Close() error { return nil }

func (f *firstFlight) RecordEvent(e qlogwriter.Event) {
	packet, ok := e.(qlog.PacketSent)
	if !ok {
		return
	}
	for _, frame := range packet.Frames {
		if stream, ok := frame.Frame.(*qlog.StreamFrame); ok {
			delete(f.missing, stream.StreamID)
		}
	}
	if len(f.missing) == 0 {
		f.open()
	}
}

// goesEarly closes the gate for a connection that sends early data.
func (c *quicClient) goesEarly() (config *quic.Config, open func()) {
	const request, control = 0, 2
	c.gate.Lock()
	open = sync.OnceFunc(c.gate.Unlock)
	config = c.quic.Clone()
	config.Tracer = func(context.Context, bool, quic.ConnectionID) qlogwriter.Trace {
		return &firstFlight{map[quic.StreamID]bool{request: true, control: true}, open}
	}
	return config, open
}

// visit is what one connection was, seen from the client.
type visit struct {
	quic.ConnectionState
	granted        *tls.ClientSessionState
	offeredEarly   bool // the session that was offered allows early data
	rejectedEarly  bool
	handshake, all time.Duration // until it was complete, and until the response
}

// grants is a session cache of one connection.
type grants struct {
	offer *tls.ClientSessionState
	got   chan *tls.ClientSessionState
}

func (g grants) Get(string) (*tls.ClientSessionState, bool) { return g.offer, g.offer != nil }

func (g grants) Put(_ string, s *tls.ClientSessionState) {
	if s != nil {
		select {
		case g.got <- s:
		default:
		}
	}
}

// copied is a session that quic-go may change.
func copied(t testing.TB, s *tls.ClientSessionState) (again *tls.ClientSessionState, early bool) {
	t.Helper()
	if s == nil {
		return nil, false
	}
	of := session.Session{State: s, QUIC: true}
	again, err := of.Copy()
	if err != nil {
		t.Fatal(err)
	}
	return again, of.EarlyData()
}

// visit makes a connection with a request on it, and waits for a session where
// the server grants any.
func (c *quicClient) visit(t testing.TB, offer *tls.ClientSessionState, early bool) (visit, error) {
	t.Helper()
	var v visit
	offer, v.offeredEarly = copied(t, offer)
	cache := grants{offer, make(chan *tls.ClientSessionState, 1)}
	config := c.tls.Clone()
	config.ClientSessionCache = cache
	dial, method, quicConfig := c.transport.Dial, http.MethodGet, c.quic
	if early {
		dial = c.transport.DialEarly
	}
	if early && c.asksEarly && v.offeredEarly {
		method = http3.MethodGet0RTT
		var open func()
		quicConfig, open = c.goesEarly()
		defer open()
	}
	begun := time.Now()
	conn, err := dial(t.Context(), c.server, config, quicConfig)
	if err != nil {
		return v, err
	}
	defer conn.CloseWithError(0, "")
	complete, ended := conn.HandshakeComplete(), conn.Context().Done()
	handshake := make(chan time.Duration, 1)
	go func() {
		select {
		case <-complete:
		case <-ended:
		}
		handshake <- time.Since(begun)
	}()
	if early && !c.asksEarly {
		select {
		case <-complete:
		case <-ended:
		}
		if v.rejectedEarly = v.offeredEarly && !conn.ConnectionState().Used0RTT; v.rejectedEarly {
			if conn, err = conn.NextConnection(t.Context()); err != nil {
				return v, err
			}
		}
	}
	if err := get3(t, conn, method); err != nil {
		return v, err
	}
	v.all, v.handshake = time.Since(begun), <-handshake
	v.ConnectionState = conn.ConnectionState()
	if c.grants {
		select {
		case v.granted = <-cache.got:
		case <-t.Context().Done():
		}
	}
	return v, nil
}

// get3 makes one request and checks the answer.
func get3(t testing.TB, conn *quic.Conn, method string) error {
	request, err := http.NewRequestWithContext(t.Context(), method, "https://localhost/any", nil)
	if err != nil {
		return err
	}
	got, err := (&http3.Transport{}).NewClientConn(conn).RoundTrip(request)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	if string(read) != body || got.StatusCode != http.StatusOK || got.ContentLength != int64(len(body)) || got.Proto != "HTTP/3.0" {
		t.Errorf("got %s %d, %d bytes: %q", got.Proto, got.StatusCode, got.ContentLength, read)
	}
	return nil
}
