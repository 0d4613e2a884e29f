package engine_test

import (
	"crypto/tls"
	"runtime"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/target/servertest"
)

// BenchmarkSessionID compares the client CPU of a resumption by session ID with
// that of one by ticket, against one nginx that keeps a cache and grants
// tickets, in alternating blocks on one processor.
//
//	go test -run '^$' -bench SessionID -benchtime 100x ./bench/engine
func BenchmarkSessionID(b *testing.B) {
	server := servertest.Nginx(b, servertest.Options{CPUs: otherCPU(), SessionCache: true})
	for _, mode := range []struct {
		name, address string
		engine        bench.Engine
	}{
		{"tls", server.TLS, cryptotls.Engine{}},
		{"https", server.HTTPS, nethttp.Engine{}},
	} {
		b.Run(mode.name, func(b *testing.B) {
			b.StopTimer()
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			by := func(want bench.Want) func() {
				return resumption(b, mode.engine, arm(b, mode.engine, mode.address, tls.VersionTLS12, want))
			}
			alternate(b, 25, contender{"session-id", by(bench.WantSessionID)}, contender{"ticket", by(bench.WantTicket)})
		})
	}
}

// resumption makes one resumed connection at each call.
func resumption(b *testing.B, e bench.Engine, a bench.Arm) func() {
	dialer := dialerOf(b, e, a)
	var sample bench.Sample
	sample.Reset()
	granted, err := dialer.Dial(b.Context(), bench.Offer{Prime: true}, &sample)
	if err != nil || len(granted) == 0 || !a.Want.Takes(granted[0]) {
		b.Fatalf("granted %d sessions: %v, %v", len(granted), err, sample.Failure)
	}
	offer := bench.Offer{Session: granted[0]}
	return func() {
		sample.Reset()
		if _, err := dialer.Dial(b.Context(), offer, &sample); err != nil || !a.Want.Met(sample.Kind) {
			b.Fatalf("kind %v: %v, %v", sample.Kind, err, sample.Failure)
		}
	}
}
