package enginetest

import (
	"crypto/tls"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/bench/testtime"
)

func (s suite) phases(t *testing.T) {
	server, roots := s.embedded(t, nil)
	address := server.Address
	for _, r := range s.resumption() {
		for _, resolve := range []bool{false, true} {
			name := "TLS " + r.version.String()
			arm := s.arm(address, roots, r.version)
			if resolve {
				name += " resolved each time"
				arm.Target.Host, arm.Net.Family, arm.Net.ResolveEach = "localhost", 4, true
				if s.quic {
					arm.TLS.ServerName = "127.0.0.1"
				}
			}
			t.Run(name, func(t *testing.T) {
				d := s.open(t, arm)
				offer := bench.Offer{Session: primed(t, d)}
				for _, o := range []bench.Offer{{}, offer} {
					sample, _ := Succeed(t, d, o)
					s.wantPhases(t, sample.Phases, resolve)
				}
			})
		}
	}
	if s.quic {
		return // the server delays its datagrams by itself
	}
	t.Run("simulated round trip", func(t *testing.T) {
		const rtt = 30 * time.Millisecond
		server, roots := s.embedded(t, func(s *target.Settings) { s.RTT = rtt })
		arm := s.arm(server.Address, roots, tls.VersionTLS12)
		arm.Target.RTT = rtt
		d := s.open(t, arm)
		// Waiting is not counted as the client's own work.
		testtime.Once(t, rtt, func() (local time.Duration) {
			sample, _ := Succeed(t, d, bench.Offer{})
			for phase, atLeast := range map[bench.Phase]time.Duration{
				bench.Connect: rtt, bench.TLSPhase: 2 * rtt, bench.Wait: 2 * rtt, bench.Total: 3 * rtt,
			} {
				if got := sample.Phases[phase]; got < atLeast {
					t.Errorf("%v took %v, want at least %v", phase, got, atLeast)
				}
			}
			return sample.Phases[bench.Local]
		})
	})
}

func (s suite) wantPhases(t *testing.T, p [bench.PhaseCount]time.Duration, resolve bool) {
	t.Helper()
	absent := map[bench.Phase]bool{
		bench.Lag: true, bench.Service: true,
		bench.DNS:   !resolve,
		bench.Proxy: true, bench.StartTLS: true,
		bench.Request: !s.requests(),
		bench.TTFB:    !s.requests(),
		bench.Connect: s.quic, bench.Wait: s.quic, bench.Local: s.quic,
	}
	var parts time.Duration
	for _, phase := range bench.Phases() {
		switch got := p[phase]; {
		case absent[phase] && got != bench.Absent:
			t.Errorf("%v is %v, want absent", phase, got)
		case !absent[phase] && got < 0:
			t.Errorf("%v is missing", phase)
		case phase != bench.Wait && phase != bench.Local && phase != bench.Total && got > 0:
			parts += got
		}
	}
	if !s.quic && p[bench.Wait]+p[bench.Local] != p[bench.TLSPhase] {
		t.Errorf("wait %v and local %v are not tls %v", p[bench.Wait], p[bench.Local], p[bench.TLSPhase])
	}
	if parts > p[bench.Total] {
		t.Errorf("the phases are %v together, more than the total %v", parts, p[bench.Total])
	}
	if p[bench.Connect] == 0 || p[bench.TLSPhase] == 0 {
		t.Errorf("connect %v, tls %v: the clock is too coarse", p[bench.Connect], p[bench.TLSPhase])
	}
}

// chainSize asks the server for its certificates with nothing but crypto/tls, or
// quic-go.
func (s suite) chainSize(t *testing.T, address string) (size int) {
	t.Helper()
	if s.quic {
		return quicChainSize(t, address)
	}
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, cert := range conn.ConnectionState().PeerCertificates {
		size += len(cert.Raw)
	}
	return size
}

func (s suite) facts(t *testing.T) {
	server, roots := s.embedded(t, func(s *target.Settings) { s.Key, s.Chain = target.ECDSAP384, 2 })
	address := server.Address
	for _, r := range s.resumption() {
		arm := s.arm(address, roots, r.version)
		arm.TLS.Groups = []string{"X25519"}
		d := s.open(t, arm)
		session := primed(t, d)
		for _, offer := range []bench.Offer{{}, {Session: session}} {
			sample, _ := Succeed(t, d, offer)
			want := bench.Facts{
				Remote: address, Version: r.version.String(), Suite: sample.Facts.Suite, Group: "X25519",
				Key: "ECDSA P-384", Chain: 2, CertSize: s.chainSize(t, address), Status: sample.Status,
			}
			if sample.Kind == bench.Ticket {
				want.Group = "" // no key exchange took place
			}
			switch {
			case s.quic:
				want.QUIC, want.ALPN = "v1", s.template.TLS.ALPN[0]
				if s.requests() {
					want.Protocol = "HTTP/3.0"
				}
			case s.http2():
				want.ALPN, want.Protocol = "h2", "HTTP/2.0"
			case s.requests():
				want.ALPN, want.Protocol = "http/1.1", "HTTP/1.1"
			}
			if *sample.Facts != want || want.Suite == "" || (want.Status == 200) != s.requests() {
				t.Errorf("TLS %v, %v:\ngot  %+v\nwant %+v", r.version, sample.Kind, *sample.Facts, want)
			}
		}
	}
}
