package target

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"testing"
	"time"
)

func TestServerKeysAndChains(t *testing.T) {
	t.Parallel()
	tests := []struct {
		key       Key
		chain     int
		algorithm string
	}{
		{RSA2048, 1, "RSA 2048"},
		{RSA3072, 0, "RSA 3072"},
		{RSA4096, 0, "RSA 4096"},
		{ECDSAP256, 8, "ECDSA 256"},
		{ECDSAP384, 2, "ECDSA 384"},
		{Ed25519, 1, "Ed25519"},
	}
	for _, tt := range tests {
		t.Run(string(tt.key), func(t *testing.T) {
			t.Parallel()
			server := listen(t, fmt.Sprintf("key=%s&chain=%d", tt.key, tt.chain))
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
					config := clientConfig(t, server.Endpoint())
					config.MinVersion, config.MaxVersion, config.ServerName = version, version, name
					state, err := shake(server.Endpoint().Address, config)
					if err != nil {
						t.Fatal(err)
					}
					if got := describeKey(state.PeerCertificates[0]); got != tt.algorithm {
						t.Errorf("the leaf's key is %s, want %s", got, tt.algorithm)
					}
					if got := len(state.PeerCertificates); got != 1+tt.chain {
						t.Errorf("the server sent %d certificates, want the leaf and %d more", got, tt.chain)
					}
				}
			}
		})
	}
}

func TestServerClientAuth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		auth        ClientAuth
		withoutCert bool // whether the server takes a client without one
	}{{ClientAuthNone, true}, {ClientAuthRequest, true}, {ClientAuthRequire, false}} {
		t.Run(string(tt.auth), func(t *testing.T) {
			t.Parallel()
			server := listen(t, "client-auth="+string(tt.auth))
			e := server.Endpoint()
			if asks := tt.auth != ClientAuthNone; asks != (e.ClientCertPEM != nil) || asks != (e.ClientKeyPEM != nil) {
				t.Error("the endpoint has a client certificate if and only if there is client authentication")
			}
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				config := clientConfig(t, e)
				config.MaxVersion = version
				if _, err := shake(e.Address, config); (err == nil) != tt.withoutCert {
					t.Errorf("%s without a client certificate: %v", tls.VersionName(version), err)
				}
				addClientCertificate(t, config, e)
				if _, err := shake(e.Address, config); err != nil {
					t.Errorf("%s with a client certificate: %v", tls.VersionName(version), err)
				}
			}
		})
	}
}

func TestPKISendsNoRootAndIssuesModestly(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	s.Key, s.Chain = RSA3072, 1
	keys, err := newPKI(s)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := pem.Decode(keys.rootPEM)
	for i, der := range keys.server.Certificate {
		if bytes.Equal(der, root.Bytes) {
			t.Error("the root is sent")
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if got := describeKey(cert); i > 0 && got != "RSA 2048" {
			t.Errorf("an intermediate has %s", got)
		}
		if now := time.Now(); now.Sub(cert.NotBefore) < time.Hour || cert.NotAfter.Sub(now) < 24*time.Hour {
			t.Errorf("valid from %v to %v", cert.NotBefore, cert.NotAfter)
		}
	}
}

func addClientCertificate(t testing.TB, config *tls.Config, e Endpoint) {
	t.Helper()
	if e.ClientCertPEM == nil {
		return
	}
	cert, err := tls.X509KeyPair(e.ClientCertPEM, e.ClientKeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	config.Certificates = []tls.Certificate{cert}
}

func describeKey(cert *x509.Certificate) string {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return fmt.Sprintf("ECDSA %d", key.Params().BitSize)
	default:
		return cert.PublicKeyAlgorithm.String()
	}
}
