package session

import (
	"crypto/tls"
	"time"
)

// Cache is the tls.ClientSessionCache of exactly one connection: it hands out
// the one session that was chosen for it and collects what the server grants.
//
// crypto/tls keys its cache by server name, so that two ports of one host
// collide, and it advertises tickets and PSK modes only where a cache is set
// (RFC 8446 section 4.2.9). One cache a connection, also where nothing is
// offered, avoids both: nothing collides, and a full handshake advertises the
// same as a resumed one.
//
// It is used by the goroutine that reads from the connection; read Granted
// when that one is done.
type Cache struct {
	Offer   Session
	Granted []Session
	// OnGrant, if set, is called at each session received, from inside the
	// handshake (TLS 1.2) or a later Read (TLS 1.3).
	OnGrant func()
}

// Get implements tls.ClientSessionCache.
func (c *Cache) Get(string) (*tls.ClientSessionState, bool) {
	return c.Offer.State, c.Offer.State != nil
}

// Put implements tls.ClientSessionCache. crypto/tls puts nil to say that an
// offered session proved useless; whether that was so is told by the
// connection's own DidResume.
func (c *Cache) Put(_ string, state *tls.ClientSessionState) {
	if state == nil {
		return
	}
	c.Granted = append(c.Granted, Session{State: state, Granted: time.Now()})
	if c.OnGrant != nil {
		c.OnGrant()
	}
}
