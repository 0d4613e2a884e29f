package target

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key is the type and size of the leaf certificate's key.
type Key string

// The keys a leaf can have.
const (
	RSA2048   Key = "rsa-2048"
	RSA3072   Key = "rsa-3072"
	RSA4096   Key = "rsa-4096"
	ECDSAP256 Key = "ecdsa-p256"
	ECDSAP384 Key = "ecdsa-p384"
	Ed25519   Key = "ed25519"
)

// ClientAuth says whether the server asks for a client certificate.
type ClientAuth string

// The ways of client authentication.
const (
	ClientAuthNone    ClientAuth = "none"    // not asked for
	ClientAuthRequest ClientAuth = "request" // asked for; verified where one is given
	ClientAuthRequire ClientAuth = "require" // a handshake without a valid one fails
)

const (
	maxChain   = 8
	maxWorkers = 64 // HAProxy's limit on most machines
	minRTT     = time.Microsecond
	maxRTT     = 10 * time.Second
	maxBurn    = time.Second
)

// Settings are the properties of one local server. Only [DefaultSettings],
// [ParseSettings], [Stack.Parse] and UnmarshalText make valid ones; who starts
// a server checks again.
type Settings struct {
	Key        Key
	MinVersion uint16        // lowest TLS version, a tls.VersionTLS… constant
	MaxVersion uint16        // highest TLS version
	Tickets    bool          // session tickets; without a cache, also whether sessions are resumable at all
	Cache      bool          // a session cache on the server, for session IDs; the embedded server has none
	Chain      int           // intermediate certificates between the root and the leaf, 0 to 8
	RTT        time.Duration // simulated round-trip time; 0, or 1 µs to 10 s
	ClientAuth ClientAuth
	// ECH is whether the server takes Encrypted Client Hello (RFC 9849). One that
	// does also speaks with clients that offer none.
	ECH bool
	// Burn is CPU time that each connection costs the server before its
	// handshake, on top of what TLS takes; 0 to 1 s. It stands for a build that
	// became slower.
	Burn    time.Duration
	Workers int // processes or threads, 1 to 64; 0 for a server that cannot be told

	Proto     Proto     // what the embedded server speaks
	EarlyData EarlyData // with ProtoH3, else EarlyDataOn without a meaning
	Retry     bool      // with ProtoH3: every connection without a token gets a Retry (RFC 9000, section 8.1.2)

	// has is which parameters the server has; zero for the embedded server's.
	has parameterSet
}

// DefaultSettings is what a bare "embedded:" means.
func DefaultSettings() Settings {
	return Settings{
		Key:        ECDSAP256,
		MinVersion: tls.VersionTLS12,
		MaxVersion: tls.VersionTLS13,
		Tickets:    true,
		Chain:      1,
		ClientAuth: ClientAuthNone,
		Proto:      ProtoH2,
		EarlyData:  EarlyDataOn,
	}
}

// String returns the canonical query: every parameter that the server has,
// defaults too, in a fixed order. The server's [Stack.Parse] reads it back to
// equal Settings.
func (s Settings) String() string {
	var parts []string
	for _, p := range s.parameters() {
		parts = append(parts, p.name+"="+p.show(s))
	}
	return strings.Join(parts, "&")
}

// parameters are those that the server has.
func (s Settings) parameters() []parameter {
	if s.has != 0 {
		return s.has.of(parameters())
	}
	all := Embedded().parameters()
	if s.Proto != ProtoH3 {
		all = slices.DeleteFunc(all, func(p parameter) bool { return slices.Contains(quicOnly(), p.name) })
	}
	return all
}

// MarshalText writes the canonical query, so Settings in JSON are one string.
func (s Settings) MarshalText() ([]byte, error) {
	return []byte(s.String()), nil
}

// UnmarshalText reads the embedded server's query as [ParseSettings] does.
func (s *Settings) UnmarshalText(text []byte) error {
	query, err := url.ParseQuery(string(text))
	if err != nil {
		return fmt.Errorf("settings %q: %w", text, err)
	}
	parsed, err := ParseSettings(query)
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// validate refuses what no parameter by itself can refuse, and Settings that
// were put together by hand and that no query describes.
func (s Settings) validate() error {
	for _, p := range s.parameters() {
		var reread Settings
		if err := p.set(&reread, p.show(s)); err != nil {
			return err
		}
	}
	if s.Key == Ed25519 && s.MinVersion < tls.VersionTLS12 {
		return fmt.Errorf("parameter key=%s with tls=%s: Ed25519 is allowed from TLS 1.2 on (RFC 8422, section 5.10): raise the lowest version or choose another key",
			s.Key, showVersions(s))
	}
	if s.ECH && s.MaxVersion < tls.VersionTLS13 {
		return fmt.Errorf("parameter ech=on with tls=%s: Encrypted Client Hello is of TLS 1.3: raise the highest version", showVersions(s))
	}
	return s.validateProto()
}

func showSwitch(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func showChain(s Settings) string { return strconv.Itoa(s.Chain) }

func showRTT(s Settings) string { return showDuration(s.RTT) }

func showBurn(s Settings) string { return showDuration(s.Burn) }

// showDuration avoids Duration's "µ", which a query would have to escape.
func showDuration(d time.Duration) string { return strings.Replace(d.String(), "µ", "u", 1) }

func showWorkers(s Settings) string { return strconv.Itoa(s.Workers) }

func showVersions(s Settings) string {
	low, high := versionName(s.MinVersion), versionName(s.MaxVersion)
	if low == high {
		return low
	}
	return low + "-" + high
}
