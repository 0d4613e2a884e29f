package bench

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench/session"
)

// Want is the kind of handshake that an arm asks for.
type Want string

// The wants.
const (
	WantFull      Want = "full"
	WantResumed   Want = "resumed" // whichever resumption the server grants
	WantSessionID Want = Want(session.ByID)
	WantTicket    Want = Want(session.ByTicket)
	WantPSK       Want = Want(session.ByPSK)
	WantEarlyData Want = "0rtt" // over QUIC
)

// Wants lists what an arm can ask for.
func Wants() []Want {
	return []Want{WantFull, WantResumed, WantSessionID, WantTicket, WantPSK, WantEarlyData}
}

// ParseWant reads the name of a want.
func ParseWant(name string) (Want, error) {
	if w := Want(name); slices.Contains(Wants(), w) {
		return w, nil
	}
	names := make([]string, len(Wants()))
	for i, w := range Wants() {
		names[i] = string(w)
	}
	return "", fmt.Errorf("unknown arm %q: want %s", name, strings.Join(names, ", "))
}

// Resumes reports whether a resumption is wanted.
func (w Want) Resumes() bool { return w != WantFull }

// Met reports whether a handshake of kind k is what was wanted.
func (w Want) Met(k Kind) bool {
	if w == WantResumed {
		return k.Resumed()
	}
	return k.String() == string(w)
}

// Takes reports whether a session can lead to what is wanted.
func (w Want) Takes(s session.Session) bool {
	switch w {
	case WantResumed:
		return true
	case WantEarlyData:
		return s.EarlyData()
	}
	return string(s.Mechanism()) == string(w)
}

// Versions gives the TLS versions in which what is wanted exists.
func (w Want) Versions() (lowest, highest Version) {
	switch w {
	case WantSessionID, WantTicket:
		return tls.VersionTLS10, tls.VersionTLS12
	case WantPSK, WantEarlyData:
		return tls.VersionTLS13, tls.VersionTLS13
	default:
		return tls.VersionTLS10, tls.VersionTLS13
	}
}
