package enginetest

import (
	"crypto/tls"
	"io"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
)

// An HTTP/2 client likes to repeat a request that the server says it did not
// serve: on a connection more, whose handshake would be counted as the first
// one's.
func (s suite) oneConnection(t *testing.T) {
	// SETTINGS, then GOAWAY with last stream 0 and no error (RFC 9113 section
	// 6.8).
	const goAway = "\x00\x00\x00\x04\x00\x00\x00\x00\x00" +
		"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	var connections atomic.Int32
	config, roots := s.serverConfig(t)
	address := listenTLS(t, config, func(c *tls.Conn) {
		connections.Add(1)
		readHead(c)
		_, _ = io.WriteString(c, goAway)
		silence(c)
	})
	d := s.open(t, s.arm(address, roots, tls.VersionTLS13))
	const n = 3
	for range n {
		sample, _ := Attempt(t, d, bench.Offer{})
		wantLateFailure(t, sample, bench.ClassHTTP)
	}
	if got := connections.Load(); got != n {
		t.Errorf("%d attempts made %d connections", n, got)
	}
}
