package enginetest

import (
	"crypto/tls"
	"sync"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/bench/testtime"
)

// versioned is what crypto/tls resumes with in a version, and how many round
// trips a full handshake takes there (RFC 5246 section 7.3, RFC 8446 section 2).
type versioned struct {
	version bench.Version
	kind    bench.Kind
	trips   int64
	resumed int64 // round trips of a resumption
}

// Over QUIC there is TLS 1.3 only, and nobody counts.
func (s suite) resumption() []versioned {
	if s.quic {
		return []versioned{{tls.VersionTLS13, bench.PSK, 0, 0}}
	}
	return []versioned{{tls.VersionTLS12, bench.Ticket, 2, 1}, {tls.VersionTLS13, bench.PSK, 1, 1}}
}

func (s suite) kinds(t *testing.T) {
	for _, r := range s.resumption() {
		for _, mode := range s.closeModes() {
			t.Run("TLS "+r.version.String()+" "+string(mode), func(t *testing.T) {
				server, roots := s.embedded(t, nil)
				arm := s.arm(server.Address, roots, r.version)
				arm.Net.Close = mode
				d := s.open(t, arm)
				const n = 5
				for range n {
					sample, _ := Succeed(t, d, bench.Offer{})
					if sample.Kind != bench.Full || sample.HelloRetry {
						t.Errorf("without an offer: %v, hello retry %t", sample.Kind, sample.HelloRetry)
					}
					if sample.RoundTrips != r.trips {
						t.Errorf("without an offer: %d round trips, want %d", sample.RoundTrips, r.trips)
					}
				}
				offer := bench.Offer{Session: primed(t, d)}
				for range n {
					if sample, _ := Succeed(t, d, offer); sample.Kind != r.kind || sample.RoundTrips != r.resumed {
						t.Errorf("with an offer: %v in %d round trips, want %v in %d", sample.Kind, sample.RoundTrips, r.kind, r.resumed)
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
	for _, r := range s.resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			issuer, issuerRoots := s.embedded(t, nil)
			foreign := primed(t, s.open(t, s.arm(issuer.Address, issuerRoots, r.version)))
			server, roots := s.embedded(t, nil)
			d := s.open(t, s.arm(server.Address, roots, r.version))
			sample, granted := Succeed(t, d, bench.Offer{Session: foreign, Prime: true})
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
	for _, r := range s.resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			server, roots := s.embedded(t, func(s *target.Settings) { s.Tickets = false })
			// Fifty waits of 200 ms each would take ten seconds.
			testtime.Once(t, 6*time.Second, func() time.Duration {
				d := s.open(t, s.arm(server.Address, roots, r.version))
				began := time.Now()
				for range 50 {
					sample, granted := Succeed(t, d, bench.Offer{Prime: true})
					if len(granted) != 0 || sample.TicketBytes != 0 || sample.Kind != bench.Full {
						t.Fatalf("granted %d, %d ticket bytes, kind %v", len(granted), sample.TicketBytes, sample.Kind)
					}
				}
				return time.Since(began)
			})
		})
	}
}

// The wish that this tool goes back to: one session on simultaneous,
// independent connections.
func (s suite) frozen(t *testing.T) {
	const workers, each = 8, 5
	for _, r := range s.resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			server, roots := s.embedded(t, nil)
			arm := s.arm(server.Address, roots, r.version)
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
						sample, _ := Attempt(t, d, offer) // Fatal is not for goroutines, and a run never ends here
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
