package target

import (
	"crypto/x509"
	"fmt"
)

// Certificates is the PKI of one server as PEM, for servers that read files:
// the embedded server's own has the same certificates. It holds private keys.
type Certificates struct {
	Leaf          []byte
	Intermediates []byte // nearest to the leaf first; empty for a chain of 0
	Key           []byte // the leaf's, PKCS #8
	Root          []byte // for clients to trust

	// Only with client authentication.
	ClientRoot []byte // for the server to trust
	ClientCert []byte
	ClientKey  []byte // PKCS #8
}

// NewCertificates makes fresh certificates as the settings want them. Large
// RSA keys take a second or more.
func NewCertificates(s Settings) (Certificates, error) {
	keys, err := newPKI(s)
	if err != nil {
		return Certificates{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(keys.server.PrivateKey)
	if err != nil {
		return Certificates{}, fmt.Errorf("encoding the server's key: %w", err)
	}
	c := Certificates{
		Leaf:       pemBlock("CERTIFICATE", keys.server.Certificate[0]),
		Key:        pemBlock("PRIVATE KEY", pkcs8),
		Root:       keys.rootPEM,
		ClientRoot: keys.clientRootPEM,
		ClientCert: keys.clientCertPEM,
		ClientKey:  keys.clientKeyPEM,
	}
	for _, der := range keys.server.Certificate[1:] {
		c.Intermediates = append(c.Intermediates, pemBlock("CERTIFICATE", der)...)
	}
	return c, nil
}
