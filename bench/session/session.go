// Package session keeps the TLS sessions that servers grant and decides which
// of them a new connection offers.
//
// Policies live here and nowhere else. An engine is handed one session for one
// connection and returns what the server granted on it; it never chooses. That
// keeps every engine small, makes priming an ordinary connection without an
// offer, and lets the same rules serve sessions of any origin. The package is a
// leaf: it knows nothing of arms, engines or targets.
package session

import (
	"crypto/tls"
	"fmt"
	"io"
	"time"
)

// Session is one session that a server granted, with the secrets that belong
// to it. The zero value is "no session".
//
// A Session is secret. It has no exported way to its bytes other than State
// and ID, and prints as a fixed word.
type Session struct {
	// State is what crypto/tls needs to offer the session. It is not modified
	// by an offer over TCP, so one State may be offered on many connections at
	// the same time. Over QUIC it is, and each connection is given a copy: see
	// Copy.
	State *tls.ClientSessionState
	// ID is the session ID under which the server keeps the session, TLS 1.2
	// and below (RFC 5246 section 7.4.1.2). It is empty where the session is a
	// ticket or a PSK.
	ID string
	// Version is the TLS version in which it was granted.
	Version uint16
	// QUIC says that it was granted over QUIC. Such a session holds transport
	// parameters, and neither QUIC nor TCP can use one of the other (RFC 9001
	// section 4.5).
	QUIC bool
	// Granted is when the client received the session.
	Granted time.Time
	// Lifetime is how long the server means to accept it, from then on, 0
	// where it did not say or nobody looked.
	Lifetime time.Duration
	// NotAfter is the end of the server certificate in it, zero where nobody
	// looked: a client does not offer a session beyond that.
	NotAfter time.Time
}

// IsZero reports whether there is no session.
func (s Session) IsZero() bool { return s.State == nil }

// Mechanism is the way in which a session is resumed.
type Mechanism string

// The mechanisms.
const (
	ByID     Mechanism = "session-id" // RFC 5246 section 7.3
	ByTicket Mechanism = "ticket"     // RFC 5077
	ByPSK    Mechanism = "psk"        // RFC 8446 section 2.2
)

// Mechanism tells how the session would be resumed.
func (s Session) Mechanism() Mechanism {
	switch {
	case s.ID != "":
		return ByID
	case s.Version >= tls.VersionTLS13:
		return ByPSK
	default:
		return ByTicket
	}
}

// EarlyData reports whether the server accepts 0-RTT data with the session (RFC
// 9001 section 4.6.1). Only over QUIC is it ever asked.
func (s Session) EarlyData() bool {
	if s.IsZero() || !s.QUIC {
		return false
	}
	_, state, err := s.State.ResumptionState()
	return err == nil && state != nil && state.EarlyData
}

// Copy returns a State that a connection may change: quic-go notes in the one
// that it is given whether it sends 0-RTT data, so that a second offer of it
// would be another. What the copies share is never changed.
func (s Session) Copy() (*tls.ClientSessionState, error) {
	ticket, state, err := s.State.ResumptionState()
	if err != nil {
		return nil, err
	}
	own := *state
	return tls.NewResumptionState(ticket, &own)
}

// Expires is when it ends, by its lifetime or its certificate's, zero where
// neither is known.
func (s Session) Expires() time.Time {
	end := s.NotAfter
	if s.Lifetime > 0 {
		if byHint := s.Granted.Add(s.Lifetime); end.IsZero() || byHint.Before(end) {
			end = byHint
		}
	}
	return end
}

// Expired reports whether the session is known to be over.
func (s Session) Expired(now time.Time) bool {
	end := s.Expires()
	return !end.IsZero() && now.After(end)
}

// String never shows anything of the session itself.
func (s Session) String() string {
	if s.IsZero() {
		return "no session"
	}
	return "session (secret)"
}

// Format keeps every verb from printing the secrets.
func (s Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }
