// Package tlsconn is what is common to every TLS connection over TCP, whatever
// runs on it: the session that it offers, the evidence of what came of that,
// and the sessions that the server grants.
//
// The evidence is taken from the wire. That a session was offered is read from
// the ClientHello that went out, and the kind of a resumption follows from what
// that ClientHello held, so that no engine believes what it was asked to do.
package tlsconn

import (
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/session"
	"tlsbench/bench/tlsconf"
	"tlsbench/bench/wire"
)

// ErrNotSent says that a session ID was to be offered and did not go out.
var ErrNotSent = errors.New("the ClientHello that went out does not carry the session ID that it was given: " +
	"this release of crypto/tls does not read Config.Rand in the known order, so session-id cannot be measured with it")

// Attempt is one connection.
//
// It is the tls.ClientSessionCache of exactly that connection. crypto/tls keys
// its cache by server name, so that two ports of one host collide, and it
// advertises tickets and PSK modes only where a cache is set (RFC 8446 section
// 4.2.9). One cache a connection, also where nothing is offered, avoids both:
// nothing collides, and a full handshake advertises the same as a resumed one.
type Attempt struct {
	want   bench.Want
	offer  bench.Offer
	conn   *dial.Conn
	of     *tlsconf.Config
	config *tls.Config
	rand   session.HelloRand
	keys   keyLog
	took   bool // the secrets and the server's flight are kept
	asked  bool // the server wanted a client certificate
	cert   int  // the place of the one that it was given, 0 for none

	// HTTP/2 reads on while the attempt ends, so that a late ticket may arrive
	// while the others are being taken.
	mu      sync.Mutex
	granted []session.Session
	version uint16
	// onGrant, where set, is called at each ticket, from inside the handshake
	// (TLS 1.2) or a later Read (TLS 1.3).
	onGrant func()
}

// Begin makes the configuration of a connection that offers what it is told,
// from the arm's. An attempt may begin anew, with the same configuration, when
// nobody uses its last connection any more.
func (a *Attempt) Begin(of *tlsconf.Config, want bench.Want, conn *dial.Conn, offer bench.Offer) *tls.Config {
	a.want, a.offer, a.conn = want, offer, conn
	a.took, a.version, a.onGrant, a.granted = false, 0, nil, nil
	a.asked, a.cert = false, 0
	if a.config == nil {
		a.of, a.config = of, of.Clone()
		a.config.ClientSessionCache = a
		a.config.GetClientCertificate = a.present
	}
	config := a.config
	config.Rand, config.KeyLogWriter = of.Rand, of.KeyLogWriter
	if id := offer.Session.ID; id != "" {
		a.rand = session.HelloRand{ID: id}
		config.Rand = &a.rand
	}
	// A server that grants tickets gives no session ID to clients that take
	// them (RFC 5077 section 3.4). What a measured connection advertises is the
	// same in all arms, so only primed ones leave it out.
	config.SessionTicketsDisabled = offer.Prime && want == bench.WantSessionID
	if a.mayGrantID(config) {
		a.took = true
		a.keys = keyLog{next: of.KeyLogWriter}
		config.KeyLogWriter = &a.keys
		conn.Record()
	}
	return config
}

// mayGrantID reports whether the connection could be granted a session ID that
// somebody wants. Looking for one costs a little in a full handshake, so it is
// left out where it would make arms differ that are compared.
func (a *Attempt) mayGrantID(config *tls.Config) bool {
	wanted := a.offer.Prime || a.offer.Session.ID != "" || a.want == bench.WantSessionID
	return wanted && config.MinVersion < tls.VersionTLS13
}

// Get implements tls.ClientSessionCache.
func (a *Attempt) Get(string) (*tls.ClientSessionState, bool) {
	state := a.offer.Session.State
	return state, state != nil
}

// Put implements tls.ClientSessionCache. crypto/tls puts nil to say that an
// offered session proved useless; whether that was so is told by the
// connection itself.
func (a *Attempt) Put(_ string, state *tls.ClientSessionState) {
	if state == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.granted = append(a.granted, session.Session{State: state, Granted: time.Now()})
	a.conn.Ticket()
	if a.onGrant != nil {
		a.onGrant()
	}
}

