package servertest

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
)

// OpenSSLServer is openssl s_server -www. HTTPS and TLS are the same address:
// it answers a request, and minds no connection without one. It serves one
// connection at a time, and waits for that one as long as it stays open. Its
// session cache holds 128 sessions.
type OpenSSLServer struct {
	Server
	t       testing.TB
	client  http.Client
	counted askedCounts
}

// OpenSSL starts openssl s_server.
func OpenSSL(t testing.TB, o Options) *OpenSSLServer {
	t.Helper()
	o = o.withDefaults()
	binary := program(t, "openssl", "openssl")
	unsupported(t, "openssl s_server", map[string]bool{
		"TicketKeys": o.TicketKeys != nil, "SeparateNames": o.SeparateNames, "AcceptProxy": o.AcceptProxy,
	})
	id := o.identity(t)
	ca := o.clientCA(t)
	s := &OpenSSLServer{t: t, client: ownClient(t, o, id)}
	s.CAFile = id.CAFile
	s.counted = askedCounts{ask: func() error { return nil }, read: s.read}
	p := launch(t, o, 1, func(ports []int) ([]string, func() error) {
		s.HTTPS = o.mainAddress(ports[0])
		s.TLS = s.HTTPS
		argv := []string{binary, "s_server", "-www", "-quiet", "-accept", s.HTTPS,
			"-cert", id.chain, "-cert_chain", id.inter, "-key", id.key,
			"-groups", o.Groups,
			"-min_protocol", versionName(o.MinTLS), "-max_protocol", versionName(o.MaxTLS)}
		if o.NoTickets {
			argv = append(argv, "-no_ticket")
		}
		if ca != "" {
			argv = append(argv, "-Verify", "2", "-verify_return_error", "-CAfile", ca)
		}
		if o.Staple != "" {
			argv = append(argv, "-status_file", o.Staple)
		}
		if o.AntiReplay {
			argv = append(argv, "-max_early_data", "16384") // 0 switches anti-replay off; -www refuses -early_data
		}
		if ciphers := o.oldCiphers(); ciphers != "" {
			argv = append(argv, "-cipher", ciphers)
		}
		if !o.SessionCache && !o.AntiReplay {
			argv = append(argv, "-no_cache")
		}
		return argv, s.counted.begin
	})
	s.PID = p.PID()
	return s
}

// Counts fetches the status page with OpenSSL's own counters and takes off the
// handshakes that this takes. Connections are served in order, so all that
// were closed before are counted.
//
// OpenSSL counts a resumption when it accepts the session of a ClientHello.
// So one that the client then breaks off is among Resumed and Aborted both,
// one after a HelloRetryRequest counts twice, and each such is missing from
// Full. Exact are the counts while Aborted is 0 and the client's key share
// fits Options.Groups.
func (s *OpenSSLServer) Counts() Counts {
	s.t.Helper()
	c, err := s.counted.counts()
	if err != nil {
		s.t.Fatalf("read s_server's status page (is a client's connection still open?): %v", err)
	}
	return c
}

// read fetches the status page: to read is to ask.
func (s *OpenSSLServer) read() (Counts, error) {
	resp, err := s.client.Get("https://" + s.HTTPS + "/")
	if err != nil {
		return Counts{}, err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		return Counts{}, err
	}
	var accepts, finished, hits int
	for name, to := range map[string]*int{
		`server accepts \(SSL_accept\(\)\)`: &accepts,
		`server accepts that finished`:      &finished,
		`session cache hits`:                &hits,
	} {
		found := regexp.MustCompile(`(?m)^ *(\d+) ` + name).FindSubmatch(page)
		if found == nil {
			return Counts{}, fmt.Errorf("no %q on the status page", name)
		}
		if *to, err = strconv.Atoi(string(found[1])); err != nil {
			return Counts{}, err
		}
	}
	return Counts{Full: finished - hits, Resumed: hits, Aborted: accepts - finished}, nil
}
