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
	"tlsbench/bench/testserve"
)

// A cancelled context ends an attempt before it is connected; once it is, only
// its timeout does. Either way nothing may touch the sample after Dial, which
// the race detector watches.
func (s suite) cancelled(t *testing.T) {
	t.Run("beforehand", func(t *testing.T) {
		server, roots := s.embedded(t, nil)
		d := s.open(t, s.arm(server.Address, roots, tls.VersionTLS13))
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var sample bench.Sample
		sample.Reset()
		if _, err := d.Dial(ctx, bench.Offer{}, &sample); err != nil {
			t.Fatal(err)
		}
		wantFailure(t, sample, bench.ClassConnect, bench.Connect) // a timeout is of another class
		Succeed(t, d, bench.Offer{})                              // the dialer is as good as before
	})
	t.Run("in the middle", func(t *testing.T) {
		class := bench.ClassHandshakeTimeout
		if s.template.QUIC() {
			class = bench.ClassQUICTimeout
		}
		timeout := soon
		for done := 0; done < 3; { // with a server each, for clients of QUIC repeat themselves
			accepted := make(chan struct{}, 1)
			arm := s.arm(s.listenSilent(t, accepted), nil, tls.VersionTLS13)
			arm.Timeout = timeout
			d := s.open(t, arm)
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				select {
				case <-accepted:
				case <-ctx.Done():
				}
				cancel()
			}()
			var sample bench.Sample
			sample.Reset()
			sample.Facts = &bench.Facts{}
			if _, err := d.Dial(ctx, bench.Offer{}, &sample); err != nil {
				t.Fatal(err)
			}
			cancel()
			if tooSoon(sample, arm, bench.TLSPhase) {
				timeout *= 2
				continue
			}
			wantFailure(t, sample, class, bench.TLSPhase)
			sample.Reset() // as the worker does next
			done++
		}
	})
	t.Run("while the handshake succeeds", func(t *testing.T) {
		server, roots := s.embedded(t, nil)
		d := s.open(t, s.arm(server.Address, roots, tls.VersionTLS13))
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
		server, roots := s.embedded(t, nil)
		arms := []bench.Arm{s.arm(server.Address, roots, tls.VersionTLS13)}
		for _, address := range s.hostile(t) {
			arm := s.arm(address, roots, tls.VersionTLS13)
			arm.Timeout = soon / 3
			arms = append(arms, arm)
		}
		for _, arm := range arms {
			arm.TLS.KeyLog = t.TempDir() + "/keys"
			client := s.openClient(t, arm)
			for range 2 {
				d := client.Dialer()
				for _, prime := range []bool{true, false, false} {
					Attempt(t, d, bench.Offer{Prime: prime})
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	goleak.VerifyNone(t, before)
	if !Eventually(func() bool { return openFiles(t) <= files }) {
		t.Errorf("%d files are open, %d were before", openFiles(t), files)
	}
}

// hostile are addresses where attempts fail in some ways.
func (s suite) hostile(t *testing.T) (addresses []string) {
	if s.quic {
		return []string{
			listenDatagrams(t, nil), listenDatagrams(t, forge(draft29)), listenDatagrams(t, echo), testserve.ClosedUDP(t),
		}
	}
	for _, behave := range []func(*net.TCPConn){
		func(c *net.TCPConn) { silence(c) },
		func(c *net.TCPConn) { readHead(c) },
		func(c *net.TCPConn) { readHead(c); _ = c.SetLinger(0) },
		func(c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-x\r\n"); silence(c) },
	} {
		addresses = append(addresses, testserve.Each(t, behave))
	}
	return addresses
}

// listenSilent says that a client came, and nothing to the client.
func (s suite) listenSilent(t *testing.T, came chan<- struct{}) (address string) {
	tell := func() {
		select {
		case came <- struct{}{}:
		default:
		}
	}
	if s.quic {
		return listenDatagrams(t, func([]byte) []byte { tell(); return nil })
	}
	return testserve.Each(t, func(c *net.TCPConn) {
		readHead(c)
		tell()
		silence(c)
	})
}
