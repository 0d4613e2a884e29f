package quicgo

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
	"tlsbench/bench/request"
	"tlsbench/bench/session"
	"tlsbench/bench/tlsconf"
)

// Dial implements bench.Dialer.
func (d *dialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	d.tracer.Begin()
	if err := ctx.Err(); err != nil {
		d.fail(s, err, bench.Connect)
		return nil, nil
	}
	// Once begun, only its timeout ends an attempt.
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), d.tracer.Began().Add(d.arm.Timeout))
	defer cancel()
	to, err := d.udp.Destination(ctx, d.trace)
	if err != nil {
		d.fail(s, err, bench.DNS)
		return nil, nil
	}
	conn, phase, err := d.connect(ctx, to, offer, s)
	if err != nil && conn == nil && d.transport != nil && d.tap.untouched() {
		// The socket was told meanwhile that the port is closed, where the last
		// connection's farewell went. That is no answer to this one.
		_ = d.Close()
		conn, phase, err = d.connect(ctx, to, offer, s)
	}
	if err == nil {
		phase, err = bench.TLSPhase, d.after(ctx, conn, offer, s)
	}
	if conn != nil {
		_ = conn.CloseWithError(d.farewell(), "")
	}
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = ctx.Err() // whatever it was that was broken off
		case refused(err): // which may come before or after the client is done
			phase = bench.TLSPhase
		}
		d.fail(s, err, phase)
		// The socket may be what failed.
		return nil, d.Close()
	}
	return d.cache.take(offer), nil
}

// connect shakes hands, makes the request where there is one, and takes the
// evidence. On an error it says in which phase; a connection is to be closed in
// any case.
func (d *dialer) connect(ctx context.Context, to netip.AddrPort, offer bench.Offer, s *bench.Sample) (*quic.Conn, bench.Phase, error) {
	if err := d.prepared(to); err != nil {
		return nil, bench.Connect, err
	}
	early, err := d.cache.begin(offer.Session, d.arm.Want == bench.WantEarlyData)
	if err != nil {
		return nil, bench.TLSPhase, err
	}
	d.tap.begin()
	d.asked, d.cert = false, 0
	shake, config, release := d.transport.Dial, d.quic, func() {}
	if early {
		shake, config = d.transport.DialEarly, d.quicEarly
		// quic-go opens streams and takes the server's answer at the same time,
		// and guards neither from the other.
		release = d.tap.hold()
		defer release()
	}
	d.tracer.TLSStart()
	conn, err := shake(ctx, d.socket.remote, d.config, config)
	if err != nil {
		release()
		d.tracer.TLSDone()
		return nil, bench.TLSPhase, err
	}
	// DialEarly returns at once where the session went into the ClientHello, and
	// otherwise with the handshake, like Dial.
	early = early && !completed(conn)
	var resp *http.Response
	if !early {
		d.tracer.TLSDone()
		resp, err = d.ask(ctx, conn, d.request)
	} else {
		resp, err = d.askEarly(ctx, conn, release)
		err = explainEarly(err)
	}
	phase := d.tracer.Reached()
	if err == nil {
		err = d.shaken(ctx, conn)
	}
	if !completed(conn) || d.arm.HandshakeOnly() {
		phase = bench.TLSPhase
	}
	if err != nil {
		return conn, phase, err
	}
	d.evidence(conn, early, s)
	if resp != nil {
		s.Status = resp.StatusCode
		if s.Facts != nil {
			s.Facts.Protocol, s.Facts.Status = resp.Proto, resp.StatusCode
		}
		err = request.Drain(resp)
	}
	return conn, phase, err
}

func completed(conn *quic.Conn) bool {
	select {
	case <-conn.HandshakeComplete():
		return true
	default:
		return false
	}
}

