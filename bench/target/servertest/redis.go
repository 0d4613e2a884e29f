package servertest

import (
	"net"
	"regexp"
	"testing"
)

// Redis starts redis-server: redis, which begins with TLS. It grants tickets in all
// versions, for five minutes. It counts connections as they are accepted, and knows
// of no handshakes: its total_connections_received leaves out each connection of TLS
// 1.3 whose client is gone before the second ticket is written, though that client
// has completed its handshake.
func Redis(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "redis-server", "redis-server")
	var address string
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address = d.o.mainAddress(ports[0])
		return []string{
			d.program, "--bind", d.o.Host, "--port", "0", "--tls-port", portOf(address),
			"--tls-cert-file", d.path("chain.pem"), "--tls-key-file", d.path("key.pem"), "--tls-ca-cert-file", d.path("ca.pem"),
			"--tls-auth-clients", "no", "--dir", d.dir, "--save", "", "--loglevel", "verbose",
		}, refusesClear(address)
	})
	peer := d.peer(p, map[string]string{"redis": address})
	peer.counts = logged(p.Stdout(), regexp.MustCompile(` Accepted \d`), nil, nil)
	return peer
}

// refusesClear asks without TLS and waits for the end of that, so that what is
// logged of the connection is there.
func refusesClear(address string) func() error {
	return eachAnswers([]string{address}, func(c net.Conn) error {
		if _, err := c.Write([]byte("PING\r\n")); err != nil {
			return err
		}
		_, _ = c.Read(make([]byte, 1)) // an alert, the end, or a reset
		return nil
	})
}
