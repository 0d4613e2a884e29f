package servertest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"testing"
)

// ownClient is for a server's requests to itself. It never resumes.
func ownClient(t testing.TB, o Options, id *Identity) http.Client {
	t.Helper()
	roots, err := readRoots(id.CAFile)
	if err != nil {
		t.Fatalf("certificates: %v", err)
	}
	config := &tls.Config{RootCAs: roots, MinVersion: o.MinTLS}
	if o.ClientCert != nil {
		config.Certificates = []tls.Certificate{*o.ClientCert}
	}
	return http.Client{
		Timeout: settleWithin,
		Transport: &http.Transport{
			TLSClientConfig:   config,
			DisableKeepAlives: true,
		},
	}
}

func readRoots(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("no certificate in %s", file)
	}
	return roots, nil
}
