package target

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"strings"
	"time"
)

// Certificates are valid from an hour ago, for clocks that were just set, and
// for longer than any benchmark runs.
const (
	validBefore = time.Hour
	validAfter  = 48 * time.Hour
)

// pki is what one server needs: made fresh for each server, never stored.
type pki struct {
	server        tls.Certificate // leaf and intermediates, without the root
	rootPEM       []byte
	clientRoots   *x509.CertPool // nil without client authentication, as are those that follow
	clientRootPEM []byte
	clientCertPEM []byte
	clientKeyPEM  []byte
	echKeys       []tls.EncryptedClientHelloKey // nil without ECH, as is what follows
	echConfigs    []byte                        // an ECHConfigList
}

// authority is a certificate that can sign, and its key.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func newPKI(s Settings) (*pki, error) {
	caKey := authorityKey(s.Key)
	issuer, err := newAuthority("tlsbench root", caKey, nil)
	if err != nil {
		return nil, err
	}
	p := &pki{rootPEM: pemBlock("CERTIFICATE", issuer.cert.Raw)}
	if s.ECH {
		if p.echKeys, p.echConfigs, err = newECH(); err != nil {
			return nil, err
		}
	}
	var intermediates [][]byte // nearest to the leaf first, as RFC 8446, section 4.4.2, wants them sent
	for i := range s.Chain {
		issuer, err = newAuthority(fmt.Sprintf("tlsbench intermediate %d", i+1), caKey, issuer)
		if err != nil {
			return nil, err
		}
		intermediates = append([][]byte{issuer.cert.Raw}, intermediates...)
	}
	leaf := certificate("localhost")
	leaf.DNSNames = []string{"localhost"}
	if s.ECH {
		leaf.DNSNames = append(leaf.DNSNames, echPublicName) // it must prove a rejection
	}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leafCert, leafKey, err := issue(leaf, s.Key, issuer)
	if err != nil {
		return nil, err
	}
	p.server = tls.Certificate{
		Certificate: append([][]byte{leafCert.Raw}, intermediates...),
		PrivateKey:  leafKey,
		Leaf:        leafCert,
	}
	if s.ClientAuth == ClientAuthNone {
		return p, nil
	}
	return p, p.addClient(caKey)
}

// addClient makes a client certificate under a root of its own, which the
// server trusts for clients only.
func (p *pki) addClient(key Key) error {
	root, err := newAuthority("tlsbench client root", key, nil)
	if err != nil {
		return err
	}
	client := certificate("tlsbench client")
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	cert, clientKey, err := issue(client, key, root)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(clientKey)
	if err != nil {
		return fmt.Errorf("encoding the client's key: %w", err)
	}
	p.clientRoots = x509.NewCertPool()
	p.clientRoots.AddCert(root.cert)
	p.clientRootPEM = pemBlock("CERTIFICATE", root.cert.Raw)
	p.clientCertPEM = pemBlock("CERTIFICATE", cert.Raw)
	p.clientKeyPEM = pemBlock("PRIVATE KEY", pkcs8)
	return nil
}

// newAuthority makes a CA certificate, self-signed where the issuer is nil.
func newAuthority(name string, key Key, issuer *authority) (*authority, error) {
	template := certificate(name)
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	cert, signer, err := issue(template, key, issuer)
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: signer}, nil
}

func certificate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name, Organization: []string{"tlsbench"}},
		NotBefore: now.Add(-validBefore),
		NotAfter:  now.Add(validAfter),
		KeyUsage:  x509.KeyUsageDigitalSignature,
	}
}

// issue makes a key and has its certificate signed by the issuer, or by the
// key itself where the issuer is nil.
func issue(template *x509.Certificate, key Key, issuer *authority) (*x509.Certificate, crypto.Signer, error) {
	signer, err := generate(key)
	if err != nil {
		return nil, nil, fmt.Errorf("making the %s key of %q: %w", key, template.Subject.CommonName, err)
	}
	if issuer == nil {
		issuer = &authority{cert: template, key: signer}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.cert, signer.Public(), issuer.key)
	if err != nil {
		return nil, nil, fmt.Errorf("signing the certificate of %q: %w", template.Subject.CommonName, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("reading back the certificate of %q: %w", template.Subject.CommonName, err)
	}
	return cert, signer, nil
}

func generate(key Key) (crypto.Signer, error) {
	switch key {
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case RSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case ECDSAP256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ECDSAP384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case Ed25519:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	default:
		return nil, fmt.Errorf("unknown key %q", key)
	}
}

// authorityKey is the key of the certificates above a leaf: the leaf's family
// at a moderate size, as in public chains, where larger leaves do not come
// with larger issuers.
func authorityKey(leaf Key) Key {
	if strings.HasPrefix(string(leaf), "rsa-") {
		return RSA2048
	}
	return leaf
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
