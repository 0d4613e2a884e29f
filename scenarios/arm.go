package scenarios

import (
	"crypto/tls"
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
	proto, err := s.proto(arm.Target)
	if err != nil {
		return arm, err
	}
	arm.Engine = bench.EngineNetHTTP
	if arm.Load, err = s.load(); err != nil {
		return arm, err
	}
	arm.Timeout = s.Load.Timeout
	arm.TLS = bench.TLS{
		Groups: s.TLS.Groups, Ciphers: s.TLS.Ciphers, ALPN: s.TLS.ALPN, ServerName: s.TLS.SNI,
		CAFile: s.TLS.CACert, CertFiles: s.TLS.Cert, KeyFiles: s.TLS.Key,
		CertPassword: s.TLS.CertPassword, CertPasswordFile: s.TLS.CertPasswordFile, ECH: s.TLS.ECH,
		Insecure: s.TLS.Insecure, KeyLog: s.TLS.KeyLog,
	}
	if err := s.oneOf("tls.client-cert"); err != nil {
		return arm, err
	}
	arm.TLS.NoClientCert = s.TLS.ClientCert == "off"
	if arm.TLS.MinVersion, arm.TLS.MaxVersion, err = bench.ParseVersions(s.TLS.Versions); err != nil {
		return arm, s.fault("tls.versions", ": %v", err)
	}
	if s.offersECH(arm.Target) && !s.Given("tls.versions") {
		// Encrypted Client Hello is of TLS 1.3, so that arms without it offer
		// nothing else either.
		arm.TLS.MinVersion = arm.TLS.MaxVersion
		const tls13 = "Encrypted Client Hello is of TLS 1.3"
		switch {
		case arm.TLS.MaxVersion < tls.VersionTLS13:
			return arm, s.tooOld(tls13)
		case len(s.TLS.Ciphers) > 0:
			return arm, s.fault("tls.ciphers", " acts on TLS 1.2 and below only, and %s: leave one of them out", tls13)
		}
	}
	if arm.Net, err = s.net(arm.Target); err != nil {
		return arm, err
	}
	if arm.Target.QUIC() || proto == bench.H3 {
		if err := s.overQUIC(&arm); err != nil {
			return arm, err
		}
	} else if err := s.overTCP(); err != nil {
		return arm, err
	}
	if s.HTTP.HandshakeOnly || arm.Target.HandshakeOnly() {
		if !arm.QUIC() {
			arm.Engine = bench.EngineCryptoTLS
			if !s.Given("tls.alpn") {
				arm.TLS.ALPN = arm.Target.ALPN()
			}
		}
		return arm, nil
	}
	arm.HTTP.Proto = proto
	return arm, s.request(&arm)
}

// offersECH reports whether an arm of the experiment offers Encrypted Client
// Hello.
func (s *Scenario) offersECH(t bench.Target) bool {
	varied := slices.ContainsFunc(s.Matrix, func(d Dimension) bool { return d.Name == "ech" })
	return varied || s.TLS.ECH != "" || setting(t, "ech") == "on"
}

// setting is that of a server that the tool starts, "" where the target does
// not give it.
func setting(t bench.Target, name string) string {
	query, err := url.ParseQuery(t.Settings)
	if err != nil || !t.Local() {
		return ""
	}
	return query.Get(name)
}

// oneOf is one word of a few.
func (s *Scenario) oneOf(path string) error {
	option, _ := find(path)
	value := *option.In(s).(*string)
	if !slices.Contains(option.Words, value) {
		return s.fault(path, " %s: want %s%s", cut(value), strings.Join(option.Words, " or "), meant(value, option.Words))
	}
	return nil
}

func (s *Scenario) net(t bench.Target) (n bench.Net, err error) {
	for _, path := range []string{"net.dns", "net.close", "net.family", "net.tokens"} {
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
		if n.Family, err = strconv.Atoi(s.Net.Family); err != nil {
			return n, err
		}
	}
	return n, s.proxy(t, &n)
}

// request fills in what an arm that makes requests has more.
func (s *Scenario) request(arm *bench.Arm) error {
	if s.HTTP.Method == "" {
		return s.fault("http.method", " is empty: want GET, or --handshake-only for no request")
	}
	arm.HTTP.Method, arm.HTTP.Headers = s.HTTP.Method, http.Header{}
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
	case arm.HTTP.Proto == bench.H2:
		arm.TLS.ALPN = []string{"h2", "http/1.1"}
	case arm.HTTP.Proto == bench.H1 && !s.Given("tls.alpn"):
		arm.TLS.ALPN = []string{"http/1.1"}
	}
	return nil
}

// parseTarget reads the target, with what dimensions say of a started server.
func (s *Scenario) parseTarget() (bench.Target, error) {
	t, err := bench.ParseTarget(s.Target)
	if err == nil {
		s.settings = s.withProto(t)
	}
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
			return p, s.fault("sessions.scope", " worker: with %s there are no workers that could keep sessions: want shared", s.openLoop())
		}
		p.Scope = session.Shared
	}
	p.Imported = s.Sessions.In != ""
	if p.Imported && p.Policy == session.Once && s.Load.FindMax != "" {
		return p, s.conflict("load.find-max", "sessions.in", "a search would use up sessions that are offered once: want --session-policy latest or frozen")
	}
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
