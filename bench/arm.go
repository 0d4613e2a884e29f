package bench

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/session"
)

// Coord is one dimension=value of an arm.
type Coord struct {
	Dimension string `json:"dimension"`
	Value     string `json:"value"`
}

func (c Coord) String() string { return c.Dimension + "=" + c.Value }

// Arm is one leg of a comparison.
type Arm struct {
	// Name is the arm's coordinates.
	Name    string        `json:"name"`
	Coords  []Coord       `json:"coords"`
	Target  Target        `json:"target"`
	Engine  string        `json:"engine"`
	Want    Want          `json:"want"`
	TLS     TLS           `json:"tls"`
	HTTP    HTTP          `json:"http"`
	Net     Net           `json:"net"`
	Session SessionPolicy `json:"session"`
	Load    Load          `json:"load"`
	// Timeout bounds each attempt.
	Timeout time.Duration `json:"timeout_ns"`
}

// NewArm names an arm by its coordinates.
func NewArm(coords ...Coord) Arm {
	names := make([]string, len(coords))
	for i, c := range coords {
		names[i] = c.String()
	}
	return Arm{Name: strings.Join(names, ","), Coords: coords}
}

// Coord gives the arm's value in a dimension, or "".
func (a Arm) Coord(dimension string) string {
	i := slices.IndexFunc(a.Coords, func(c Coord) bool { return c.Dimension == dimension })
	if i < 0 {
		return ""
	}
	return a.Coords[i].Value
}

// HandshakeOnly reports whether the arm makes no request.
func (a Arm) HandshakeOnly() bool { return a.HTTP.Method == "" }

// QUIC reports whether the arm's connections are made over QUIC.
func (a Arm) QUIC() bool { return a.Engine == EngineQUIC }

// Takes reports whether the arm can offer a session.
func (a Arm) Takes(s session.Session) bool {
	v := Version(s.Version)
	return a.Want.Resumes() && a.Want.Takes(s) && s.QUIC == a.QUIC() && a.TLS.MinVersion <= v && v <= a.TLS.MaxVersion
}

// TLS holds an arm's TLS options. Names are those of crypto/tls and RFC 8446.
type TLS struct {
	MinVersion Version  `json:"min_version"`
	MaxVersion Version  `json:"max_version"`
	Groups     []string `json:"groups,omitempty"`  // empty: Go's default offer
	Ciphers    []string `json:"ciphers,omitempty"` // TLS 1.2 and below; Go fixes the suites of 1.3
	ALPN       []string `json:"alpn,omitempty"`
	ServerName string   `json:"server_name,omitempty"` // empty: the target's host
	CAFile     string   `json:"ca_file,omitempty"`
	// CertFiles hold the client's certificates, which connections present in
	// turn, KeyFiles their keys in the same order: see tlsconf.
	CertFiles FileList `json:"cert_file,omitempty"`
	KeyFiles  FileList `json:"key_file,omitempty"`
	// CertPassword opens certificate files that have one, unless
	// CertPasswordFile does. It is secret.
	CertPassword     string `json:"-"`
	CertPasswordFile string `json:"cert_password_file,omitempty"`
	// NoClientCert presents no certificate, whatever there is to present.
	NoClientCert bool `json:"no_client_cert,omitempty"`
	// ECH is the file of an ECHConfigList, or such a list in base64; empty for
	// the target's own, if it has one.
	ECH      string `json:"ech,omitempty"`
	Insecure bool   `json:"insecure,omitempty"`
	// KeyLog is the file that receives TLS secrets, empty for none.
	KeyLog string `json:"key_log,omitempty"`
}

// HTTP holds what is requested on each connection. An empty Method means a
// handshake without a request.
type HTTP struct {
	Method string `json:"method,omitempty"`
	Proto  Proto  `json:"proto,omitempty"`
	// Headers are sent with each request. Their values may be secret, so only
	// the names are saved.
	Headers     http.Header `json:"-"`
	HeaderNames []string    `json:"headers,omitempty"`
}

// Proto is the version of HTTP that requests are made with.
type Proto string

// The versions.
const (
	H1 Proto = "h1" // HTTP/1.1
	H2 Proto = "h2" // HTTP/2 is offered beside HTTP/1.1
	H3 Proto = "h3" // HTTP/3, over QUIC
)

