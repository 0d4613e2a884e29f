package enginetest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench"
)

// A cancelled context ends an attempt before it is connected; once it is, only
// its timeout does. Either way nothing may touch the sample after Dial, which
// the race detector watches.
func (s suite) cancelled(t *testing.T) {
	t.Run("beforehand", func(t *testing.T) {
		server, roots := embedded(t, nil)
		d := s.open(t, s.arm(server.Endpoint().Address, roots, tls.VersionTLS13))
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var sample bench.Sample
		sample.Reset()
		began := time.Now()
		if _, err := d.Dial(ctx, bench.Offer{}, &sample); err != nil {
			t.Fatal(err)
		}
		wantFailure(t, sample, bench.ClassConnect, bench.Connect)
		if took := time.Since(began); took > patience/4 {
			t.Errorf("it took %v", took)
		}
		succeed(t, d, bench.Offer{}) // the dialer is as good as before
	})
	t.Run("in the middle", func(t *testing.T) {
		accepted := make(chan struct{}, 1)
		address := listenRaw(t, func(c *net.TCPConn) {
			readHead(c)
			accepted <- struct{}{}
			silence(c)
		})
		arm := s.arm(address, nil, tls.VersionTLS13)
		arm.Timeout = soon
		d := s.open(t, arm)
		for range 3 {
			ctx, cancel := context.WithCancel(context.Background())
			go func() { <-accepted; cancel() }()
			var sample bench.Sample
			sample.Reset()
			sample.Facts = &bench.Facts{}
			if _, err := d.Dial(ctx, bench.Offer{}, &sample); err != nil {
				t.Fatal(err)
			}
			wantFailure(t, sample, bench.ClassHandshakeTimeout, bench.TLSPhase)
			sample.Reset() // as the worker does next
		}
	})
	t.Run("while the handshake succeeds", func(t *testing.T) {
		server, roots := embedded(t, nil)
		d := s.open(t, s.arm(server.Endpoint().Address, roots, tls.VersionTLS13))
		var sample bench.Sample
		for i := range 40 {
			ctx, cancel := context.WithCancel(context.Background())
			stop := time.AfterFunc(time.Duration(i)*100*time.Microsecond, cancel)
			sample.Reset()
			if _, err := d.Dial(ctx, bench.Offer{}, &sample); err != nil {
				t.Fatal(err)
			}
			stop.Stop()
			cancel()
		}
	})
}

// After Close nothing is left, whatever the attempts met with.
func (s suite) leavesNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	files := openFiles(t)
	t.Run("attempts", func(t *testing.T) {
		server, roots := embedded(t, nil)
		arms := []bench.Arm{s.arm(server.Endpoint().Address, roots, tls.VersionTLS13)}
		for _, behave := range []func(*net.TCPConn){
			func(c *net.TCPConn) { silence(c) },
			func(c *net.TCPConn) { readHead(c) },
			func(c *net.TCPConn) { readHead(c); _ = c.SetLinger(0) },
			func(c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-x\r\n"); silence(c) },
		} {
			arm := s.arm(listenRaw(t, behave), roots, tls.VersionTLS13)
			arm.Timeout = soon / 3
			arms = append(arms, arm)
		}
		for _, arm := range arms {
			arm.TLS.KeyLog = t.TempDir() + "/keys"
			client := s.openClient(t, arm)
			for range 2 {
				d := client.Dialer()
				for _, prime := range []bool{true, false, false} {
					attempt(t, d, bench.Offer{Prime: prime})
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	goleak.VerifyNone(t, before)
	if !eventually(func() bool { return openFiles(t) <= files }) {
		t.Errorf("%d files are open, %d were before", openFiles(t), files)
	}
}
