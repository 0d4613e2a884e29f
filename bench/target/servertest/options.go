package servertest

import (
	"crypto/tls"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Options says how a server is set up. The zero value is TLS 1.2 and 1.3, an
// ECDSA P-256 leaf, stateless session tickets, no server-side session cache,
// one worker.
type Options struct {
	// MinTLS and MaxTLS bound the versions served: tls.VersionTLS10 to
	// tls.VersionTLS13. Zero means 1.2 (or MaxTLS, if that is lower) and 1.3.
	// Below 1.2 OpenSSL's security level is 0: TLS 1.0 and 1.1 sign with SHA-1.
	MinTLS, MaxTLS uint16

	// Key is the key type of leaf, intermediate and root: "ecdsa-p256" (the
	// default) or "rsa-2048".
	Key string

	// Identity is the certificates to use, so that servers share them; Key has
	// no meaning then. Nil: the server's own.
	Identity *Identity

	// Host is the loopback address to listen on, "127.0.0.1" if empty.
	Host string

	// Port is the port of the TLS service, and of OpenSSL's and GnuTLS's only
	// one. Zero: a free one.
	Port int

	// NoTickets switches stateless session tickets off (RFC 5077, RFC 8446
	// §4.6.1). A server with a SessionCache still resumes: by session ID in
	// TLS 1.2, by tickets that name a cache entry in TLS 1.3.
	NoTickets bool

	// SessionCache switches the server-side session cache on, shared by all
	// workers.
	SessionCache bool

	// TicketKeys are nginx's ssl_session_ticket_key files: the first encrypts
	// tickets, all decrypt them. See WriteTicketKey.
	TicketKeys []string

	// AntiReplay lets OpenSSL accept a TLS 1.3 ticket once, as servers do that
	// accept early data (RFC 8446 §8.1); with the second use it goes on to a
	// full handshake. It needs, and switches on, the SessionCache.
	AntiReplay bool

	// SeparateNames gives nginx's HTTPS service a server each for a.test and
	// b.test, which answer with their name; other names get the default one.
	// nginx accepts a session of one name under another, in all versions of
	// TLS, tickets or not: the default server's keys and cache serve all.
	// So do HAProxy and s_server, which answer to any name as it is. GnuTLS
	// refuses it up to TLS 1.2 and accepts it in TLS 1.3.
	SeparateNames bool

	// AcceptProxy has HAProxy demand the PROXY protocol's header, of either
	// version, on each connection: see Sources.
	AcceptProxy bool

	// ClientCert is what clients must present, or something that it signed,
	// which the server verifies; it is presented by the server's own questions.
	// nginx completes a TLS handshake in any case and refuses afterwards, HTTPS
	// by status 400; the others end it with an alert.
	ClientCert *tls.Certificate

	// Staple is a DER file with an OCSP response that OpenSSL staples.
	Staple string

	// Groups is an OpenSSL list of key exchange groups, "X25519:P-256" if
	// empty.
	Groups string

	// Workers is the number of worker processes (nginx) or threads (HAProxy),
	// 1 if zero. OpenSSL's s_server always serves one connection at a time,
	// gnutls-serv many in one thread.
	Workers int

	// CPUs pins the server to these CPUs, in the syntax of taskset -c. Empty:
	// not pinned.
	CPUs string
}

func (o Options) withDefaults() Options {
	if o.MaxTLS == 0 {
		o.MaxTLS = tls.VersionTLS13
	}
	if o.MinTLS == 0 {
		o.MinTLS = min(tls.VersionTLS12, o.MaxTLS)
	}
	if o.Key == "" {
		o.Key = keyECDSA
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	if o.Groups == "" {
		o.Groups = "X25519:P-256"
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o
}

// identity returns the certificates to use, new ones if none are given.
func (o Options) identity(t testing.TB) *Identity {
	t.Helper()
	if o.Identity != nil {
		return o.Identity
	}
	return NewIdentity(t, o.Key)
}

// clientCA writes the file by which servers verify clients, "" for none.
func (o Options) clientCA(t testing.TB) string {
	t.Helper()
	if o.ClientCert == nil {
		return ""
	}
	file := filepath.Join(t.TempDir(), "client-ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: o.ClientCert.Certificate[0]})
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatalf("certificates: %v", err)
	}
	return file
}

// address is where to listen, given a free port.
func (o Options) address(port int) string { return net.JoinHostPort(o.Host, strconv.Itoa(port)) }

// mainAddress is where the service with the port that can be set listens.
func (o Options) mainAddress(free int) string {
	if o.Port != 0 {
		return o.address(o.Port)
	}
	return o.address(free)
}

// portOf is the port of an address that was given out here.
func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// oldCiphers is OpenSSL's cipher string where TLS 1.0 or 1.1 is served, which
// OpenSSL 3 refuses above security level 0, else empty.
func (o Options) oldCiphers() string {
	if o.MinTLS < tls.VersionTLS12 {
		return "DEFAULT:@SECLEVEL=0"
	}
	return ""
}

// unsupported fails the test where one of the options is set.
func unsupported(t testing.TB, server string, set map[string]bool) {
	t.Helper()
	for option, is := range set {
		if is {
			t.Fatalf("%s cannot do what Options.%s asks for", server, option)
		}
	}
}

// versions lists the versions served from low to high.
func (o Options) versions() []string {
	var names []string
	for v := o.MinTLS; v <= o.MaxTLS; v++ {
		names = append(names, versionName(v))
	}
	return names
}

// versionName is a version as OpenSSL and the servers' configurations name it.
func versionName(v uint16) string {
	return map[uint16]string{
		tls.VersionTLS10: "TLSv1", tls.VersionTLS11: "TLSv1.1",
		tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3",
	}[v]
}