// Protos lists them.
func Protos() []Proto { return []Proto{H1, H2, H3} }

// Net holds how connections are made and closed.
type Net struct {
	// Connect is the host:port to dial instead of the target's own, or "".
	Connect string `json:"connect,omitempty"`
	// Proxy is the URL of the proxy that connections go through, without
	// credentials, or "": see package proxy.
	Proxy string `json:"proxy,omitempty"`
	// ProxyFrom names the environment variable that chose the proxy, or "".
	ProxyFrom string `json:"proxy_from,omitempty"`
	// ProxyUser and ProxyPassword are secret, and never saved.
	ProxyUser     string `json:"-"`
	ProxyPassword string `json:"-"`
	// ProxyCAFile is trusted for TLS to the proxy, and ProxyInsecure trusts
	// whatever answers there.
	ProxyCAFile   string `json:"proxy_ca_file,omitempty"`
	ProxyInsecure bool   `json:"proxy_insecure,omitempty"`
	// ProxyProtocol is the version of the PROXY protocol's header that goes ahead
	// of all else on a connection to the server, or "".
	ProxyProtocol string `json:"proxy_protocol,omitempty"`
	// Sources are the addresses that connections come from, in turn, as
	// ParseSources reads them, or "" for the system's choice.
	Sources string `json:"sources,omitempty"`
	// Family is 4 or 6 for one IP version only, 0 for either.
	Family int `json:"family,omitempty"`
	// ResolveEach looks the name up on every attempt, instead of once.
	ResolveEach bool `json:"resolve_each,omitempty"`
	// Close is how connections end; over QUIC always with CONNECTION_CLOSE.
	Close CloseMode `json:"close"`
	// Tokens is what becomes of address validation tokens over QUIC, empty over
	// TCP.
	Tokens Tokens `json:"tokens,omitempty"`
}

// Tokens is what a QUIC client does with the address validation tokens that
// servers send for later connections (RFC 9000 section 8.1.3).
type Tokens string

// The ways.
const (
	// KeepTokens presents each once, as clients do, so that a server that
	// validates addresses needs no Retry.
	KeepTokens Tokens = "keep"
	// DropTokens forgets them, so that each connection is a new client's.
	DropTokens Tokens = "drop"
)

// CloseMode is how a connection ends after its close_notify.
type CloseMode string

// The close modes.
const (
	// CloseReset sends RST, which leaves no port in TIME_WAIT: without it
	// some 470 connections a second exhaust a client's ports in a minute.
	CloseReset CloseMode = "reset"
	// CloseGraceful sends FIN.
	CloseGraceful CloseMode = "graceful"
	// CloseAbrupt sends FIN without a close_notify, as clients do that die.
	// Only bare handshakes can end so.
	CloseAbrupt CloseMode = "abrupt"
)

// SessionPolicy is which session an arm's connections offer.
type SessionPolicy struct {
	Policy session.Policy `json:"policy,omitempty"`
	Scope  session.Scope  `json:"scope,omitempty"`
	// Pool is how many sessions each store holds before a block under the
	// policy once, 0 for as many as the block needs.
	Pool int `json:"pool,omitempty"`
	// WhenDry is what happens under the policy once when no session is left.
	WhenDry WhenDry `json:"when_dry,omitempty"`
	// Imported says that the sessions come from a file: nothing is primed.
	Imported bool `json:"imported,omitempty"`
	// ReadTickets makes a connection without a request wait for the tickets
	// that follow a TLS 1.3 handshake. It is equal in arms that are compared,
	// so that they read and close alike.
	ReadTickets bool `json:"read_tickets,omitempty"`
}

// WhenDry is what a worker does that has no session left to offer.
type WhenDry string

// The ways.
const (
	// DryStop ends the block early.
	DryStop WhenDry = "stop"
	// DryFull connects without a session and counts the connection as starved.
	DryFull WhenDry = "full"
)

// ParseWhenDry reads the name of a way.
func ParseWhenDry(name string) (WhenDry, error) {
	switch w := WhenDry(name); w {
	case DryStop, DryFull:
		return w, nil
	}
	return "", fmt.Errorf("unknown way %q: want %s or %s", name, DryStop, DryFull)
}
