package servertest

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tlsbench/bench/target/process"
	"tlsbench/bench/testserve"
)

// NGTCP2Server is gtlsserver, the example server of ngtcp2: HTTP/3 by nghttp3
// over QUIC by ngtcp2 and GnuTLS, which shares no code with Go's. HTTPS and TLS
// are the same address, of UDP: it minds no connection without a request.
//
// Its tickets allow early data. GnuTLS rejects it, and resumes, where a client's
// age of its ticket is above the server's own (RFC 8446, section 8.3, allows for
// that), and crypto/tls counts from the whole second in which the ticket came:
// of a Go client's early data about one in a hundred is accepted.
type NGTCP2Server struct {
	Server
	t       testing.TB
	client  quicOwnClient
	process *process.Process
	counted askedCounts
}

// QUICOptions are the options of a server of QUIC. Only TLS 1.3 can be served,
// and tickets cannot be switched off.
type QUICOptions struct {
	Options

	// Retry has every client without a token validate its address by a Retry
	// (RFC 9000, section 8.1.2).
	Retry bool
}

// NGTCP2 starts gtlsserver.
func NGTCP2(t testing.TB, o QUICOptions) *NGTCP2Server {
	t.Helper()
	o.Options = o.withDefaults()
	unsupported(t, "ngtcp2's server", map[string]bool{
		"MaxTLS": o.MaxTLS < tls.VersionTLS13, "NoTickets": o.NoTickets, "SessionCache": o.SessionCache,
		"AntiReplay": o.AntiReplay, "TicketKeys": o.TicketKeys != nil, "SeparateNames": o.SeparateNames,
	})
	binary := program(t, "gtlsserver", "ngtcp2-server")
	id := o.identity(t)
	docs, err := documents(t.TempDir())
	if err != nil {
		t.Fatalf("what ngtcp2's server serves: %v", err)
	}
	s := &NGTCP2Server{t: t, client: newQUICOwnClient(t, id)}
	s.CAFile = id.CAFile
	s.counted = askedCounts{ask: s.ask, read: s.read}
	s.process = launch(t, o.Options, 0, func([]int) ([]string, func() error) {
		host, port := freeUDP(t, o.Options)
		s.HTTPS = net.JoinHostPort(host, port)
		s.TLS = s.HTTPS
		argv := []string{binary, "--no-quic-dump", "--no-http-dump", "--htdocs=" + docs,
			"--groups=" + gnutlsGroups(o.Groups)}
		if o.Retry {
			argv = append(argv, "--validate-addr")
		}
		return append(argv, host, port, id.key, id.chain), s.ask
	})
	s.PID = s.process.PID()
	if err := s.counted.begin(); err != nil {
		t.Fatalf("read the log of ngtcp2's server: %v", err)
	}
	return s
}

// Counts reads the log, after a connection of its own, which is taken off: the
// server works off one datagram after the other, so all that came before are in
// the log. Connections that are under way count as Aborted.
func (s *NGTCP2Server) Counts() Counts {
	s.t.Helper()
	c, err := s.counted.counts()
	if err != nil {
		s.t.Fatalf("count the handshakes of ngtcp2's server: %v", err)
	}
	return c
}

// ask makes one request.
func (s *NGTCP2Server) ask() error { return s.client.ask(s.HTTPS) }

func (s *NGTCP2Server) read() (Counts, error) {
	log, err := os.ReadFile(s.process.Stderr())
	if err != nil {
		return Counts{}, err
	}
	return countNGTCP2(string(log)), nil
}

// documents makes a folder with a page.
func documents(dir string) (string, error) {
	return dir, os.WriteFile(filepath.Join(dir, "index.html"), []byte("ok\n"), 0o644)
}

// freeUDP returns where to listen: the port that is asked for, or a free one.
func freeUDP(t testing.TB, o Options) (host, port string) {
	t.Helper()
	if o.Port == 0 {
		ports, err := testserve.FreePorts(o.Host, 1)
		if err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		o.Port = ports[0]
	}
	return o.Host, strconv.Itoa(o.Port)
}
