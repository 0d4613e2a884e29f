// Package quicgo is the engine for QUIC: quic-go, with a request of HTTP/3 on
// each connection or without one.
//
// Each worker has one UDP socket, from one of the arm's source addresses, and
// makes its connections on it one after the other, each with connection IDs of
// its own. The socket is connected, so that a closed port shows as one.
//
// # Phases
//
// The phase tls is the QUIC handshake, from the first datagram to its
// completion; it holds what connect and tls are over TCP, so that protocols
// compare by total. There is no connect, and what of tls was waiting is not
// known: many goroutines take part. With 0-RTT the request goes out before the
// handshake is complete, so that there is neither request nor ttfb, but total
// ends with the first byte of the response as ever. The connection stays a round
// trip longer then, in no phase, until the server's ticket and token have come,
// which came with the response otherwise. A connection without a
// request has nothing to send early: there 0-RTT is offered and accepted empty.
//
// A server that ends a handshake with an alert, as one does that refuses the
// client's certificate, fails it in tls, whether or not the client had completed it.
//
// # Bytes
//
// Bytes and datagrams are those that begin with a long header, up to the one
// with which the client's last message goes out. A client pads what it sends
// first, 0-RTT data travels along, and a server may put its first data behind
// its last message: they do not compare with those of TLS over TCP.
package quicgo

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/request"
	"tlsbench/bench/tlsconf"
)

// Engine implements bench.Engine.
type Engine struct{}

// Name implements bench.Engine.
func (Engine) Name() string { return bench.EngineQUIC }

// Open implements bench.Engine.
func (Engine) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	udp, err := dial.ResolveUDP(ctx, arm)
	if err != nil {
		return nil, err
	}
	c := &client{arm: arm, udp: udp}
	if !arm.HandshakeOnly() {
		if c.request, err = request.Of(arm); err != nil {
			return nil, err
		}
	}
	c.config, err = tlsconf.Client(arm)
	return c, err
}

type client struct {
	arm     bench.Arm
	udp     *dial.UDP
	config  *tlsconf.Config
	request *http.Request // nil for none
	// vain counts waits for a ticket that never came, in a row; vainEarly those
	// behind an early response, for a server may grant a resumed connection none.
	vain, vainEarly atomic.Int32
	// asks says that the server asks for client certificates.
	asks atomic.Bool
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c, config: c.config.Clone(), cache: newCache(), tap: newTap(), timer: time.NewTimer(time.Hour)}
	d.timer.Stop()
	d.config.ClientSessionCache = d.cache
	d.config.GetClientCertificate = d.present
	d.trace = d.tracer.Trace(nil)
	d.quic = &quic.Config{
		// The attempt's own timeout ends it, and no other.
		HandshakeIdleTimeout: c.arm.Timeout, MaxIdleTimeout: 2 * c.arm.Timeout,
		// A connection ends before a larger datagram would pay.
		DisablePathMTUDiscovery: true,
	}
	if c.request != nil {
		d.quic.MaxIncomingStreams = -1 // servers of HTTP/3 open none
		d.http = &http3.Transport{DisableCompression: true}
	}
	if c.arm.Net.Tokens != bench.DropTokens {
		d.quic.TokenStore = quic.NewLRUTokenStore(1, keptTokens)
	}
	d.quicEarly = d.quic.Clone()
	d.quicEarly.Tracer = d.tap.trace
	return d
}

// keptTokens is how many address validation tokens a worker keeps.
const keptTokens = 4

// dialer is one worker's. Everything that an attempt needs is reused by the
// next one, since nothing of an attempt outlives its Dial.
type dialer struct {
	*client
	config *tls.Config // its session cache is this dialer's
	quic   *quic.Config
	// quicEarly is for connections that send 0-RTT data.
	quicEarly *quic.Config
	http      *http3.Transport // nil without requests; it makes no connections
	cache     *cache
	tap       *tap
	tracer    dial.Tracer
	trace     *httptrace.ClientTrace
	timer     *time.Timer

	transport *quic.Transport // nil where there is none, or no longer
	socket    *socket
	to        netip.AddrPort // where the socket leads

	asked bool // the server wanted a client certificate
	cert  int  // the place of the one that it was given, 0 for none
}

// present answers a server that asks for a client certificate.
func (d *dialer) present(*tls.CertificateRequestInfo) (cert *tls.Certificate, err error) {
	d.asked = true
	cert, d.cert = d.client.config.NextCertificate()
	return cert, nil
}

// prepared makes the socket, unless the last attempt's leads there.
func (d *dialer) prepared(to netip.AddrPort) error {
	if d.transport != nil && d.to == to {
		return nil
	}
	if err := d.Close(); err != nil {
		return err
	}
	conn, err := d.udp.Socket(to)
	if err != nil {
		return err
	}
	d.to = to
	d.socket = &socket{UDPConn: conn, remote: net.UDPAddrFromAddrPort(to), tap: d.tap}
	d.transport = &quic.Transport{Conn: d.socket, ConnectionIDGenerator: d.tap}
	return nil
}

// Close implements bench.Dialer. It also forgets a socket that no longer works.
func (d *dialer) Close() error {
	if d.transport == nil {
		return nil
	}
	_ = d.transport.Close() // it waits for what reads from the socket
	d.transport = nil
	return d.socket.Close()
}
