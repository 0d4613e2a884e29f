package tlsconf

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"

	"tlsbench/bench"
)

func TestObserve(t *testing.T) {
	cert := func(key any) *x509.Certificate { return &x509.Certificate{PublicKey: key} }
	p256 := cert(&ecdsa.PublicKey{Curve: elliptic.P256()})
	rsa2048 := cert(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537})
	for _, tt := range []struct {
		name string
		cs   tls.ConnectionState
		want bench.Facts
		kind bench.Kind
	}{
		{"TLS 1.3", tls.ConnectionState{
			Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256, CurveID: tls.X25519MLKEM768,
			NegotiatedProtocol: "h2", PeerCertificates: []*x509.Certificate{p256, p256},
		}, bench.Facts{Version: "1.3", Suite: "AES_128_GCM_SHA256", Group: "X25519MLKEM768", Key: "ECDSA P-256", Chain: 1, ALPN: "h2"}, bench.Full},
		{"TLS 1.3 resumed", tls.ConnectionState{
			Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_256_GCM_SHA384, CurveID: tls.CurveP384, DidResume: true,
			PeerCertificates: []*x509.Certificate{cert(ed25519.PublicKey{})},
		}, bench.Facts{Version: "1.3", Suite: "AES_256_GCM_SHA384", Group: "P-384", Key: "Ed25519"}, bench.PSK},
		{"TLS 1.2 resumed: no key exchange", tls.ConnectionState{
			Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CurveID: tls.X25519, DidResume: true,
			PeerCertificates: []*x509.Certificate{rsa2048, rsa2048, rsa2048},
		}, bench.Facts{Version: "1.2", Suite: "ECDHE_RSA_WITH_AES_128_GCM_SHA256", Key: "RSA 2048", Chain: 2}, bench.Ticket},
		{"static RSA: no group", tls.ConnectionState{
			Version: tls.VersionTLS10, CipherSuite: tls.TLS_RSA_WITH_AES_128_CBC_SHA, PeerCertificates: []*x509.Certificate{rsa2048},
		}, bench.Facts{Version: "1.0", Suite: "RSA_WITH_AES_128_CBC_SHA", Key: "RSA 2048"}, bench.Full},
		{"a group without a name", tls.ConnectionState{
			Version: tls.VersionTLS13, CipherSuite: tls.TLS_CHACHA20_POLY1305_SHA256, CurveID: 0x1234,
		}, bench.Facts{Version: "1.3", Suite: "CHACHA20_POLY1305_SHA256", Group: "group 0x1234"}, bench.Full},
	} {
		var got bench.Facts
		Observe(&got, &tt.cs, tt.kind, "192.0.2.1:443")
		tt.want.Remote = "192.0.2.1:443"
		if got != tt.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}

// What Observe prints must be what --groups reads.
func TestGroupNamesReadBack(t *testing.T) {
	for _, g := range namedGroups() {
		for _, name := range append(g.alias, groupName(g.id)) {
			ids, err := groups([]string{name})
			if err != nil || len(ids) != 1 || ids[0] != g.id {
				t.Errorf("%s: %v, %v, want %v", name, ids, err, g.id)
			}
		}
	}
}
