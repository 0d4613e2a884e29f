// Package cryptotls is the engine for handshakes without a request: a TCP
// connection, crypto/tls, and a close.
//
// It calls the hooks of net/http/httptrace that net/http would call, so that
// its phases mean the same as those of requests.
package cryptotls

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/session"
	"tlsbench/bench/tlsconf"
	"tlsbench/bench/tlsconn"
)

// Engine implements bench.Engine.
type Engine struct{}

// Name implements bench.Engine.
func (Engine) Name() string { return bench.EngineCryptoTLS }

// Check implements bench.Engine.
func (Engine) Check(arm bench.Arm) error {
	if !arm.HandshakeOnly() {
		return errors.New("crypto/tls makes no requests: leave the method out")
	}
	if err := dial.Check(arm); err != nil {
		return err
	}
	return tlsconf.Check(arm)
}

// Open implements bench.Engine.
func (Engine) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	tcp, err := dial.Resolve(ctx, arm)
	if err != nil {
		return nil, err
	}
	config, err := tlsconf.Client(arm)
	if err != nil {
		return nil, err
	}
	return &client{arm: arm, tcp: tcp, config: config}, nil
}

type client struct {
	arm    bench.Arm
	tcp    *dial.TCP
	config *tlsconf.Config
	// vain counts waits for a ticket that never came, in a row.
	vain atomic.Int32
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c, config: c.config.Clone(), buf: make([]byte, dial.BufferSize)}
	d.trace = d.tracer.Trace(nil)
	return d
}

// dialer is one worker's. Everything that an attempt needs is reused by the
// next one, since nothing of an attempt outlives its Dial.
type dialer struct {
	*client
	config *tls.Config // the worker's own: cloning one takes its lock
	tracer dial.Tracer
	trace  *httptrace.ClientTrace
	buf    []byte
	conn   dial.Conn
	tls    tlsconn.Attempt
	ctx    context.Context // the last parent with the trace in it
	parent context.Context
}

func (d *dialer) Close() error { return nil }

// Dial implements bench.Dialer.
func (d *dialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	if ctx != d.parent {
		d.parent, d.ctx = ctx, httptrace.WithClientTrace(ctx, d.trace)
	}
	d.tracer.Begin()
	deadline := d.tracer.Began().Add(d.arm.Timeout)
	socket, err := d.tcp.Dial(d.ctx, deadline)
	if err != nil {
		d.fail(s, err, 0)
		return nil, nil
	}
	conn, attempt := &d.conn, &d.tls
	conn.Reset(socket, d.buf, d.arm.Net.Close)
	tlsConn := tls.Client(conn, attempt.Begin(d.config, d.arm.Want, conn, offer))
	if d.arm.Net.Close == bench.CloseAbrupt {
		defer conn.Close()
	} else {
		defer tlsConn.Close()
	}

	d.tracer.TLSStart()
	err = tlsConn.Handshake()
	d.tracer.TLSDone()
	if err != nil {
		d.fail(s, err, conn.Wait())
		return nil, attempt.Check()
	}
	d.tracer.Fill(s, conn.Wait())
	state := tlsConn.ConnectionState()
	if err := attempt.HandshakeDone(&state, s); err != nil {
		return nil, err
	}
	if offer.Prime || d.arm.Session.ReadTickets {
		if err := d.readTickets(tlsConn, conn, attempt, offer.AllTickets, s.Phases[bench.Connect]); err != nil {
			d.fail(s, err, conn.Wait())
			return nil, nil
		}
	}
	granted, ticketBytes := attempt.Granted()
	s.TicketBytes = ticketBytes
	return granted, nil
}

func (d *dialer) fail(s *bench.Sample, err error, wait time.Duration) {
	phase := d.tracer.Reached()
	if phase == bench.Request {
		phase = bench.TLSPhase // the handshake ended, by failing
	}
	d.tracer.Fill(s, wait)
	s.Failure = dial.Classify(err, phase)
}

// readTickets waits for the tickets that follow a TLS 1.3 handshake, for the
// first flight of them or for all. Servers send them after the client's
// Finished, one more round trip later, or send none: the wait is bounded by two
// round trips and 200 ms. A server from which no ticket came three times is not
// waited for any more.
//
// It returns an error where the server refused the handshake after all: in TLS
// 1.3 the client is done before the server has seen its certificate. Where
// nothing is read, such a handshake counts as completed.
func (d *dialer) readTickets(tlsConn *tls.Conn, conn *dial.Conn, attempt *tlsconn.Attempt, all bool, rtt time.Duration) error {
	const often, slack = 3, 200 * time.Millisecond
	if tlsConn.ConnectionState().Version < tls.VersionTLS13 {
		return nil // a ticket of TLS 1.2 is part of the handshake
	}
	if d.vain.Load() >= often && !all {
		return nil
	}
	arrived := false
	attempt.OnTicket(func() {
		arrived = true
		if !all {
			conn.Drain() // take what has arrived with it, and wait for no more
		}
	})
	if err := conn.SetReadDeadline(time.Now().Add(2*rtt + slack)); err != nil {
		return err
	}
	var one [1]byte
	// It may end by the deadline or by Drain, which is no failure, or because
	// the server closed: whether a ticket came was told.
	if _, err := tlsConn.Read(one[:]); dial.IsAlert(err) {
		return err
	}
	if !arrived {
		d.vain.Add(1)
	} else if d.vain.Load() != 0 {
		d.vain.Store(0)
	}
	return nil
}
