package tlsconf

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"tlsbench/bench"
)

// PasswordVariable is the environment variable that holds the password of
// certificate files: a flag's value would be seen by every user of the machine.
const PasswordVariable = "TLSBENCH_CERT_PASSWORD"

// identify reads the arm's client certificates. The i-th connection that is
// asked for one presents the i-th of n, modulo n, whichever worker makes it.
//
// It is presented whatever authorities the server names: the server is to
// refuse what it does not want, as it does with other clients.
func (c *Config) identify(arm bench.Arm) (err error) {
	if c.Certificates, err = certificates(arm); err != nil {
		return err
	}
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		cert, _ := c.NextCertificate()
		return cert, nil
	}
	return nil
}

// NextCertificate is the client certificate whose turn it is, and its place
// from 1 on; an empty one and 0 where the arm has none.
func (c *Config) NextCertificate() (*tls.Certificate, int) {
	switch n := uint64(len(c.Certificates)); n {
	case 0:
		return &tls.Certificate{}, 0
	case 1:
		return &c.Certificates[0], 1 // and workers do not share a counter
	default:
		i := (c.turn.Add(1) - 1) % n
		return &c.Certificates[i], int(i) + 1
	}
}

func certificates(arm bench.Arm) ([]tls.Certificate, error) {
	o := arm.TLS
	switch {
	case len(o.KeyFiles) > len(o.CertFiles) && len(o.CertFiles) == 0:
		return nil, errors.New("--key without --cert: give the certificate that belongs to the key")
	case len(o.KeyFiles) > len(o.CertFiles):
		return nil, fmt.Errorf("--key: there are %d, and %d certificates: the first key belongs to the first --cert, and so on", len(o.KeyFiles), len(o.CertFiles))
	case o.CertPasswordFile != "" && len(o.CertFiles) == 0:
		return nil, errors.New("--cert-password-file without --cert: give the file that it opens")
	}
	password, err := certPassword(o)
	if err != nil {
		return nil, err
	}
	var all []tls.Certificate
	for i, cert := range o.CertFiles {
		key := cert // both in one file, as other tools allow
		if i < len(o.KeyFiles) {
			key = o.KeyFiles[i]
		}
		one, err := certificate(cert, key, password)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	switch own := arm.Target.ClientCert; {
	case o.NoClientCert:
		return nil, nil
	case len(all) == 0 && own != nil:
		return []tls.Certificate{*own}, nil
	}
	return all, nil
}

// certPassword is the file's first line, else what the environment holds.
func certPassword(o bench.TLS) (string, error) {
	if o.CertPasswordFile == "" {
		return o.CertPassword, nil
	}
	text, err := os.ReadFile(o.CertPasswordFile)
	if err != nil {
		return "", fmt.Errorf("--cert-password-file: %w", err)
	}
	line, rest, _ := strings.Cut(string(text), "\n")
	if strings.TrimSpace(rest) != "" {
		return "", fmt.Errorf("--cert-password-file %s: it has several lines: want the password alone", o.CertPasswordFile)
	}
	return strings.TrimSuffix(line, "\r"), nil
}

// certificate reads one certificate, its chain and its key, by what the files
// hold: PEM or PKCS #12.
func certificate(certFile, keyFile, password string) (tls.Certificate, error) {
	fail := func(format string, args ...any) (tls.Certificate, error) {
		return tls.Certificate{}, fmt.Errorf("--cert %s: %w", certFile, fmt.Errorf(format, args...))
	}
	text, err := os.ReadFile(certFile)
	if err != nil {
		return fail("%w", err)
	}
	if !bytes.Contains(text, []byte("-----BEGIN ")) {
		if keyFile != certFile {
			return fail("it is no PEM file, and --key %s is only for those: a PKCS #12 file holds its key", keyFile)
		}
		one, err := fromPKCS12(text, password)
		if err != nil {
			return fail("%w", err)
		}
		return one, nil
	}
	keyText := text
	if keyFile != certFile {
		if keyText, err = os.ReadFile(keyFile); err != nil {
			return tls.Certificate{}, fmt.Errorf("--key %s: %w", keyFile, err)
		}
	}
	if encryptedKey(keyText) {
		return tls.Certificate{}, fmt.Errorf("--cert %s, --key %s: the key is encrypted, which is read from PKCS #12 only: decrypt it (openssl pkey -in %s -out FILE), or make a PKCS #12 file (openssl pkcs12 -export)",
			certFile, keyFile, keyFile)
	}
	pair, err := tls.X509KeyPair(text, keyText)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("--cert %s, --key %s: %w", certFile, keyFile, err)
	}
	return pair, nil
}

// encryptedKey finds an encrypted private key, of PKCS #8 or older.
func encryptedKey(text []byte) bool {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return false
		}
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return true
		}
		text = rest
	}
}

// fromPKCS12 reads a PFX (RFC 7292 section 4). The certificates beside the
// key's own are sent as its chain, without one that signed itself.
func fromPKCS12(data []byte, password string) (tls.Certificate, error) {
	var none tls.Certificate
	var version int
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(data, &outer); err != nil || !outer.IsCompound || outer.Tag != asn1.TagSequence {
		return none, errors.New("it is neither PEM nor PKCS #12")
	}
	if _, err := asn1.Unmarshal(outer.Bytes, &version); err != nil || version != 3 {
		return none, errors.New("it is DER, but no PKCS #12 file: turn it into PEM (openssl x509 -inform DER), and give its key with --key")
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword) && password == "":
		return none, errors.New("the PKCS #12 file has a password: give it with --cert-password-file FILE, or in " + PasswordVariable)
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return none, errors.New("the password does not open the PKCS #12 file")
	case err != nil:
		return none, fmt.Errorf("the PKCS #12 file cannot be read: %w", err)
	}
	one := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, cert := range chain {
		if !bytes.Equal(cert.RawSubject, cert.RawIssuer) {
			one.Certificate = append(one.Certificate, cert.Raw)
		}
	}
	return one, matches(leaf, key)
}

// matches reports a key that is not the certificate's, which PKCS #12 does not
// rule out.
func matches(leaf *x509.Certificate, key any) error {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("the PKCS #12 file's key: %w", err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw})
	_, err = tls.X509KeyPair(cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	clear(pkcs8)
	return err
}
