package enginetest

import (
	"crypto/tls"
	"net"
	"testing"

	"tlsbench/bench"
)

// bytes compares what the engine counted with the records that passed the
// server's end. How many records a handshake has is crypto/tls's server's
// habit: one for each message, change_cipher_spec included.
func (s suite) bytes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		version  bench.Version
		resumed  bool
		up, down int // records of the handshake
		tickets  int // records that follow it
	}{
		// Up: hello, key exchange, ccs, finished. Down: hello, certificate,
		// key exchange, hello done, ticket, ccs, finished.
		{"TLS 1.2 full", tls.VersionTLS12, false, 4, 7, 0},
		// Up: hello, ccs, finished. Down: hello, a new ticket, ccs, finished.
		{"TLS 1.2 ticket", tls.VersionTLS12, true, 3, 4, 0},
		// Up: hello, ccs, finished. Down: hello, ccs, encrypted extensions,
		// certificate, certificate verify, finished; then a ticket.
		{"TLS 1.3 full", tls.VersionTLS13, false, 3, 6, 1},
		{"TLS 1.3 psk", tls.VersionTLS13, true, 3, 4, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config, roots := s.serverConfig(t)
			closed := make(chan *seen, 2)
			address := s.listenHTTP(t, config, ok, func(l net.Listener) net.Listener {
				return &witness{Listener: l, seen: closed}
			})
			arm := s.arm(address, roots, tt.version)
			arm.Net.Close = bench.CloseGraceful // a reset may overtake what it follows
			arm.Session.ReadTickets = true
			d := s.open(t, arm)
			var offer bench.Offer
			if tt.resumed {
				offer.Session = primed(t, d)
				<-closed
			}
			sample, _ := Succeed(t, d, offer)
			if sample.Kind.Resumed() != tt.resumed {
				t.Fatalf("kind %v", sample.Kind)
			}
			up, down := (<-closed).records()
			if len(up) <= tt.up || len(down) < tt.down+tt.tickets {
				t.Fatalf("the server saw records of %v up and %v down", up, down)
			}
			for _, c := range []struct {
				what      string
				got, want int64
			}{
				{"bytes out", sample.BytesOut, sum(up[:tt.up])},
				{"bytes in", sample.BytesIn, sum(down[:tt.down])},
				{"ticket bytes", sample.TicketBytes, sum(down[tt.down : tt.down+tt.tickets])},
			} {
				if c.got != c.want {
					t.Errorf("%s: %d, the server saw %d (records: %v up, %v down)", c.what, c.got, c.want, up, down)
				}
			}
			if s.requests() {
				return
			}
			// Without a request only the closing alerts are left: two bytes
			// and what the record protection adds.
			const alert = 5 + 2 + 24
			if len(up) != tt.up+1 || up[tt.up] > alert {
				t.Errorf("after the handshake the client sent more than an alert: %v", up[tt.up:])
			}
			if rest := down[tt.down+tt.tickets:]; len(rest) > 1 || sum(rest) > alert {
				t.Errorf("the server sent more than handshake, tickets and an alert: %v", rest)
			}
		})
	}
}
