package cryptotls

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
)

// How long it is waited at least for what follows a handshake. Some servers hand
// the session to another process first.
const slack = 500 * time.Millisecond

// follow reads what follows a TLS 1.3 handshake, when all clocks of the attempt
// have stopped: tickets where they are wanted, and, where the server asked for a
// client certificate, whether it took it. The client is done before the server
// has seen the certificate, so that a handshake may be refused that returned no
// error; such a one is returned as the failure that it is.
//
// Once the server has asked an arm's connection for a certificate, all
// connections of the arm are read alike, also the resumed ones, of which it asks
// none: else arms would differ in more than their handshakes.
func (d *dialer) follow(tlsConn *tls.Conn, offer bench.Offer, s *bench.Sample) error {
	asked := d.tls.Asked()
	if asked && !d.asks.Load() {
		d.asks.Store(true)
	}
	asks := d.asks.Load()
	if !asks && !offer.Prime && !d.arm.Session.ReadTickets {
		return nil
	}
	// A busy server may take as long again as it took for the handshake, or longer.
	patience := 2*roundTrip(s) + 4*s.Phases[bench.TLSPhase] + slack
	came, err := d.readTickets(tlsConn, offer.AllTickets, patience)
	switch {
	case dial.IsAlert(err):
		return err
	case came || !asks:
		return nil
	case err != nil && asked:
		return unaccepted(err)
	case err != nil || d.arm.Net.Close == bench.CloseAbrupt:
		s.Unconfirmed = asked
		return nil
	}
	err = d.askByClosing(tlsConn, patience)
	switch {
	case !asked:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.Unconfirmed = true
		return nil
	case dial.IsAlert(err):
		return err
	case err != nil:
		return unaccepted(err)
	}
	return nil
}

// roundTrip is how long one took at most. Behind a proxy it leads further than
// the connect did, and the way there was part of phase proxy.
func roundTrip(s *bench.Sample) time.Duration {
	return s.Phases[bench.Connect] + max(s.Phases[bench.Proxy], 0)
}

func unaccepted(err error) error {
	return fmt.Errorf("the server asked for a client certificate and ended the connection without accepting the handshake: %w", err)
}

// readTickets waits for the tickets that follow a handshake, for the first
// flight of them or for all. Servers send them after the client's Finished, one
// more round trip later, or send none. A server from which no ticket came three
// times is not waited for any more.
//
// It reports whether any came, or data, which both prove that the server took a
// client certificate: the secret in a ticket covers it, so that no server which
// asked for one can send a ticket before it has seen it (RFC 8446 section
// 4.6.1). An error says that the server ended the connection.
func (d *dialer) readTickets(tlsConn *tls.Conn, all bool, patience time.Duration) (came bool, err error) {
	const often = 3
	if d.vain.Load() >= often && !all {
		return false, nil
	}
	conn := &d.conn
	d.tls.OnTicket(func() {
		came = true
		if !all {
			conn.Drain() // take what has arrived with it, and wait for no more
		}
	})
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return false, err
	}
	var one [1]byte
	n, err := tlsConn.Read(one[:])
	if errors.Is(err, os.ErrDeadlineExceeded) { // or by Drain
		err = nil
	}
	switch {
	case came && d.vain.Load() != 0:
		d.vain.Store(0)
	case !came && err == nil:
		d.vain.Add(1)
	}
	return came || n > 0, err
}

// askByClosing sends the close_notify that the connection would end with anyway,
// and waits for the server's answer to it. The server reads it behind the
// client's certificate, so that one that accepted the handshake ends the
// connection in turn, and one that refused it has said so by an alert before, or
// resets the connection because it never read that far.
func (d *dialer) askByClosing(tlsConn *tls.Conn, patience time.Duration) error {
	if err := tlsConn.CloseWrite(); err != nil {
		return err
	}
	if err := d.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	var one [1]byte
	if _, err := tlsConn.Read(one[:]); err != io.EOF {
		return err
	}
	return nil
}
