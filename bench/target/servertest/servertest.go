// Package servertest starts real TLS servers for tests and benchmarks: nginx,
// openssl s_server, HAProxy and gnutls-serv, and over QUIC ngtcp2's and Caddy, on free
// loopback ports, with certificates, configuration and logs in the test's own
// temporary folder, stopped when the test ends.
//
// Each of these tells how many full and resumed handshakes it saw by its own
// counters or logs. Tests compare the tool's counts with those: a client that
// judges its own handshakes can be wrong about them in a consistent way.
//
// Servers of mail, files, news, directories, chat and databases are each a
// [Peer], set up much as Debian does. What they do with sessions stands with
// each, and most tell at least how many handshakes they completed; redis, nnrpd and,
// on irc, InspIRCd count connections. A further one is a file: its configuration, the
// command that starts it, what shows that it is ready, and the lines of its log to
// count. Proxies that lead clients on are each a [Forwarder]. Where the tests run as
// root, all of these run as nobody.
//
// Where a server is not installed the test is skipped and names the Debian
// package; with TLSBENCH_REQUIRE_SERVERS=1 in the environment (CI) it fails.
package servertest

// Server is a running server.
type Server struct {
	HTTPS  string // host:port that answers HTTPS requests; HTTP/3, on UDP, where the server speaks QUIC
	TLS    string // host:port for handshakes without a request
	CAFile string // PEM file with the root to trust
	PID    int    // the process that was started: the master of a multi-process server
}

// Service names one of a server's two listeners.
type Service string

const (
	HTTPS Service = "https"
	TLS   Service = "tls"
)
