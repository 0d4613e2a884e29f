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
	"fmt"
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
	// asks says that the server asks for client certificates.
	asks atomic.Bool
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c, config: c.config.ForWorker(), buf: make([]byte, dial.BufferSize)}
	d.trace = d.tracer.Trace(nil)
	return d
}

// dialer is one worker's. Everything that an attempt needs is reused by the
// next one, since nothing of an attempt outlives its Dial.
type dialer struct {
	*client
	config *tlsconf.Config // the worker's own
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
	socket, err := d.tcp.Dial(d.ctx, &d.tracer, deadline)
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
	if state.Version >= tls.VersionTLS13 { // before it nothing follows
		if err := d.follow(tlsConn, offer, s); err != nil {
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
	s.Failure = d.tcp.Classify(err, phase)
	if s.Failure.Class == bench.ClassReset && phase == bench.TLSPhase && d.arm.Target.Scheme == "postgres-direct" {
		s.Failure.Err = fmt.Errorf("%w: PostgreSQL before 17 takes no handshake at once: try postgres://", s.Failure.Err)
	}
}
