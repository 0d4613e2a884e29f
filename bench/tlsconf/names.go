package tlsconf

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
)

// namedGroups are the key exchange groups of crypto/tls, by their IANA names
// and the spellings that people use.
func namedGroups() []struct {
	id    tls.CurveID
	name  string
	alias []string
} {
	return []struct {
		id    tls.CurveID
		name  string
		alias []string
	}{
		{tls.X25519, "X25519", nil},
		{tls.CurveP256, "P-256", []string{"P256", "secp256r1", "prime256v1"}},
		{tls.CurveP384, "P-384", []string{"P384", "secp384r1"}},
		{tls.CurveP521, "P-521", []string{"P521", "secp521r1"}},
		{tls.X25519MLKEM768, "X25519MLKEM768", nil},
		{tls.SecP256r1MLKEM768, "SecP256r1MLKEM768", nil},
		{tls.SecP384r1MLKEM1024, "SecP384r1MLKEM1024", nil},
	}
}

// groups reads the names of key exchange groups. crypto/tls takes them as a
// set: their order is its own.
func groups(names []string) ([]tls.CurveID, error) {
	var ids []tls.CurveID
	known := namedGroups()
	for _, name := range names {
		found := false
		for _, g := range known {
			if strings.EqualFold(name, g.name) || slices.ContainsFunc(g.alias, func(a string) bool { return strings.EqualFold(name, a) }) {
				ids, found = append(ids, g.id), true
			}
		}
		if !found {
			all := make([]string, len(known))
			for i, g := range known {
				all[i] = g.name
			}
			return nil, fmt.Errorf("--groups: unknown group %q: want some of %s", name, strings.Join(all, ", "))
		}
	}
	return ids, nil
}

// suites reads the names of cipher suites of TLS 1.2 and below.
func suites(names []string, lowest bench.Version) ([]uint16, error) {
	if len(names) > 0 && lowest >= tls.VersionTLS13 {
		return nil, fmt.Errorf("--ciphers acts on TLS 1.2 and below only: Go fixes the suites of TLS 1.3; add --tls 1.2")
	}
	var ids []uint16
	known := slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites())
	for _, name := range names {
		i := slices.IndexFunc(known, func(s *tls.CipherSuite) bool { return strings.EqualFold(s.Name, name) })
		if i < 0 {
			return nil, fmt.Errorf("--ciphers: unknown suite %q: want IANA names such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", name)
		}
		if !slices.Contains(known[i].SupportedVersions, tls.VersionTLS12) {
			return nil, fmt.Errorf("--ciphers: %s is a TLS 1.3 suite, and Go fixes those: leave it out", known[i].Name)
		}
		ids = append(ids, known[i].ID)
	}
	return ids, nil
}

// Observe fills facts with what a connection negotiated.
func Observe(f *bench.Facts, cs *tls.ConnectionState, kind bench.Kind, remote string) {
	f.Remote = remote
	f.Version = bench.Version(cs.Version).String()
	f.Suite = strings.TrimPrefix(tls.CipherSuiteName(cs.CipherSuite), "TLS_")
	f.ALPN = cs.NegotiatedProtocol
	f.Group = groupName(cs.CurveID)
	if kind == bench.Ticket || kind == bench.SessionID {
		f.Group = "" // crypto/tls names the group of the session's first handshake
	}
	if len(cs.PeerCertificates) > 0 {
		f.Key = keyName(cs.PeerCertificates[0])
		f.Chain = len(cs.PeerCertificates) - 1
		for _, cert := range cs.PeerCertificates {
			f.CertSize += len(cert.Raw)
		}
	}
	f.ECH = cs.ECHAccepted
	if kind == bench.Full { // a session keeps what came with its first handshake
		f.OCSPSize, f.SCTs = len(cs.OCSPResponse), len(cs.SignedCertificateTimestamps)
		for _, sct := range cs.SignedCertificateTimestamps {
			f.SCTSize += len(sct)
		}
	}
}

// groupName is empty where no group was used, as in TLS 1.2 resumption.
func groupName(id tls.CurveID) string {
	for _, g := range namedGroups() {
		if g.id == id {
			return g.name
		}
	}
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("group 0x%04x", uint16(id))
}

func keyName(cert *x509.Certificate) string {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return cert.PublicKeyAlgorithm.String()
	}
}
