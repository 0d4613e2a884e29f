package servertest

import (
	"crypto/tls"
	"slices"
	"testing"
	"time"
)

func TestSeparateNames(t *testing.T) {
	server := Nginx(t, Options{SeparateNames: true}).Server
	for name, want := range map[string]string{nameA: "a.test\n", nameB: "b.test\n", "localhost": "ok\n"} {
		client{server: server, service: HTTPS, sni: name}.dial(t, &session{}, func(conn *tls.Conn) {
			if got := get(t, conn, name); got != want {
				t.Errorf("%s answers %q, want %q", name, got, want)
			}
		})
	}
}

// Whether a session of one name is accepted under another is the server's
// choice: see Options.SeparateNames.
func TestSessionsAcrossNames(t *testing.T) {
	for _, test := range []struct {
		server  string
		o       Options
		accepts []uint16
	}{
		{"nginx", Options{SeparateNames: true}, []uint16{tls.VersionTLS12, tls.VersionTLS13}},
		{"nginx", Options{SeparateNames: true, NoTickets: true, SessionCache: true}, []uint16{tls.VersionTLS13}},
		{"openssl", Options{}, []uint16{tls.VersionTLS12, tls.VersionTLS13}},
		{"haproxy", Options{}, []uint16{tls.VersionTLS12, tls.VersionTLS13}},
		{"gnutls", Options{}, []uint16{tls.VersionTLS13}},
	} {
		for _, kind := range kinds {
			if kind.name != test.server {
				continue
			}
			t.Run(test.server, func(t *testing.T) {
				server, _ := kind.start(t, test.o)
				for _, version := range versionsTested {
					c := client{server: server, service: HTTPS, version: version, closing: "graceful", sni: nameA}
					wait := 5 * time.Second
					if !slices.Contains(test.accepts, version) {
						wait = 100 * time.Millisecond // no ticket comes
					}
					offer := c.prime(t, wait)
					// No offer: crypto/tls knows no session IDs in TLS 1.2.
					if got := c.run(t, 1, offer).Resumed == 1; got != (offer != nil) {
						t.Errorf("%s: resumed under its own name: %v", tls.VersionName(version), got)
					}
					c.sni = nameB
					want := slices.Contains(test.accepts, version)
					if got := c.run(t, 1, offer).Resumed == 1; got != want {
						t.Errorf("%s: resumed under another name: %v, want %v", tls.VersionName(version), got, want)
					}
				}
			})
		}
	}
}
