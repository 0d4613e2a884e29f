package servertest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"tlsbench/bench/target/process"
)

// GnuTLSServer is gnutls-serv --http. HTTPS and TLS are the same address: it
// answers one request a connection, and minds no connection without one. It
// listens on all of the machine's addresses and cannot be told otherwise;
// Options.Host only says which of them to give out. Ten connections wait to be
// accepted at most.
//
// A session of one server name is accepted under another in TLS 1.3 only.
// Its --noticket, Options.NoTickets, means no tickets at all in TLS 1.3: the
// session cache is for session IDs in TLS 1.2 and below alone.
type GnuTLSServer struct {
	Server
	t       testing.TB
	client  http.Client
	process *process.Process
	counted askedCounts
}

// GnuTLS starts gnutls-serv.
func GnuTLS(t testing.TB, o Options) *GnuTLSServer {
	t.Helper()
	o = o.withDefaults()
	unsupported(t, "gnutls-serv", map[string]bool{
		"AntiReplay": o.AntiReplay, "TicketKeys": o.TicketKeys != nil, "SeparateNames": o.SeparateNames, "AcceptProxy": o.AcceptProxy,
		"ClientCert": o.ClientCert != nil, "Staple": o.Staple != "",
	})
	binary := program(t, "gnutls-serv", "gnutls-bin")
	id := o.identity(t)
	s := &GnuTLSServer{t: t, client: ownClient(t, o, id)}
	s.CAFile = id.CAFile
	s.counted = askedCounts{ask: s.ask, read: s.read}
	s.process = launch(t, o, 1, func(ports []int) ([]string, func() error) {
		port := ports[0]
		if o.Port != 0 {
			port = o.Port
		}
		s.HTTPS = o.address(port)
		s.TLS = s.HTTPS
		argv := []string{binary, "--http", "--disable-client-cert", fmt.Sprintf("--port=%d", port),
			"--x509certfile=" + id.chain, "--x509keyfile=" + id.key, "--priority=" + o.priority()}
		if o.NoTickets {
			argv = append(argv, "--noticket")
		}
		if !o.SessionCache {
			argv = append(argv, "--nodb")
		}
		return argv, s.ask
	})
	s.PID = s.process.PID()
	if err := s.counted.begin(); err != nil {
		t.Fatalf("read gnutls-serv's log: %v", err)
	}
	return s
}

// priority is GnuTLS's priority string of the versions and groups.
func (o Options) priority() string {
	p := "NORMAL:-VERS-ALL"
	for v := o.MinTLS; v <= o.MaxTLS; v++ {
		p += ":+VERS-" + strings.ReplaceAll(tls.VersionName(v), " ", "")
	}
	return p + ":" + gnutlsGroups(o.Groups)
}

// gnutlsGroups is the part of a priority string with an OpenSSL list of groups.
func gnutlsGroups(list string) string {
	p := "-GROUP-ALL"
	for group := range strings.SplitSeq(list, ":") {
		if bits, ok := strings.CutPrefix(group, "P-"); ok {
			group = "SECP" + bits + "R1"
		}
		p += ":+GROUP-" + group
	}
	return p
}

// Counts reads the log of gnutls-serv, after a connection of its own, which is
// taken off: connections are accepted in order, so all that were closed before
// are in the log.
//
// Where TLS 1.3 clients close by RST without having read anything, many of
// their handshakes count as Aborted: GnuTLS cannot send its ticket then. After
// a graceful close, a response or a ticket the counts are exact.
func (s *GnuTLSServer) Counts() Counts {
	s.t.Helper()
	c, err := s.counted.counts()
	if err != nil {
		s.t.Fatalf("count gnutls-serv's handshakes: %v", err)
	}
	return c
}

// ask makes one request.
func (s *GnuTLSServer) ask() error {
	resp, err := s.client.Get("https://" + s.HTTPS + "/")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// read counts in the logs. Only completed handshakes have a description;
// "Accepted connection" stands before some that fail, too.
func (s *GnuTLSServer) read() (Counts, error) {
	stdout, err := os.ReadFile(s.process.Stdout())
	if err != nil {
		return Counts{}, err
	}
	stderr, err := os.ReadFile(s.process.Stderr())
	if err != nil {
		return Counts{}, err
	}
	resumed := strings.Count(string(stdout), "\n*** This is a resumed session\n")
	return Counts{
		Full:    strings.Count(string(stdout), "\n- Description: ") - resumed,
		Resumed: resumed,
		Aborted: strings.Count(string(stderr), "Error in handshake: "),
	}, nil
}
