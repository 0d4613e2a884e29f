// Package servertest starts real TLS servers for tests and benchmarks: nginx,
// openssl s_server and HAProxy, on free loopback ports, with certificates,
// configuration and logs in the test's own temporary folder, stopped when the
// test ends.
//
// Each server tells how many full and resumed handshakes it saw by its own
// counters or logs. Tests compare the tool's counts with those: a client that
// judges its own handshakes can be wrong about them in a consistent way.
//
// Where a server is not installed the test is skipped and names the Debian
// package; with TLSBENCH_REQUIRE_SERVERS=1 in the environment (CI) it fails.
package servertest

import "crypto/tls"

// Options says how a server is set up. The zero value is TLS 1.2 and 1.3, an
// ECDSA P-256 leaf, stateless session tickets, no server-side session cache,
// one worker.
type Options struct {
	// MinTLS and MaxTLS bound the versions served: tls.VersionTLS12 or
	// tls.VersionTLS13. Zero means 1.2 and 1.3.
	MinTLS, MaxTLS uint16

	// Key is the key type of leaf, intermediate and root: "ecdsa-p256" (the
	// default) or "rsa-2048".
	Key string

	// NoTickets switches stateless session tickets off (RFC 5077, RFC 8446
	// §4.6.1). A server with a SessionCache still resumes: by session ID in
	// TLS 1.2, by tickets that name a cache entry in TLS 1.3.
	NoTickets bool

	// SessionCache switches the server-side session cache on, shared by all
	// workers.
	SessionCache bool

	// Groups is an OpenSSL list of key exchange groups, "X25519:P-256" if
	// empty.
	Groups string

	// Workers is the number of worker processes (nginx) or threads (HAProxy),
	// 1 if zero. OpenSSL's s_server always serves one connection at a time.
	Workers int

	// CPUs pins the server to these CPUs, in the syntax of taskset -c. Empty:
	// not pinned.
	CPUs string
}

func (o Options) withDefaults() Options {
	if o.MinTLS == 0 {
		o.MinTLS = tls.VersionTLS12
	}
	if o.MaxTLS == 0 {
		o.MaxTLS = tls.VersionTLS13
	}
	if o.Key == "" {
		o.Key = keyECDSA
	}
	if o.Groups == "" {
		o.Groups = "X25519:P-256"
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o
}

// Server is a running server.
type Server struct {
	HTTPS  string // host:port that answers HTTPS requests
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
