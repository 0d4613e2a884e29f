package quicgo

import (
	"crypto/tls"
	"sync"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// cache is the tls.ClientSessionCache of one connection at a time: it hands out
// the one session that is offered and collects those that are granted. One is
// set also where nothing is offered, for crypto/tls advertises what resumption
// takes only then.
type cache struct {
	mu      sync.Mutex
	state   *tls.ClientSessionState // a copy that is the connection's own
	mark    *bool                   // in it, see offered
	granted []session.Session
	// arrived is told of each.
	arrived chan struct{}
}

// manyTickets is more than a server sends at once.
const manyTickets = 16

func newCache() *cache { return &cache{arrived: make(chan struct{}, manyTickets)} }

// begin prepares the next connection. Nobody uses the last one any more. It
// reports whether 0-RTT data can go with the session, where it is wanted.
func (c *cache) begin(s session.Session, wanted bool) (early bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state, c.mark, c.granted = nil, nil, nil
	for len(c.arrived) > 0 {
		<-c.arrived
	}
	if s.IsZero() {
		return false, nil
	}
	own, err := s.Copy()
	if err != nil {
		return false, err
	}
	_, state, err := own.ResumptionState()
	if err != nil {
		return false, err
	}
	early = wanted && state.EarlyData
	state.EarlyData = true
	c.state, c.mark = own, &state.EarlyData
	return early, nil
}

// Get implements tls.ClientSessionCache.
func (c *cache) Get(string) (*tls.ClientSessionState, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.state != nil
}

// Put implements tls.ClientSessionCache. nil says that the session that Get
// gave will not do, which is not always said: see offered.
func (c *cache) Put(_ string, state *tls.ClientSessionState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == nil {
		return
	}
	c.granted = append(c.granted, session.Session{State: state, QUIC: true, Version: tls.VersionTLS13, Granted: time.Now()})
	select {
	case c.arrived <- struct{}{}:
	default:
	}
}

// offered reports whether the ClientHello of a completed handshake carried the
// session, where no 0-RTT data went with it. It cannot be read there, since QUIC
// protects also its first packets, and crypto/tls keeps back in silence what
// does not fit its configuration. But of a session that goes out quic-go is told,
// and takes the mark off it that allows 0-RTT data.
func (c *cache) offered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mark != nil && !*c.mark
}

// take returns the sessions that were granted so far, oldest first.
func (c *cache) take(offer bench.Offer) []session.Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if offer.Prime {
		for i := range c.granted {
			// A session that is not understood can still be offered.
			_ = c.granted[i].Describe()
		}
	}
	return c.granted
}
