package engine_test

import (
	"crypto/tls"
	"fmt"
	"sync"
	"testing"
	"time"
	"tlsbench/bench"
	"tlsbench/bench/session"
)

// A storm of 500 without sessions, with one for each, and for about half: all are
// under way before any ends, every session that was to be offered is, once, and
// the server counts the same.
func TestStormOf500(t *testing.T) {
	const size = 500
	for _, mix := range []float64{0, 0.5} {
		for _, e := range ways() {
			if e.version != tls.VersionTLS13 {
				continue
			}
			t.Run(fmt.Sprintf("mix %v/%s", mix, e), func(t *testing.T) {
				all := &barrier{t: t, size: size}
				f := trial{
					way: e, rounds: 1, load: bench.Load{Storm: size}, mix: mix, policy: session.Once, timeout: time.Minute,
					plan: planned(pass), begun: all.wait,
				}.run(t)
				f.check(t, 0, 0)
				f.checkArrivals(t, 0)
				count := int64(size)
				if mix > 0 { // of both arms together
					count /= 2
				}
				f.completeOpen(t, mix > 0, count)
				full, resumed := f.result.Arms[0], f.result.Arms[1]
				s := resumed.Sessions
				if s.Offered != resumed.Attempts || s.Accepted != s.Offered || s.Starved+s.Refused+s.Withheld+s.Expired != 0 || s.Primed < s.Offered {
					t.Errorf("%d attempts were to offer a session: %+v", resumed.Attempts, s)
				}
				if full.Sessions.Offered != 0 || f.server.PSK != resumed.Attempts {
					t.Errorf("%d full ones offered one, the server resumed %d, want %d", full.Sessions.Offered, f.server.PSK, resumed.Attempts)
				}
				connected, _ := bench.MetricByName("connected")
				for _, a := range []bench.ArmResult{full, resumed} {
					if v, ok := connected.Of(&a.Stats); !ok || v <= 0 {
						t.Errorf("%s: connected after %v, %v", a.Name, v, ok)
					}
					if a.Arrivals.Peak != size || a.Arrivals.Storms != 1 {
						t.Errorf("%s: up to %d in flight, in %d storms", a.Name, a.Arrivals.Peak, a.Arrivals.Storms)
					}
				}
				if f.seen.peak != size {
					t.Errorf("up to %d attempts were under way", f.seen.peak)
				}
			})
		}
	}
}

// barrier lets nobody pass until a whole storm is there.
type barrier struct {
	t    *testing.T
	size int

	mu   sync.Mutex
	here int
	all  chan struct{}
}

func (b *barrier) wait() {
	b.mu.Lock()
	if b.all == nil {
		b.all = make(chan struct{})
	}
	all := b.all
	if b.here++; b.here == b.size {
		close(all)
		b.here, b.all = 0, nil
	}
	b.mu.Unlock()
	select {
	case <-all:
	case <-time.After(time.Minute):
		b.t.Error("part of a storm waits for the rest of it")
	}
}
