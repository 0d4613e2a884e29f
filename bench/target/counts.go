package target

import (
	"crypto/tls"
	"sync/atomic"
)

// Counts is how many handshakes a server has seen end in each way. A
// connection that ends before its handshake is complete has failed. Over QUIC
// that is one whose address was validated, where that is asked for; and a server
// so late with its work that it meets a client's repeated first packet when that
// connection is over takes it for another one, which fails, or forgets a
// connection that is over before it was accepted, which has failed then.
type Counts struct {
	Full   int64 `json:"full"`
	Ticket int64 `json:"ticket"` // resumed with a session ticket, up to TLS 1.2 (RFC 5077)
	PSK    int64 `json:"psk"`    // resumed in TLS 1.3 (RFC 8446, section 2.2), without early data or with rejected
	// EarlyData counts those resumed in TLS 1.3 whose early data was accepted:
	// the kind 0rtt.
	EarlyData int64 `json:"0rtt"`
	Failed    int64 `json:"failed"`
}

type counters struct {
	full, ticket, psk, earlyData, failed atomic.Int64
}

// completed counts by what the handshake was. A Go server knows no session-ID
// resumption, so below TLS 1.3 there are tickets only.
func (c *counters) completed(state tls.ConnectionState, earlyData bool) {
	switch {
	case earlyData:
		c.earlyData.Add(1)
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
		Full:      c.full.Load(),
		Ticket:    c.ticket.Load(),
		PSK:       c.psk.Load(),
		EarlyData: c.earlyData.Load(),
		Failed:    c.failed.Load(),
	}
}
