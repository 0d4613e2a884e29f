package enginetest

import (
	"crypto/tls"
	"slices"
	"testing"

	"tlsbench/bench"
)

// Extensions of a ClientHello (RFC 8446 section 4.2, RFC 5077).
const (
	sessionTicketExtension = 35
	preSharedKeyExtension  = 41
	pskModesExtension      = 45
)

// A full arm that advertised no tickets would spare the server work that the
// resumed arm causes it.
func (s suite) fair(t *testing.T) {
	for _, r := range s.resumption() {
		t.Run("TLS "+r.version.String(), func(t *testing.T) {
			config, roots := s.serverConfig(t)
			hellos := make(chan []uint16, 3)
			config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				hellos <- slices.Sorted(slices.Values(hello.Extensions))
				return nil, nil
			}
			d := s.open(t, s.arm(s.listenHTTP(t, config, ok, nil), roots, r.version))
			session := primed(t, d)
			Succeed(t, d, bench.Offer{})
			if sample, _ := Succeed(t, d, bench.Offer{Session: session}); sample.Kind != r.kind {
				t.Fatalf("kind %v, want %v", sample.Kind, r.kind)
			}
			prime, full, resumed := <-hellos, <-hellos, <-hellos
			if !slices.Equal(prime, full) {
				t.Errorf("priming advertises %v, a full handshake %v", prime, full)
			}
			want := uint16(sessionTicketExtension)
			if r.kind == bench.PSK {
				want = pskModesExtension
				if !slices.Contains(resumed, preSharedKeyExtension) {
					t.Error("the resumed arm offers no PSK")
				}
				resumed = slices.DeleteFunc(resumed, func(id uint16) bool { return id == preSharedKeyExtension })
			}
			if !slices.Contains(full, want) {
				t.Errorf("a full handshake does not advertise extension %d: %v", want, full)
			}
			if !slices.Equal(full, resumed) {
				t.Errorf("a full handshake advertises %v, a resumed one %v", full, resumed)
			}
		})
	}
}

func (s suite) helloRetry(t *testing.T) {
	config, roots := s.serverConfig(t)
	config.CurvePreferences = []tls.CurveID{tls.CurveP256}
	address := s.listenHTTP(t, config, ok, nil)
	for _, tt := range []struct {
		groups []string
		want   bool
	}{
		{[]string{"X25519", "P-256"}, true}, // crypto/tls sends a share of the first only
		{[]string{"P-256"}, false},
	} {
		arm := s.arm(address, roots, tls.VersionTLS13)
		arm.TLS.Groups = tt.groups
		sample, _ := Succeed(t, s.open(t, arm), bench.Offer{})
		if sample.HelloRetry != tt.want || sample.Facts.Group != "P-256" {
			t.Errorf("groups %v: hello retry %t with %s, want %t with P-256", tt.groups, sample.HelloRetry, sample.Facts.Group, tt.want)
		}
		want := s.resumption()[len(s.resumption())-1].trips
		if tt.want && want > 0 {
			want++
		}
		if sample.RoundTrips != want {
			t.Errorf("groups %v: %d round trips, want %d", tt.groups, sample.RoundTrips, want)
		}
	}
}
