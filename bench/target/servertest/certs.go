package servertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	keyECDSA = "ecdsa-p256"
	keyRSA   = "rsa-2048"

	nameA = "a.test"
	nameB = "b.test"
)

// Identity is the PEM files of one chain: root → intermediate → leaf. Servers
// that share one are trusted by the same root.
type Identity struct {
	CAFile   string // the root
	chain    string // leaf and intermediate
	inter    string // the intermediate alone
	key      string // the leaf's private key
	combined string // chain and key in one file, as HAProxy wants it
}

// NewIdentity makes a chain for as long as the test runs. The key type is as
// in Options.Key. The leaf is for 127.0.0.1 to 127.0.0.8, ::1, localhost,
// a.test and b.test.
func NewIdentity(t testing.TB, keyType string) *Identity {
	t.Helper()
	if keyType == "" {
		keyType = keyECDSA
	}
	id, err := writeCerts(t.TempDir(), keyType)
	if err != nil {
		t.Fatalf("certificates: %v", err)
	}
	return id
}

// pair is a certificate and its private key.
type pair struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// writeCerts makes a chain that is valid for an hour and writes it into dir;
// files that hold a key have mode 0600.
func writeCerts(dir, keyType string) (*Identity, error) {
	root, err := issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "servertest root"},
		IsCA:    true, KeyUsage: x509.KeyUsageCertSign,
	}, keyType, nil)
	if err != nil {
		return nil, err
	}
	inter, err := issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "servertest intermediate"},
		IsCA:    true, KeyUsage: x509.KeyUsageCertSign,
	}, keyType, &root)
	if err != nil {
		return nil, err
	}
	leaf, err := issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "localhost"},
		DNSNames:    []string{"localhost", nameA, nameB},
		IPAddresses: loopbacks(),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, keyType, &inter)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(leaf.key)
	if err != nil {
		return nil, fmt.Errorf("encode the private key: %w", err)
	}
	chain := append(certPEM(leaf), certPEM(inter)...)
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})

	f := &Identity{
		CAFile:   filepath.Join(dir, "ca.pem"),
		chain:    filepath.Join(dir, "chain.pem"),
		inter:    filepath.Join(dir, "intermediate.pem"),
		key:      filepath.Join(dir, "key.pem"),
		combined: filepath.Join(dir, "combined.pem"),
	}
	for _, w := range []struct {
		name string
		data []byte
		mode os.FileMode
	}{
		{f.CAFile, certPEM(root), 0o644},
		{f.chain, chain, 0o644},
		{f.inter, certPEM(inter), 0o644},
		{f.key, key, 0o600},
		{f.combined, append(chain[:len(chain):len(chain)], key...), 0o600},
	} {
		if err := os.WriteFile(w.name, w.data, w.mode); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// issue completes the template with a new key and signs it with the parent's,
// or with its own if there is no parent.
func issue(template *x509.Certificate, keyType string, parent *pair) (pair, error) {
	key, err := newKey(keyType)
	if err != nil {
		return pair{}, err
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return pair{}, fmt.Errorf("draw a serial number: %w", err)
	}
	template.BasicConstraintsValid = true
	template.NotBefore = time.Now().Add(-time.Minute)
	template.NotAfter = time.Now().Add(time.Hour)
	signer := pair{template, key}
	if parent != nil {
		signer = *parent
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, key.Public(), signer.key)
	if err != nil {
		return pair{}, fmt.Errorf("issue %s: %w", template.Subject.CommonName, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return pair{}, fmt.Errorf("issue %s: %w", template.Subject.CommonName, err)
	}
	return pair{cert, key}, nil
}

func newKey(keyType string) (crypto.Signer, error) {
	switch keyType {
	case keyECDSA:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case keyRSA:
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return nil, fmt.Errorf("key type %q: want %s or %s", keyType, keyECDSA, keyRSA)
}

func certPEM(p pair) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw})
}

// loopbacks are the addresses that servers listen on.
func loopbacks() []net.IP {
	ips := []net.IP{net.IPv6loopback}
	for i := range fleetMax + 1 {
		ips = append(ips, net.IPv4(127, 0, 0, byte(i+1)))
	}
	return ips
}
