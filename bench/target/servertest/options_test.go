package servertest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestUnsupported(t *testing.T) {
	v := &verdict{TB: t}
	unsupported(v, "HAProxy", map[string]bool{"AntiReplay": false})
	if v.how != "" {
		t.Errorf("an option that is not set: %q", v.how)
	}
	unsupported(v, "HAProxy", map[string]bool{"AntiReplay": true, "TicketKeys": false})
	if want := "fail: HAProxy cannot do what Options.AntiReplay asks for"; v.how != want {
		t.Errorf("%q, want %q", v.how, want)
	}
}

func TestOldVersions(t *testing.T) {
	for _, kind := range kinds {
		for _, key := range []string{keyECDSA, keyRSA} {
			t.Run(kind.name+"/"+key, func(t *testing.T) {
				t.Parallel()
				server, counts := kind.start(t, Options{MinTLS: tls.VersionTLS10, Key: key})
				for _, service := range []Service{TLS, HTTPS} {
					for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
						c := client{server: server, service: service, version: version, closing: "graceful"}
						before := counts(service)
						offer := c.prime(t, 5*time.Second)
						if seen := c.run(t, 2, offer); seen != (Counts{Resumed: 2}) {
							t.Errorf("%s %s: the client saw %+v", service, tls.VersionName(version), seen)
						}
						if got := counts(service).Sub(before); got != (Counts{Full: 1, Resumed: 2}) {
							t.Errorf("%s %s: the server saw %+v", service, tls.VersionName(version), got)
						}
					}
				}
			})
		}
	}
}

func TestOldVersionsOnly(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			server, _ := kind.start(t, Options{MaxTLS: tls.VersionTLS11})
			client{server: server, service: HTTPS, version: tls.VersionTLS11}.dial(t, &session{}, nil)
			for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12} {
				conn, err := tls.Dial("tcp", server.TLS, &tls.Config{
					InsecureSkipVerify: true, MinVersion: version, MaxVersion: version,
				})
				if err == nil {
					conn.Close()
					t.Errorf("%s is served", tls.VersionName(version))
				}
			}
		})
	}
}

func TestAntiReplay(t *testing.T) {
	for _, noTickets := range []bool{false, true} {
		s := OpenSSL(t, Options{AntiReplay: true, NoTickets: noTickets})
		c := client{server: s.Server, service: TLS, version: tls.VersionTLS13, closing: "graceful"}
		before := s.Counts()
		offer := c.prime(t, 5*time.Second)
		if seen := c.run(t, 1, offer); seen != (Counts{Resumed: 1}) {
			t.Errorf("NoTickets %v: the client saw %+v at first", noTickets, seen)
		}
		if seen := c.run(t, 3, offer); seen != (Counts{Full: 3}) {
			t.Errorf("NoTickets %v: the client saw %+v with the same ticket again", noTickets, seen)
		}
		if got := s.Counts().Sub(before); got != (Counts{Full: 4, Resumed: 1}) {
			t.Errorf("NoTickets %v: the server saw %+v", noTickets, got)
		}
	}
	s := OpenSSL(t, Options{AntiReplay: true})
	c := client{server: s.Server, service: TLS, version: tls.VersionTLS12, closing: "graceful"}
	if seen := c.run(t, 3, c.prime(t, time.Second)); seen != (Counts{Resumed: 3}) {
		t.Errorf("TLS 1.2: the client saw %+v", seen)
	}
}

// Instances share an identity and, on different addresses, a port. GnuTLS
// cannot: it listens on all addresses.
func TestHostPortIdentity(t *testing.T) {
	id := NewIdentity(t, keyRSA)
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			hosts := []string{"127.0.0.2", "127.0.0.3"}
			port, err := commonPort(hosts)
			if errors.Is(err, syscall.EADDRNOTAVAIL) {
				t.Skipf("no further loopback addresses: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range hosts {
				server, _ := kind.start(t, Options{Host: host, Port: port, Identity: id})
				if want := fmt.Sprintf("%s:%d", host, port); server.TLS != want || server.CAFile != id.CAFile {
					t.Errorf("TLS is at %s, the root in %s; want %s and %s", server.TLS, server.CAFile, want, id.CAFile)
				}
				for _, service := range []Service{TLS, HTTPS} {
					client{server: server, service: service, sni: host}.dial(t, &session{}, nil)
				}
				if kind.name == "gnutls" {
					return
				}
				if conn, err := net.Dial("tcp", strings.Replace(server.TLS, host, "127.0.0.1", 1)); err == nil {
					conn.Close()
					t.Errorf("it listens on 127.0.0.1, too")
				}
			}
		})
	}
}

func TestIPv6(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skipf("no IPv6: %v", err)
	} else {
		l.Close()
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			server, _ := kind.start(t, Options{Host: "::1"})
			for _, service := range []Service{TLS, HTTPS} {
				client{server: server, service: service}.dial(t, &session{}, nil)
			}
		})
	}
}
