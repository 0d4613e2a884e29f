package bench

import (
	"fmt"
	"strings"
	"time"
)

// Phase is one timed stretch of an attempt, as net/http/httptrace reports it.
type Phase uint8

// The phases, in the order in which they happen.
const (
	// Lag runs from when an attempt fell due to its start. Only open loops have
	// it: in a closed one an attempt is due when the last has ended.
	Lag Phase = iota
	// DNS runs from DNSStart to DNSDone. It is absent where the name is
	// resolved once for the whole run, or is an address.
	DNS
	// Connect runs from ConnectStart to ConnectDone.
	Connect
	// Proxy runs from the end of Connect until what stands between has been told
	// where the connection is to lead, and agreed: the handshake with a proxy,
	// TLS to it included, or a PROXY protocol header. Absent without either.
	Proxy
	// StartTLS is what client and server say to each other in clear until they
	// agree to begin TLS. Absent where TLS begins at once.
	StartTLS
	// TLSPhase runs from TLSHandshakeStart to TLSHandshakeDone.
	TLSPhase
	// Wait is the part of TLSPhase that was spent blocked in reads: network,
	// server, and the client's own run queue.
	Wait
	// Local is the rest of TLSPhase: the client's own work.
	Local
	// Request runs from TLSHandshakeDone to WroteRequest. In HTTP/1.1 that
	// hook fires before the flush, so the write to the socket belongs to TTFB.
	Request
	// TTFB runs from WroteRequest to GotFirstResponseByte.
	TTFB
	// Service runs from the start of the attempt to the first response byte, or
	// to the end of the handshake where no request follows. Only open loops have
	// it: in a closed one it is Total.
	Service
	// Total is Lag and Service together: what whoever caused the attempt waited
	// for. In a closed loop it runs from the start of the attempt.
	Total

	// PhaseCount is how many phases there are.
	PhaseCount = int(Total) + 1
)

var phaseNames = [PhaseCount]string{"lag", "dns", "connect", "proxy", "starttls", "tls", "wait", "local", "request", "ttfb", "service", "total"}

// Absent marks a phase that an attempt did not have.
const Absent time.Duration = -1

// Phases lists all phases in order.
func Phases() []Phase {
	all := make([]Phase, PhaseCount)
	for i := range all {
		all[i] = Phase(i)
	}
	return all
}

// Scheduled reports whether the phase is of open loops alone: a driver measures
// it, and no engine.
func (p Phase) Scheduled() bool { return p == Lag || p == Service }

func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("phase(%d)", uint8(p))
}

// MarshalText writes the phase's name, also as a key of a JSON object.
func (p Phase) MarshalText() ([]byte, error) {
	if int(p) >= PhaseCount {
		return nil, fmt.Errorf("no such phase: %d", uint8(p))
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads the phase's name.
func (p *Phase) UnmarshalText(text []byte) error {
	for i, name := range phaseNames {
		if name == string(text) {
			*p = Phase(i)
			return nil
		}
	}
	return fmt.Errorf("unknown phase %q: want one of %s", text, strings.Join(phaseNames[:], ", "))
}
