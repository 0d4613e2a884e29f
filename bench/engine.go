package bench

import (
	"context"

	"tlsbench/bench/session"
)

// The names of the engines that there are.
const (
	EngineNetHTTP   = "net/http"   // a request on each connection
	EngineCryptoTLS = "crypto/tls" // handshake only
	EngineQUIC      = "quic-go"    // QUIC, with a request (HTTP/3) or without
)

// Engine makes connections in one way: crypto/tls, net/http …
type Engine interface {
	// Name is the word for the engine in plans and results.
	Name() string
	// Check says why an arm cannot be served: a wrong option, an unreadable
	// file. It dials nothing.
	Check(Arm) error
	// Open prepares what an arm's workers share, such as the address of its
	// name.
	Open(context.Context, Arm) (Client, error)
}

// Client is an opened arm.
type Client interface {
	// Dialer returns a dialer for one worker.
	Dialer() Dialer
	// Close gives back what Open took. No dialer is in use any more.
	Close() error
}

// Dialer makes one worker's connections, one after the other.
type Dialer interface {
	// Dial makes one fresh connection, offers what it is given, closes the
	// connection, and fills the sample, which has been Reset. It returns the
	// sessions that the server granted, oldest first; the slice may be reused
	// by the next Dial.
	//
	// A failed attempt is a sample with a Failure. An error means that the run
	// cannot go on, for instance because this release of Go no longer offers
	// what it was given.
	Dial(context.Context, Offer, *Sample) (granted []session.Session, err error)
	// Close gives back what the dialer holds.
	Close() error
}

// Offer is what one connection offers to the server.
type Offer struct {
	// Session is offered, unless it is zero.
	Session session.Session
	// Prime says that the connection is made to receive a session and is not
	// measured.
	Prime bool
	// AllTickets says that a primed connection waits for every ticket that a
	// TLS 1.3 server sends, not just for the first.
	AllTickets bool
}