// present answers a server that asks for a client certificate.
func (a *Attempt) present(*tls.CertificateRequestInfo) (cert *tls.Certificate, err error) {
	a.asked = true
	cert, a.cert = a.of.NextCertificate()
	return cert, nil
}

// Asked reports whether the server asked for a client certificate. In TLS 1.3
// the handshake is then done before the server has seen the answer.
func (a *Attempt) Asked() bool { return a.asked }

// OnTicket has do called at every further ticket.
func (a *Attempt) OnTicket(do func()) { a.onGrant = do }

// HandshakeDone takes the evidence of a completed handshake while its bytes are
// the only ones. An error means that the run cannot go on.
func (a *Attempt) HandshakeDone(cs *tls.ConnectionState, s *bench.Sample) error {
	a.conn.HandshakeDone(s)
	if err := a.Check(); err != nil {
		return err
	}
	a.version = cs.Version
	hello := a.conn.Hello()
	id := a.offer.Session.ID != ""
	s.Kind = kindOf(cs, hello)
	s.Offered = hello.Ticket || hello.PSK || id
	if cs.ECHAccepted {
		s.Offered = a.of.OfferedInECH(hello.ECH, a.offer.Session.IsZero(), cs.DidResume)
	}
	s.HelloRetry, s.ECH = cs.HelloRetryRequest, cs.ECHAccepted
	s.CertAsked, s.Cert = a.asked, a.cert
	if s.Facts != nil {
		tlsconf.Observe(s.Facts, cs, s.Kind, a.conn.RemoteAddr().String())
	}
	if a.took {
		return a.takeID(cs)
	}
	return nil
}

// Check compares what went out with what was to be offered. Where a handshake
// failed, HandshakeDone was not there to do so.
func (a *Attempt) Check() error {
	id, hello := a.offer.Session.ID, a.conn.Hello()
	if id == "" || !hello.Sent {
		return nil
	}
	if hello.Err != nil {
		return fmt.Errorf("the ClientHello that went out cannot be read: %w", hello.Err)
	}
	if string(hello.SessionID()) != id {
		return ErrNotSent
	}
	return nil
}

// kindOf is the kind of a completed handshake. Before TLS 1.3 a server resumes
// by the ticket, where there is one, else by the session ID (RFC 5077 section
// 3.4).
func kindOf(cs *tls.ConnectionState, hello *dial.Hello) bench.Kind {
	switch {
	case !cs.DidResume:
		return bench.Full
	case cs.Version >= tls.VersionTLS13:
		return bench.PSK
	case hello.Ticket:
		return bench.Ticket
	default:
		return bench.SessionID
	}
}

// takeID makes a session of the ID that the server gave, if it gave one.
func (a *Attempt) takeID(cs *tls.ConnectionState) error {
	if cs.DidResume || cs.Version >= tls.VersionTLS13 || a.keys.secret == nil {
		return nil
	}
	flight, err := wire.ParseServerFlight(a.conn.Flight())
	if err != nil {
		return fmt.Errorf("the ServerHello that came cannot be read: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(flight.Tickets) > 0 && len(a.granted) > 0 {
		a.granted[0].Lifetime = flight.Tickets[0].LifetimeHint
	}
	// The ID beside a ticket names no session in a cache.
	if len(flight.SessionID) == 0 || flight.TicketExtension {
		return nil
	}
	s, err := session.NewByID(cs, flight.SessionID, flight.ExtendedMasterSecret, a.keys.secret)
	if errors.Is(err, session.ErrIDLength) {
		return nil
	}
	if err != nil {
		return err
	}
	a.granted = append(a.granted, s)
	return nil
}

// Granted returns the sessions that were granted so far, oldest first, and the
// bytes of the tickets that followed the handshake.
func (a *Attempt) Granted() (granted []session.Session, ticketBytes int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.granted {
		s := &a.granted[i]
		s.Version = a.version
		if a.offer.Prime && s.ID == "" {
			// A session that is not understood can still be offered.
			_ = s.Describe()
		}
	}
	return a.granted, a.conn.TicketBytes()
}
