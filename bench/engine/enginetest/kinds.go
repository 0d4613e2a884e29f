package enginetest

import (
	"crypto/tls"
	"sync"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/target"
)

// versioned is what crypto/tls resumes with in a version, and how many round
// trips a full handshake takes there (RFC 5246 section 7.3, RFC 8446 section 2).
// A resumption takes one.
type versioned struct {
	version bench.Version
	kind    bench.Kind
	trips   int64
}

func resumption() []versioned {
	return []versioned{{tls.VersionTLS12, bench.Ticket, 2}, {tls.VersionTLS13, bench.PSK, 1}}
}

func (s suite) kinds(t *testing.T) {
	for _, r := range resumption() {
		for _, mode := range []bench.CloseMode{bench.CloseReset, bench.CloseGraceful} {
			t.Run("TLS "+r.version.String()+" "+string(mode), func(t *testing.T) {
				server, roots := embedded(t, nil)
				arm := s.arm(server.Endpoint().Address, roots, r.version)
				arm.Net.Close = mode
				d := s.open(t, arm)
				const n = 5
				for range n {
					sample, _ := succeed(t, d, bench.Offer{})
					if sample.Kind != bench.Full || sample.HelloRetry {
						t.Errorf("without an offer: %v, hello retry %t", sample.Kind, sample.HelloRetry)
					}
					if sample.RoundTrips != r.trips {
						t.Errorf("without an offer: %d round trips, want %d", sample.RoundTrips, r.trips)
					}
				}
				offer := bench.Offer{Session: primed(t, d)}
				for range n {
					if sample, _ := succeed(t, d, offer); sample.Kind != r.kind || sample.RoundTrips != 1 {
						t.Errorf("with an offer: %v in %d round trips, want %v in 1", sample.Kind, sample.RoundTrips, r.kind)
					}
				}
				want := target.Counts{Full: n + 1, Ticket: n}
				if r.kind == bench.PSK {
					want = target.Counts{Full: n + 1, PSK: n}
				}
				wantCounts(t, server, want)
			})
		}
	}
}

// A session that the server cannot read is an offer that falls back.
func (s suite) foreignSession(t *testing.T) {
	for _, r := range resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			issuer, issuerRoots := embedded(t, nil)
			foreign := primed(t, s.open(t, s.arm(issuer.Endpoint().Address, issuerRoots, r.version)))
			server, roots := embedded(t, nil)
			d := s.open(t, s.arm(server.Endpoint().Address, roots, r.version))
			sample, granted := succeed(t, d, bench.Offer{Session: foreign, Prime: true})
			if sample.Kind != bench.Full || sample.RoundTrips != r.trips {
				t.Errorf("kind %v in %d round trips, want full in %d", sample.Kind, sample.RoundTrips, r.trips)
			}
			if len(granted) == 0 {
				t.Error("a fallback grants a session as every full handshake does")
			}
			wantCounts(t, server, target.Counts{Full: 1})
			wantCounts(t, issuer, target.Counts{Full: 1})
		})
	}
}

// A server may grant nothing: no engine may wait for that for long, or each
// time anew.
func (s suite) noTickets(t *testing.T) {
	for _, r := range resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			server, roots := embedded(t, func(s *target.Settings) { s.Tickets = false })
			d := s.open(t, s.arm(server.Endpoint().Address, roots, r.version))
			began := time.Now()
			const n = 50
			for range n {
				sample, granted := succeed(t, d, bench.Offer{Prime: true})
				if len(granted) != 0 || sample.TicketBytes != 0 || sample.Kind != bench.Full {
					t.Fatalf("granted %d, %d ticket bytes, kind %v", len(granted), sample.TicketBytes, sample.Kind)
				}
			}
			// Fifty waits of 200 ms each would take ten seconds.
			if took := time.Since(began); took > 6*time.Second {
				t.Errorf("%d primings took %v", n, took)
			}
		})
	}
}

// The wish that this tool goes back to: one session on simultaneous,
// independent connections.
func (s suite) frozen(t *testing.T) {
	const workers, each = 8, 5
	for _, r := range resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			server, roots := embedded(t, nil)
			arm := s.arm(server.Endpoint().Address, roots, r.version)
			client := s.openClient(t, arm)
			first := client.Dialer()
			offer := bench.Offer{Session: primed(t, first)}
			if err := first.Close(); err != nil {
				t.Error(err)
			}
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					d := client.Dialer()
					defer d.Close()
					for range each {
						sample, _ := attempt(t, d, offer) // Fatal is not for goroutines, and a run never ends here
						if sample.Failure != nil || sample.Kind != r.kind {
							t.Errorf("kind %v, failure %v", sample.Kind, sample.Failure)
						}
					}
				})
			}
			wg.Wait()
			want := target.Counts{Full: 1, Ticket: workers * each}
			if r.kind == bench.PSK {
				want = target.Counts{Full: 1, PSK: workers * each}
			}
			wantCounts(t, server, want)
		})
	}
}
