package session

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"time"
)

// crypto/tls has no client for session IDs, but it can be led to be one: it
// offers a session with an empty ticket by its ClientHello's session ID, which
// it takes from Config.Rand, and takes a server's echo of that for a resumption
// (RFC 5077 section 3.4 describes this for tickets).

// IDLength is the length of the session IDs that crypto/tls can offer, the
// longest that TLS has (RFC 5246 section 7.4.1.2). All usual servers issue it.
const IDLength = 32

// ErrIDLength says that a session ID cannot be offered for its length.
var ErrIDLength = errors.New("crypto/tls can only offer session IDs of 32 bytes")

// NewByID makes a session from a completed full handshake of TLS 1.2 or below:
// the ID that the server's ServerHello gave, whether that agreed on the
// extended master secret (RFC 7627), and the master secret.
func NewByID(cs *tls.ConnectionState, id []byte, extended bool, masterSecret []byte) (Session, error) {
	if len(id) != IDLength {
		return Session{}, fmt.Errorf("%w, and this one has %d", ErrIDLength, len(id))
	}
	if cs.Version >= tls.VersionTLS13 {
		return Session{}, errors.New("TLS 1.3 has no session IDs")
	}
	now := time.Now()
	state, err := clientSession{
		version: cs.Version, suite: cs.CipherSuite, created: uint64(now.Unix()),
		secret: masterSecret, extended: extended,
		peer: cs.PeerCertificates, verified: cs.VerifiedChains, curve: cs.CurveID,
	}.state(nil)
	if err != nil {
		return Session{}, err
	}
	return Session{
		State: state, ID: string(id), Version: cs.Version, Granted: now,
		NotAfter: cs.PeerCertificates[0].NotAfter,
	}, nil
}

// HelloRand is a connection's Config.Rand that makes its ClientHello carry a
// session ID: crypto/tls reads the hello's random first and its session ID
// second, 32 bytes each. Everything else is random.
//
// That order is no contract, so whoever uses it must check the ClientHello that
// went out.
type HelloRand struct {
	ID    string
	reads int
}

// Read implements io.Reader.
func (r *HelloRand) Read(p []byte) (int, error) {
	r.reads++
	if r.reads == 2 && len(p) == len(r.ID) {
		return copy(p, r.ID), nil
	}
	return io.ReadFull(rand.Reader, p)
}

// Describe fills in what crypto/tls knows of a ticket or PSK: its lifetime, in
// TLS 1.3, and the end of the certificate. It costs some microseconds.
func (s *Session) Describe() error {
	_, state, err := s.State.ResumptionState()
	if err != nil {
		return err
	}
	encoded, err := state.Bytes()
	if err != nil {
		return err
	}
	c, err := decode(encoded)
	if err != nil {
		return err
	}
	s.Version, s.NotAfter = c.version, c.certificateEnd
	if c.version >= tls.VersionTLS13 && c.useBy > c.created {
		s.Lifetime = time.Duration(c.useBy-c.created) * time.Second
	}
	return nil
}

// TicketSize is the length of the session's ticket in bytes, 0 for a session
// ID.
func (s Session) TicketSize() int {
	if s.IsZero() {
		return 0
	}
	ticket, _, err := s.State.ResumptionState()
	if err != nil {
		return 0
	}
	return len(ticket)
}
