package enginetest

import (
	"crypto"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"tlsbench/bench"
)

// What comes beside the certificate is weighed where it came: in a full
// handshake.
func (s suite) stapled(t *testing.T) {
	config, roots := s.serverConfig(t)
	cert := &config.Certificates[0]
	response, err := ocsp.CreateResponse(cert.Leaf, cert.Leaf, ocsp.Response{
		Status: ocsp.Good, SerialNumber: cert.Leaf.SerialNumber, ThisUpdate: time.Now(),
	}, cert.PrivateKey.(crypto.Signer))
	if err != nil {
		t.Fatal(err)
	}
	bareConfig := config.Clone()
	bareConfig.Certificates = slices.Clone(config.Certificates)
	plain := s.listenHTTP(t, bareConfig, ok, nil)
	cert.OCSPStaple = response
	cert.SignedCertificateTimestamps = [][]byte{make([]byte, 119), make([]byte, 121)}
	address := s.listenHTTP(t, config, ok, nil)
	for _, r := range s.resumption() {
		d := s.open(t, s.arm(address, roots, r.version))
		full, _ := Succeed(t, d, bench.Offer{})
		if f := full.Facts; f.OCSPSize != len(response) || f.SCTs != 2 || f.SCTSize != 240 || f.CertCompression != nil {
			t.Errorf("TLS %v: OCSP response of %d, %d SCTs of %d, compression %v", r.version, f.OCSPSize, f.SCTs, f.SCTSize, f.CertCompression)
		}
		resumed, _ := Succeed(t, d, bench.Offer{Session: primed(t, d)})
		if f := resumed.Facts; resumed.Kind != r.kind || f.OCSPSize != 0 || f.SCTs != 0 || f.SCTSize != 0 {
			t.Errorf("TLS %v, %v: OCSP response of %d, %d SCTs of %d", r.version, resumed.Kind, f.OCSPSize, f.SCTs, f.SCTSize)
		}
		bare, _ := Succeed(t, s.open(t, s.arm(plain, roots, r.version)), bench.Offer{})
		if f := bare.Facts; f.OCSPSize != 0 || f.SCTs != 0 || full.BytesIn-bare.BytesIn < int64(len(response)+240) {
			t.Errorf("TLS %v: without: OCSP response of %d, %d SCTs; %d bytes more with", r.version, f.OCSPSize, f.SCTs, full.BytesIn-bare.BytesIn)
		}
	}
}
