package cryptotls_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/testserve"
)

// A PostgreSQL that takes no handshake at once hangs up without a word.
func TestPostgresThatIsTooOldForDirectTLS(t *testing.T) {
	address := testserve.Each(t, func(c *net.TCPConn) { _, _ = c.Read(make([]byte, 4096)) })
	for scheme, want := range map[string]bool{"postgres-direct": true, "tls": false} {
		target, err := bench.ParseTarget(scheme + "://" + address)
		if err != nil {
			t.Fatal(err)
		}
		arm := bench.NewArm()
		arm.Target, arm.Timeout = target, 20*time.Second
		client, err := (cryptotls.Engine{}).Open(t.Context(), arm)
		if err != nil {
			t.Fatal(err)
		}
		var s bench.Sample
		s.Reset()
		if _, err := client.Dialer().Dial(t.Context(), bench.Offer{}, &s); err != nil {
			t.Fatal(err)
		}
		if f := s.Failure; f == nil || f.Class != bench.ClassReset || strings.Contains(f.Err.Error(), "postgres://") != want {
			t.Errorf("%s: %v", scheme, f)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}