// shaken waits until the client's last message has gone out: the handshake is
// complete before, and a connection that is closed at once would keep it back
// from the server.
func (d *dialer) shaken(ctx context.Context, conn *quic.Conn) error {
	const enough = 100 * time.Millisecond
	select {
	case <-conn.HandshakeComplete():
	case <-conn.Context().Done():
		return context.Cause(conn.Context())
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-d.tap.sent:
		return nil
	default:
	}
	d.timer.Reset(enough)
	defer d.timer.Stop()
	select {
	case <-d.tap.sent:
	case <-d.timer.C:
	case <-conn.Context().Done():
	}
	return nil
}

// evidence says what the handshake was, and whether it began with 0-RTT data.
func (d *dialer) evidence(conn *quic.Conn, early bool, s *bench.Sample) {
	d.tracer.Fill(s, 0)
	s.Phases[bench.Wait], s.Phases[bench.Local] = bench.Absent, bench.Absent
	d.tap.fill(s)
	state := conn.ConnectionState()
	switch {
	case early && state.Used0RTT && state.TLS.DidResume:
		s.Kind = bench.EarlyData
		s.Phases[bench.Request], s.Phases[bench.TTFB] = bench.Absent, bench.Absent
	case state.TLS.DidResume:
		s.Kind = bench.PSK
	}
	s.Offered = early || d.cache.offered()
	s.EarlyDataRejected = early && !state.Used0RTT
	s.HelloRetry, s.ECH = state.TLS.HelloRetryRequest, state.TLS.ECHAccepted
	s.CertAsked, s.Cert = d.asked, d.cert
	if s.Facts != nil {
		tlsconf.Observe(s.Facts, &state.TLS, s.Kind, d.to.String())
		s.Facts.QUIC = state.Version.String()
	}
}

// after waits for the tickets that follow the handshake, where they are wanted:
// for the first, or for all that come within two round trips and 200 ms. A
// server from which no ticket came three times is not waited for any more.
//
// They are wanted too where a response came early: it overtakes the client's
// last message, which the server answers with its ticket and, in the same
// flight, with the token that spares the next connection a Retry. A response
// that was asked for later arrives behind them.
//
// It returns an error where the server refused the handshake after all, which
// it does where it does not take the client's certificate. So connections of an
// arm whose server asks for one are read too, unless a response told it; where
// no ticket comes, nothing shows that the server took it.
func (d *dialer) after(ctx context.Context, conn *quic.Conn, offer bench.Offer, s *bench.Sample) error {
	const often, slack = 3, 200 * time.Millisecond
	if s.CertAsked && !d.asks.Load() {
		d.asks.Store(true)
	}
	unanswered := d.arm.HandshakeOnly()
	s.Unconfirmed = s.CertAsked && unanswered
	overtaken := s.Kind == bench.EarlyData && !unanswered
	wanted := offer.Prime || overtaken || unanswered && (d.arm.Session.ReadTickets || d.asks.Load())
	vain := &d.vain
	if overtaken {
		vain = &d.vainEarly
	}
	if !wanted || vain.Load() >= often && !offer.AllTickets {
		return nil
	}
	d.timer.Reset(2*s.Phases[bench.TLSPhase] + slack)
	defer d.timer.Stop()
	for arrived := false; ; {
		select {
		case <-d.cache.arrived:
			arrived = true
			s.Unconfirmed = false // RFC 8446 section 4.6.1
			vain.Store(0)
			if offer.AllTickets {
				continue
			}
			return nil
		case <-conn.Context().Done():
			if err := context.Cause(conn.Context()); refused(err) {
				return err
			}
		case <-d.timer.C:
		case <-ctx.Done():
		}
		if !arrived {
			vain.Add(1)
		}
		return nil
	}
}

// farewell is the code with which a connection ends well.
func (d *dialer) farewell() quic.ApplicationErrorCode {
	if d.request != nil {
		return quic.ApplicationErrorCode(http3.ErrCodeNoError)
	}
	return 0
}

func (d *dialer) fail(s *bench.Sample, err error, phase bench.Phase) {
	s.Failure = failure(err, phase, d.tap.answer(), d.to.Port())
}
