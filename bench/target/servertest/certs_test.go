package servertest

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"
)

func TestCerts(t *testing.T) {
	for _, keyType := range []string{keyECDSA, keyRSA} {
		files, err := writeCerts(t.TempDir(), keyType)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := tls.LoadX509KeyPair(files.chain, files.key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tls.LoadX509KeyPair(files.combined, files.combined); err != nil {
			t.Errorf("%s: the combined file: %v", keyType, err)
		}
		roots, err := readRoots(files.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		intermediate, err := x509.ParseCertificate(chain.Certificate[1])
		if err != nil {
			t.Fatal(err)
		}
		between := x509.NewCertPool()
		between.AddCert(intermediate)
		for _, name := range []string{"localhost", "127.0.0.1", "127.0.0.8", "::1", nameA, nameB} {
			if _, err := chain.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between}); err != nil {
				t.Errorf("%s leaf for %s: %v", keyType, name, err)
			}
		}
		for _, name := range []string{files.key, files.combined} {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v, want 0600", name, info.Mode())
			}
		}
	}
	if _, err := writeCerts(t.TempDir(), "dsa"); err == nil {
		t.Error("an unknown key type is accepted")
	}
}
