package scenarios

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Arm is the arm that the scenario describes where nothing varies: of no wanted
// kind yet, and without a name. What contradicts itself is an error.
func (s *Scenario) Arm() (bench.Arm, error) {
	own := s.copy()
	if err := own.settle(); err != nil {
		return bench.Arm{}, err
	}
	return own.arm()
}

// arm resolves a settled scenario.
func (s *Scenario) arm() (arm bench.Arm, err error) {
	if arm.Target, err = s.parseTarget(); err != nil {
		return arm, err
	}
	if err := s.contradictions(arm.Target); err != nil {
		return arm, err
	}
	arm.Engine = bench.EngineNetHTTP
	if arm.Load, err = s.load(); err != nil {
		return arm, err
	}
	arm.Timeout = s.Load.Timeout
	arm.TLS = bench.TLS{
		Groups: s.TLS.Groups, Ciphers: s.TLS.Ciphers, ALPN: s.TLS.ALPN, ServerName: s.TLS.SNI,
		CAFile: s.TLS.CACert, CertFile: s.TLS.Cert, KeyFile: s.TLS.Key,
		Insecure: s.TLS.Insecure, KeyLog: s.TLS.KeyLog,
	}
	if arm.TLS.MinVersion, arm.TLS.MaxVersion, err = bench.ParseVersions(s.TLS.Versions); err != nil {
		return arm, s.fault("tls.versions", ": %v", err)
	}
	if arm.Net, err = s.net(); err != nil {
		return arm, err
	}
	if s.HTTP.HandshakeOnly || arm.Target.Scheme == bench.SchemeTLS {
		arm.Engine = bench.EngineCryptoTLS
		return arm, nil
	}
	return arm, s.request(&arm)
}

// setting is one word of a few.
func (s *Scenario) oneOf(path string) error {
	option, _ := find(path)
	value := *option.In(s).(*string)
	if !slices.Contains(option.Words, value) {
		return s.fault(path, " %s: want %s%s", cut(value), strings.Join(option.Words, " or "), meant(value, option.Words))
	}
	return nil
}

func (s *Scenario) net() (n bench.Net, err error) {
	for _, path := range []string{"net.dns", "net.close", "net.family"} {
		if err := s.oneOf(path); err != nil {
			return n, err
		}
	}
	if s.Net.Connect != "" {
		if host, port, err := net.SplitHostPort(s.Net.Connect); err != nil || host == "" || port == "" {
			return n, s.fault("net.connect", " %s: want HOST:PORT", s.Net.Connect)
		}
	}
	sources, err := s.sources()
	if err != nil {
		return n, err
	}
	n = bench.Net{Connect: s.Net.Connect, Sources: sources, ResolveEach: s.Net.DNS == "each", Close: bench.CloseMode(s.Net.Close)}
	if s.Net.Family != "any" {
		n.Family, err = strconv.Atoi(s.Net.Family)
	}
	return n, err
}

// request fills in what an arm that makes requests has more.
func (s *Scenario) request(arm *bench.Arm) error {
	if s.HTTP.Method == "" {
		return s.fault("http.method", " is empty: want GET, or --handshake-only for no request")
	}
	arm.HTTP = bench.HTTP{Method: s.HTTP.Method, HTTP2: s.HTTP.HTTP2, Headers: http.Header{}}
	for i, h := range s.HTTP.Headers {
		name, value, ok := strings.Cut(h, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			// It may be secret, so it is not repeated.
			return s.fault("http.headers", ": the %s one is not of the form 'Name: value'", ordinal(i+1))
		}
		arm.HTTP.Headers.Add(name, value)
		arm.HTTP.HeaderNames = append(arm.HTTP.HeaderNames, http.CanonicalHeaderKey(name))
	}
	switch {
	case s.HTTP.HTTP2:
		arm.TLS.ALPN = []string{"h2", "http/1.1"}
	case !s.Given("tls.alpn"):
		arm.TLS.ALPN = []string{"http/1.1"}
	}
	return nil
}

// parseTarget reads the target, with what dimensions say of a started server.
func (s *Scenario) parseTarget() (bench.Target, error) {
	t, err := bench.ParseTarget(s.Target)
	if err != nil || len(s.settings) == 0 {
		return t, s.located("target", err)
	}
	if !t.Local() {
		name := s.settings[0].Dimension
		return t, s.located("settings."+name, fmt.Errorf("%s is a setting of servers that tlsbench starts, and the target is %s", name, t.URL))
	}
	var parts []string
	for part := range strings.SplitSeq(t.Settings, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !slices.ContainsFunc(s.settings, func(c bench.Coord) bool { return c.Dimension == name }) {
			parts = append(parts, part)
		}
	}
	for _, c := range s.settings {
		parts = append(parts, c.Dimension+"="+url.QueryEscape(c.Value))
	}
	t, err = bench.ParseTarget(t.Scheme + ":?" + strings.Join(parts, "&"))
	return t, s.located("target", err)
}

// located gives an error the place where the option's value was given.
func (s *Scenario) located(path string, err error) error {
	if o := s.origins[path]; err != nil && o.Layer == InFile && s.doc != nil {
		return s.doc.fault(o.at, "%v", err)
	}
	return err
}

// policy is the session policy of an arm that resumes.
func (s *Scenario) policy(arm bench.Arm) (p bench.SessionPolicy, err error) {
	p.Policy = DefaultPolicy(arm)
	if s.Given("sessions.policy") {
		if p.Policy, err = session.ParsePolicy(s.Sessions.Policy); err != nil {
			return p, s.wordFault("sessions.policy", s.Sessions.Policy, err)
		}
	}
	if p.Scope, err = session.ParseScope(s.Sessions.Scope); err != nil {
		return p, s.wordFault("sessions.scope", s.Sessions.Scope, err)
	}
	if arm.Load.Open() {
		if s.Given("sessions.scope") && p.Scope == session.PerWorker {
			return p, s.fault("sessions.scope", " worker: with --rate or --storm there are no workers that could keep sessions: want shared")
		}
		p.Scope = session.Shared
	}
	p.Imported = s.Sessions.In != ""
	if p.Policy != session.Once {
		for _, path := range []string{"sessions.pool", "sessions.dry"} {
			// A policy of a later layer makes moot what an earlier one said of
			// another.
			if s.Given(path) && s.layer(path) >= s.layer("sessions.policy") {
				return p, s.fault(path, " acts on --session-policy once, and the policy is %s", p.Policy)
			}
		}
		return p, nil
	}
	p.Pool = s.Sessions.Pool
	if p.WhenDry, err = bench.ParseWhenDry(s.Sessions.Dry); err != nil {
		return p, s.wordFault("sessions.dry", s.Sessions.Dry, err)
	}
	return p, nil
}

func (s *Scenario) wordFault(path, word string, err error) error {
	option, _ := find(path)
	return s.fault(path, ": %v%s", err, meant(word, option.Words))
}

// DefaultPolicy is the session policy of an arm where none was asked for: what
// clients do with requests; with bare handshakes the one session that needs no
// ticket read on measured connections; in a storm, that of many clients, one
// session each.
func DefaultPolicy(arm bench.Arm) session.Policy {
	if arm.Load.Storm > 0 {
		return session.Once
	}
	if arm.HandshakeOnly() {
		return session.Frozen
	}
	return session.Latest
}
