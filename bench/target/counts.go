package target

import (
	"crypto/tls"
	"sync/atomic"
)

// Counts is how many handshakes a server has seen end in each way. A
// connection that ends before its handshake is complete has failed.
type Counts struct {
	Full   int64 `json:"full"`
	Ticket int64 `json:"ticket"` // resumed with a session ticket, up to TLS 1.2 (RFC 5077)
	PSK    int64 `json:"psk"`    // resumed in TLS 1.3 (RFC 8446, section 2.2)
	Failed int64 `json:"failed"`
}

type counters struct {
	full, ticket, psk, failed atomic.Int64
}

// completed counts by what the handshake was. A Go server knows no session-ID
// resumption, so below TLS 1.3 there are tickets only.
func (c *counters) completed(state tls.ConnectionState) {
	switch {
	case !state.DidResume:
		c.full.Add(1)
	case state.Version == tls.VersionTLS13:
		c.psk.Add(1)
	default:
		c.ticket.Add(1)
	}
}

func (c *counters) read() Counts {
	return Counts{
		Full:   c.full.Load(),
		Ticket: c.ticket.Load(),
		PSK:    c.psk.Load(),
		Failed: c.failed.Load(),
	}
}
