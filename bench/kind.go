package bench

import (
	"fmt"
	"strings"
)

// Kind says what a handshake was, by evidence seen on that connection, never
// by what was asked for.
type Kind uint8

// The kinds.
const (
	// Full is a handshake with a certificate and a fresh key exchange.
	Full Kind = iota
	// SessionID is a resumption from the server's cache, TLS 1.2 and below
	// (RFC 5246 section 7.3).
	SessionID
	// Ticket is a resumption from a session ticket, TLS 1.2 and below (RFC
	// 5077).
	Ticket
	// PSK is a TLS 1.3 resumption (RFC 8446 section 2.2).
	PSK
	// EarlyData is a TLS 1.3 resumption whose 0-RTT data was accepted (RFC
	// 8446 section 2.3).
	EarlyData

	// KindCount is how many kinds there are.
	KindCount = int(EarlyData) + 1
)

var kindNames = [KindCount]string{"full", "session-id", "ticket", "psk", "0rtt"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Resumed reports whether the kind continues an earlier session.
func (k Kind) Resumed() bool { return k != Full }

// MarshalText writes the kind's name, also as a key of a JSON object.
func (k Kind) MarshalText() ([]byte, error) {
	if int(k) >= KindCount {
		return nil, fmt.Errorf("no such kind: %d", uint8(k))
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads the kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if name == string(text) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind %q: want one of %s", text, strings.Join(kindNames[:], ", "))
}
