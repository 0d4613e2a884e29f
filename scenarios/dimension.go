package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"tlsbench/bench"
)

// The dimensions that others know.
const (
	Session = "session" // the wanted kind of handshake
	Version = "tls"     // the TLS version
	Target  = "target"  // the server, by name
	Proto   = "proto"   // the HTTP version
)

// The values of the dimension target with --vs: the server that the other one
// is held against, and that one.
const (
	BaseTarget = "base"
	NewTarget  = "new"
)

// dimension is one kind of coordinate and how it changes an arm.
type dimension struct {
	name, doc string
	// path is the option that it sets, empty for a setting of a server that
	// the tool starts, which bears the dimension's name.
	path string
	// example is a value, or a few.
	example string
	// translate turns the coordinate's value into the option's, where not nil.
	translate func(s *Scenario, value string) (string, error)
}

var dimensions = sync.OnceValue(func() []dimension {
	word := func(of map[string]string) func(*Scenario, string) (string, error) {
		return func(_ *Scenario, value string) (string, error) {
			text, ok := of[value]
			if !ok {
				var known []string
				for k := range of {
					known = append(known, k)
				}
				slices.Sort(known)
				return "", errors.New(unknown(value, known))
			}
			return text, nil
		}
	}
	return []dimension{
		{Session, "wanted kind of handshake: full, resumed, session-id, ticket, psk, 0rtt", "arms", "full, resumed", nil},
		{Version, "TLS version or range that the client offers", "tls.versions", "1.2, 1.3", nil},
		{"group", "key exchange group that the client offers; several with +", "tls.groups", "X25519, P-256, X25519MLKEM768", nil},
		{"cipher", "cipher suite that the client offers (TLS 1.2 and below); several with +", "tls.ciphers", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", nil},
		{"alpn", "protocol that the client offers; several with +", "tls.alpn", "smtp", nil},
		{Proto, "HTTP version: h1, h2, h3 (over QUIC)", "http.proto", "h1, h2, h3", nil},
		{"policy", "session policy: latest, frozen, once", "sessions.policy", "latest, once", nil},
		{"scope", "who shares sessions: worker, shared", "sessions.scope", "worker, shared", nil},
		{"pool", "sessions got beforehand (policy once)", "sessions.pool", "1, 8, 64", nil},
		{"dry", "what happens when none is left (policy once): stop, full", "sessions.dry", "stop, full", nil},
		{"workers", "connections at the same time", "load.workers", "1, 4, 16", nil},
		{"rate", "attempts that fall due a second", "load.rate", "100/s, 1000/s", nil},
		{"arrivals", "how they follow each other: constant, poisson", "load.arrivals", "constant, poisson", nil},
		{"max-inflight", "connections of a rate that may be under way", "load.max-inflight", "10, 1000", nil},
		{"storm", "connections that begin at once", "load.storm", "100, 1000", nil},
		{"verify", "whether certificates are verified: on, off", "tls.insecure", "on, off", word(map[string]string{"on": "false", "off": "true"})},
		{"client-cert", "whether a server that asks for a client certificate gets one: on, off", "tls.client-cert", "off, on", nil},
		{"close", "how connections end: reset, graceful", "net.close", "reset, graceful", nil},
		{"tokens", "address validation tokens of QUIC servers: keep, drop", "net.tokens", "keep, drop", nil},
		{"dns", "when names are looked up: once, each", "net.dns", "once, each", nil},
		{"family", "IP version: 4, 6", "net.family", "4, 6", nil},
		{proxyDimension, "proxy that connections go through: none, or a URL", "net.proxy", "none, http://proxy.example:3128", namedProxy},
		{"proxy-protocol", "version of the PROXY protocol's header: none, v1, v2", "net.proxy-protocol", "none, v2", nil},
		{"sni", "server name that the client sends and verifies", "tls.sni", "a.example, b.example", nil},
		{Target, "a target, by its name under target, or a URL", "target", "old, new", namedTarget},
		{"server", "a server that tlsbench starts, with the target's settings: embedded, nginx, haproxy, openssl", "target", "embedded, nginx", startedServer},
		{"key", "key of a started server's certificate", "", "rsa-2048, ecdsa-p256", nil},
		{"chain", "intermediate certificates of a started server", "", "0, 1, 3", nil},
		{"rtt", "round-trip time that a started server simulates", "", "5ms, 50ms", nil},
		{"tickets", "whether a started server grants tickets: on, off", "", "on, off", nil},
		{"cache", "session cache of a started server that has one", "", "on, off", nil},
		{"burn", "CPU time that a started server wastes on each connection", "", "0, 50us", nil},
		{"early-data", "what a started server of HTTP/3 makes of 0-RTT data: on, off (rejected), none (not allowed by tickets)", "", "on, off", nil},
		{"retry", "whether a started server of HTTP/3 validates addresses by a Retry: on, off", "", "on, off", nil},
		{"client-auth", "whether a started server asks for a client certificate: none, request, require", "", "none, require", nil},
		{"ech", "whether an embedded server takes Encrypted Client Hello, which the client then offers: on, off", "", "off, on", nil},
	}
})

func dimensionByName(name string) (dimension, bool) {
	all := dimensions()
	i := slices.IndexFunc(all, func(d dimension) bool { return d.name == name })
	if i < 0 {
		return dimension{}, false
	}
	return all[i], true
}

func dimensionNames() []string {
	var all []string
	for _, d := range dimensions() {
		all = append(all, d.name)
	}
	return all
}

// check refuses what no dimension can be.
func (d Dimension) check() error {
	if len(d.Values) == 0 {
		return fmt.Errorf("the dimension %s has no value", d.Name)
	}
	for i, v := range d.Values {
		switch {
		case v == "" || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }):
			return &valueError{i, fmt.Sprintf("%q is no value of a dimension", cut(Public("matrix."+d.Name, v)))}
		case slices.Contains(d.Values[:i], v):
			return &valueError{i, fmt.Sprintf("%s is there twice", cut(Public("matrix."+d.Name, v)))}
		}
	}
	return nil
}

