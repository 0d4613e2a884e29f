// Package wire reads what a TLS handshake says in plaintext: the ClientHello
// that went out, and the server's answer as far as it is not encrypted.
//
// A TLS stack tells what it made of a handshake. What was offered, and what the
// server said to it, stands only on the wire: whether a ticket was in the
// hello, under which ID the server keeps the session, whether it promised a
// ticket and then sent it. A benchmark that claims to have measured a
// resumption should be able to show these bytes.
//
// ParseClientHello is for the hot path and allocates nothing. Neither parser
// judges a handshake as a TLS stack must: they refuse what cannot be read
// without doubt, and no more. No input makes them panic.
//
// Records are those of RFC 8446 section 5.1, hellos those of its section 4.1
// and of RFC 5246 section 7.4.1, tickets before TLS 1.3 those of RFC 5077.
package wire

import "errors"

var (
	// ErrNotHello says that the bytes do not begin with the hello that was
	// looked for: they are not TLS, hold another message, an alert, or a hello
	// that breaks its format. For an alert the error is a tls.AlertError too.
	ErrNotHello = errors.New("no TLS hello")

	// ErrTruncated says that the bytes end before the hello does, and that
	// nothing was wrong so far.
	ErrTruncated = errors.New("bytes end before the TLS hello does")

	// ErrBrokenOff says that a hello was read and that something unreadable,
	// or an alert, follows it. For an alert the error is a tls.AlertError too.
	ErrBrokenOff = errors.New("server flight breaks off")
)
