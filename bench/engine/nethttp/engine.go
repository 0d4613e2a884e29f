// Package nethttp is the engine for requests: net/http with httptrace, a fresh
// connection for every request.
//
// Each worker has a transport of its own, so that no lock is shared, and the
// transport's dial is ours: it gives each connection its own session cache and
// returns a TLS connection that has not shaken hands, so that net/http does it
// and fires the hooks.
package nethttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/session"
	"tlsbench/bench/tlsconf"
)

// drainLimit is how much of a response is read before the connection is
// closed.
const drainLimit = 64 << 10

// Engine implements bench.Engine.
type Engine struct{}

// Name implements bench.Engine.
func (Engine) Name() string { return "net/http" }

// Check implements bench.Engine.
func (Engine) Check(arm bench.Arm) error {
	if arm.HandshakeOnly() {
		return errors.New("net/http makes a request on each connection: the method is missing")
	}
	if _, err := request(arm); err != nil {
		return err
	}
	for _, proto := range arm.TLS.ALPN {
		if proto != "h2" && proto != "http/1.1" {
			return fmt.Errorf("--alpn %s: an https target speaks http/1.1 or h2: add --handshake-only to offer something else", proto)
		}
	}
	return tlsconf.Check(arm)
}

// Open implements bench.Engine.
func (Engine) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	tcp, err := dial.Resolve(ctx, arm)
	if err != nil {
		return nil, err
	}
	req, err := request(arm)
	if err != nil {
		return nil, err
	}
	config, err := tlsconf.Client(arm)
	if err != nil {
		return nil, err
	}
	return &client{arm: arm, tcp: tcp, config: config, request: req}, nil
}

func request(arm bench.Arm) (*http.Request, error) {
	u, err := url.Parse("https://" + authority(arm.Target) + arm.Target.Path)
	if err != nil {
		return nil, fmt.Errorf("target %s: %w", arm.Target.URL, err)
	}
	req, err := http.NewRequest(arm.HTTP.Method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("--method %s: %w", arm.HTTP.Method, err)
	}
	req.Header = arm.HTTP.Headers.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "tlsbench")
	}
	return req, nil
}

// authority leaves the default port out, as clients do.
func authority(t bench.Target) string {
	if t.Port != "443" {
		return t.Address()
	}
	return strings.TrimSuffix(t.Address(), ":443")
}

type client struct {
	arm     bench.Arm
	tcp     *dial.TCP
	config  *tlsconf.Config
	request *http.Request
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c}
	d.transport = &http.Transport{
		DialTLSContext:     d.dial,
		DisableKeepAlives:  true,
		DisableCompression: true,
		ForceAttemptHTTP2:  slices.Contains(c.arm.TLS.ALPN, "h2"),
	}
	return d
}

type dialer struct {
	*client
	transport *http.Transport
}

func (d *dialer) Close() error {
	d.transport.CloseIdleConnections()
	return nil
}

// attempt is the state of one request. net/http works on it from goroutines of
// its own, so it is not reused.
type attempt struct {
	tracer   dial.Tracer
	deadline time.Time
	cache    session.Cache
	buf      [dial.BufferSize]byte
	conn     *dial.Conn // set once the TCP connection is there
	sample   *bench.Sample
}

type attemptKey struct{}

// Dial implements bench.Dialer.
func (d *dialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	a := &attempt{sample: s, cache: session.Cache{Offer: offer.Session}}
	ctx = context.WithValue(ctx, attemptKey{}, a)
	ctx = httptrace.WithClientTrace(ctx, a.tracer.Trace(a.handshakeDone))
	a.tracer.Begin()
	a.deadline = a.tracer.Began().Add(d.arm.Timeout)
	resp, err := d.transport.RoundTrip(d.request.WithContext(ctx))
	if err == nil {
		s.Status = resp.StatusCode
		if s.Facts != nil {
			s.Facts.Protocol, s.Facts.Status = resp.Proto, resp.StatusCode
		}
		err = drain(resp.Body)
	}
	a.ended()
	var wait time.Duration
	if a.conn != nil {
		wait = a.conn.Wait()
		s.TicketBytes = a.conn.TicketBytes()
	}
	a.tracer.Fill(s, wait)
	if err != nil {
		s.Failure = dial.Classify(err, a.phase())
		return nil, nil
	}
	return a.cache.Granted, nil
}

// ended waits until net/http has closed the connection, which it does from a
// goroutine of its own: what the connection counted is then final, and its
// cost is not the next attempt's.
func (a *attempt) ended() {
	if a.conn == nil {
		return
	}
	select {
	case <-a.conn.Done():
		return
	default:
	}
	// The deadline of the connection ends whatever net/http still does on it.
	patience := time.NewTimer(time.Until(a.deadline) + time.Second)
	defer patience.Stop()
	select {
	case <-a.conn.Done():
	case <-patience.C:
		_ = a.conn.Close()
	}
}

// phase is where a failed attempt ended.
func (a *attempt) phase() bench.Phase {
	if phase := a.tracer.Reached(); phase != bench.Request || a.sample.BytesIn > 0 {
		return phase
	}
	return bench.TLSPhase // TLSHandshakeDone was called with an error
}

func drain(body io.ReadCloser) error {
	_, err := io.CopyN(io.Discard, body, drainLimit)
	_ = body.Close()
	if err == io.EOF {
		return nil
	}
	return err
}

// dial is the transport's DialTLSContext.
func (d *dialer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		return nil, errors.New("a dial that belongs to no attempt")
	}
	tcp, err := d.tcp.Dial(ctx, a.deadline)
	if err != nil {
		return nil, err
	}
	a.conn = dial.NewConn(tcp, a.buf[:], d.arm.Net.Close)
	a.cache.OnGrant = a.conn.Ticket
	config := d.config.Clone()
	config.ClientSessionCache = &a.cache
	return tls.Client(a.conn, config), nil
}

// handshakeDone takes the evidence of the connection while its handshake's
// bytes are the only ones.
func (a *attempt) handshakeDone(cs tls.ConnectionState, err error) {
	if err != nil {
		return
	}
	s := a.sample
	a.conn.HandshakeDone(s)
	s.Kind = tlsconf.KindOf(&cs)
	s.HelloRetry = cs.HelloRetryRequest
	if s.Facts != nil {
		tlsconf.Observe(s.Facts, &cs, a.conn.RemoteAddr().String())
	}
}
