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
	"time"
)

// Session is one session that a server granted: a TLS 1.3 PSK or a TLS 1.2
// ticket with the secrets that belong to it. The zero value is "no session".
//
// A Session is secret. It has no exported way to its bytes other than State,
// and prints as a fixed word.
type Session struct {
	// State is what crypto/tls needs to offer the session. It is not modified
	// by an offer over TCP, so one State may be offered on many connections at
	// the same time.
	State *tls.ClientSessionState
	// Granted is when the client received the session.
	Granted time.Time
}

// IsZero reports whether there is no session.
func (s Session) IsZero() bool { return s.State == nil }

// String never shows anything of the session itself.
func (s Session) String() string {
	if s.IsZero() {
		return "no session"
	}
	return "session (secret)"
}

// GoString keeps %#v from printing the secrets.
func (s Session) GoString() string { return s.String() }
