package enginetest

import (
	"crypto/tls"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/target"
)

// Encrypted Client Hello is observed, and hides neither that a session is
// offered nor that none is.
func (s suite) ech(t *testing.T) {
	server, roots := s.embedded(t, func(s *target.Settings) { s.ECH = true })
	arm := s.arm(server.Endpoint.Address, roots, tls.VersionTLS13)
	arm.Target.ECH = string(server.Endpoint.ECHConfigs)
	t.Run("accepted", func(t *testing.T) {
		d := s.open(t, arm)
		for range 3 {
			if sample, _ := Succeed(t, d, bench.Offer{}); sample.Kind != bench.Full || !sample.ECH || !sample.Facts.ECH || sample.Offered {
				t.Errorf("full: kind %v, ECH %t, offered %t", sample.Kind, sample.ECH, sample.Offered)
			}
		}
		offer := bench.Offer{Session: primed(t, d)}
		for range 3 {
			if sample, _ := Succeed(t, d, offer); sample.Kind != bench.PSK || !sample.ECH || !sample.Offered {
				t.Errorf("resumed: kind %v, ECH %t, offered %t", sample.Kind, sample.ECH, sample.Offered)
			}
		}
	})
	other, otherRoots := s.embedded(t, func(s *target.Settings) { s.ECH = true })
	t.Run("another server's session", func(t *testing.T) {
		theirs := s.arm(other.Endpoint.Address, otherRoots, tls.VersionTLS13)
		theirs.Target.ECH = string(other.Endpoint.ECHConfigs)
		theirs.TLS.Insecure = true
		foreign := primed(t, s.open(t, theirs))
		arm := arm
		arm.TLS.Insecure = true
		d := s.open(t, arm)
		Succeed(t, d, bench.Offer{})
		if sample, _ := Succeed(t, d, bench.Offer{Session: foreign}); sample.Kind != bench.Full || !sample.Offered {
			t.Errorf("kind %v, offered %t, want a refused offer", sample.Kind, sample.Offered)
		}
	})
	t.Run("withheld", func(t *testing.T) {
		insecure := arm
		insecure.TLS.Insecure = true
		unverified := primed(t, s.open(t, insecure))
		d := s.open(t, arm)
		Succeed(t, d, bench.Offer{})
		if sample, _ := Succeed(t, d, bench.Offer{Session: unverified}); sample.Kind != bench.Full || sample.Offered {
			t.Errorf("kind %v, offered %t, want a session that crypto/tls leaves out", sample.Kind, sample.Offered)
		}
	})
	t.Run("rejected", func(t *testing.T) {
		plain, plainRoots := s.embedded(t, nil)
		for name, address := range map[string]string{"with another key": other.Endpoint.Address, "without": plain.Endpoint.Address} {
			roots := plainRoots
			if address == other.Endpoint.Address {
				roots = otherRoots
			}
			arm := s.arm(address, roots, tls.VersionTLS13)
			arm.Target.ECH = string(server.Endpoint.ECHConfigs)
			t.Run(name, func(t *testing.T) {
				sample, granted := Attempt(t, s.open(t, arm), bench.Offer{})
				wantFailure(t, sample, bench.ClassECH, bench.TLSPhase)
				if len(granted) != 0 {
					t.Errorf("%d sessions", len(granted))
				}
			})
		}
	})
	t.Run("not offered", func(t *testing.T) {
		arm := arm
		arm.Target.ECH = ""
		if sample, _ := Succeed(t, s.open(t, arm), bench.Offer{}); sample.ECH || sample.Facts.ECH {
			t.Error("observed without being offered")
		}
	})
}
