package faultrelay

import "time"

// Kind is what befalls a connection.
type Kind string

// The kinds.
const (
	// Pass passes everything on.
	Pass Kind = "pass"
	// Silence answers nothing from the point on, and forwards nothing, until
	// the client leaves.
	Silence Kind = "silence"
	// Stall is silence for a while. What arrived meanwhile is then passed on.
	Stall Kind = "stall"
	// Reset ends the connection with RST.
	Reset Kind = "reset"
	// HalfClose says with FIN that nothing more will come, and goes on to read.
	HalfClose Kind = "half-close"
	// Drip passes what the server says on in small pieces.
	Drip Kind = "drip"
	// Garbage answers with something that is no TLS, and nothing else.
	Garbage Kind = "garbage"
)

// Point is when a fault strikes.
type Point string

// The points.
const (
	// AtAccept is before anything is read. There is no connection to the server.
	AtAccept Point = "accept"
	// AfterHello is when the ClientHello has arrived, and was not passed on.
	AfterHello Point = "hello"
	// InFlight is in the server's first flight, after [Fault.Bytes] of it.
	InFlight Point = "flight"
	// AtRequest is when the first record after the client's Finished has
	// arrived, and was not passed on: its handshake is over. A client that
	// sends none is not struck. It counts on a handshake without client
	// certificate and HelloRetryRequest.
	AtRequest Point = "request"
)

// Fault is what befalls one connection, and when. The zero value passes
// everything on.
type Fault struct {
	Kind Kind
	At   Point // AfterHello where it is empty
	// Bytes of the server's first flight are passed on before InFlight; 40,
	// which is in the middle of a ServerHello, where it is 0.
	Bytes int
	// For is how long Stall lasts, and the pause between the pieces of Drip.
	For time.Duration
	// Piece is how many bytes Drip passes on at once, 64 where it is 0.
	Piece int
}

func (f Fault) withDefaults() Fault {
	if f.Kind == "" {
		f.Kind = Pass
	}
	if f.At == "" {
		f.At = AfterHello
	}
	if f.Bytes == 0 {
		f.Bytes = 40
	}
	if f.Piece == 0 {
		f.Piece = 64
	}
	return f
}

// Every strikes each nth connection, counted from 1, and lets the others pass.
func Every(n int64, f Fault) func(int64) Fault {
	return func(i int64) Fault {
		if i%n == 0 {
			return f
		}
		return Fault{}
	}
}

// Always strikes every connection.
func Always(f Fault) func(int64) Fault { return Every(1, f) }