// valueError is about one of a dimension's values.
type valueError struct {
	index int
	what  string
}

func (e *valueError) Error() string { return e.what }

// apply moves a scenario to a value of a dimension.
func (s *Scenario) apply(name, value string, from Origin) error {
	d, _ := dimensionByName(name)
	from.varied = true
	if d.path == "" {
		s.settings = append(slices.Clone(s.settings), bench.Coord{Dimension: name, Value: value})
		s.origins["settings."+name] = from
		return nil
	}
	text := value
	if d.translate != nil {
		var err error
		if text, err = d.translate(s, value); err != nil {
			s.origins[d.path] = from
			return s.fault(d.path, ": %v", err)
		}
	}
	option, _ := find(d.path)
	list := []string{text}
	if _, ok := option.In(s).(*[]string); ok && name != Session {
		list = strings.Split(text, "+")
	}
	err := assign(option.In(s), list)
	s.origins[d.path] = from
	if err != nil {
		return s.fault(d.path, " %v", err)
	}
	if d.path == "load.rate" {
		s.reset("load.ramp") // of which this is a step
	}
	return nil
}

// namedTarget is the URL of a name, or a URL as it is.
func namedTarget(s *Scenario, value string) (string, error) {
	var names []string
	for _, t := range s.Targets {
		if t.Name == value {
			return t.URL, nil
		}
		names = append(names, t.Name)
	}
	if len(names) > 0 {
		return "", errors.New(unknown(value, names))
	}
	return value, nil
}

// startedServer is the target with another server.
func startedServer(s *Scenario, value string) (string, error) {
	settings := ""
	switch t, err := bench.ParseTarget(s.Target); {
	case err == nil && t.Local():
		settings = t.Settings
	case err == nil:
		return "", fmt.Errorf("that varies servers that tlsbench starts, and the target is %s: leave one of them out", t.URL)
	}
	if strings.ContainsAny(value, ":/?") {
		return "", fmt.Errorf("%q: want the name of a server that tlsbench starts, such as embedded", cut(value))
	}
	raw := value + ":"
	if settings != "" {
		raw += "?" + settings
	}
	if t, err := bench.ParseTarget(raw); err != nil || !t.Local() {
		return "", fmt.Errorf("%q is no server that tlsbench starts", cut(value))
	}
	return raw, nil
}

// Dimensions lists the names of all that a matrix may have.
func Dimensions() []string { return dimensionNames() }
