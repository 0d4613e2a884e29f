package nethttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"os"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/request"
	"tlsbench/bench/session"
	"tlsbench/bench/tlsconn"
)

// attempt is the state of one request. net/http works on it from goroutines of
// its own, some of which outlive Dial, so it is not reused. Only handshakeDone
// writes to the sample, and RoundTrip waits for that.
type attempt struct {
	ctx      context.Context // the caller's, with the trace in it
	tracer   dial.Tracer
	deadline time.Time
	offered  tlsconn.Attempt
	offer    bench.Offer
	fatal    error // ends the run
	buf      [dial.BufferSize]byte
	conn     *dial.Conn // set once the TCP connection is there
	tls      *tls.Conn  // on conn
	sample   *bench.Sample
}

type attemptKey struct{}

// Dial implements bench.Dialer.
func (d *dialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	a := &attempt{sample: s, offer: offer}
	a.ctx = httptrace.WithClientTrace(ctx, a.tracer.Trace(a.handshakeDone))
	a.tracer.Begin()
	a.deadline = a.tracer.Began().Add(d.arm.Timeout)
	// A cancelled RoundTrip would leave its dial, and the hooks of that, behind
	// with our sample. So a cancelled context ends the dial, as in every
	// engine, and the timeout whatever follows.
	resp, err := d.transport.RoundTrip(d.request.WithContext(
		context.WithValue(context.WithoutCancel(a.ctx), attemptKey{}, a)))
	if err == nil {
		s.Status = resp.StatusCode
		if s.Facts != nil {
			s.Facts.Protocol, s.Facts.Status = resp.Proto, resp.StatusCode
		}
		err = request.Drain(resp)
		if a.conn == nil {
			err = errReused
		}
	}
	a.end(err)
	var wait time.Duration
	if a.conn != nil {
		wait = a.conn.Wait()
	}
	a.tracer.Fill(s, wait)
	if a.fatal == nil && a.tls != nil {
		a.fatal = a.offered.Check()
	}
	if a.fatal != nil {
		return nil, a.fatal
	}
	if err != nil {
		// HTTP/2 may take a connection that died before its first request for
		// one that can still serve the next attempt's.
		d.transport.CloseIdleConnections()
		d.renew()
		phase := a.phase()
		s.Failure = d.tcp.Classify(err, phase)
		if s.Failure.Class == bench.ClassHTTP {
			s.Failure = d.tcp.Classify(a.cause(err), phase)
		}
		return nil, nil
	}
	var granted []session.Session
	granted, s.TicketBytes = a.offered.Granted()
	return granted, nil
}

// end waits until net/http has closed the connection, which it does from a
// goroutine of its own: its cost is then not the next attempt's.
func (a *attempt) end(err error) {
	if a.conn == nil {
		return
	}
	if err != nil {
		// A connection that ended in HTTP/2's GOAWAY would be left open until
		// the server, or the deadline, ends it.
		_ = a.conn.Close()
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

// cause looks behind an error of net/http, which hides some ends of the
// connection: a timeout in a response's head reads "malformed", and whatever
// ends an HTTP/2 connection before its first request "could not be
// established". The TLS connection is closed, so it is at no one's disposal
// any more and keeps the error that ended it.
func (a *attempt) cause(err error) error {
	if errors.Is(err, errRetry) || a.tls == nil {
		return err
	}
	if !time.Now().Before(a.deadline) {
		return fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, err)
	}
	if a.tracer.Responded() {
		return err // and what it said was wrong
	}
	_, end := io.Copy(io.Discard, a.tls)
	switch {
	case end == nil:
		return io.EOF
	case errors.Is(end, net.ErrClosed):
		return err // closed by net/http, for that reason
	default:
		return end
	}
}

// dial is the transport's DialTLSContext.
func (d *dialer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		return nil, errors.New("a dial that belongs to no attempt")
	}
	if a.conn != nil {
		return nil, errRetry
	}
	tcp, err := d.tcp.Dial(a.ctx, &a.tracer, a.deadline)
	if err != nil {
		return nil, err
	}
	a.conn = dial.NewConn(tcp, a.buf[:], d.arm.Net.Close)
	a.tls = tls.Client(a.conn, a.offered.Begin(d.config, d.arm.Want, a.conn, a.offer))
	return a.tls, nil
}

// errRetry is the end of an attempt that net/http wants to repeat, as it does
// where an HTTP/2 server answers with GOAWAY: one attempt is one connection.
var errRetry = errors.New("the server closed the connection without serving the request")

// errReused is a response over a connection of another attempt: no handshake
// was seen, and none may be counted.
var errReused = errors.New("net/http made no connection of its own for the request")

// handshakeDone takes the evidence of the connection while its handshake's
// bytes are the only ones.
func (a *attempt) handshakeDone(cs tls.ConnectionState, err error) {
	if err != nil {
		return
	}
	a.fatal = a.offered.HandshakeDone(&cs, a.sample)
}
