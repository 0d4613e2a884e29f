package scenarios

import (
	"crypto/tls"
	"net/url"
	"slices"

	"tlsbench/bench"
)

// http3 is what HTTP/3 is called in ALPN (RFC 9114 section 3.1).
const http3 = "h3"

// proto is the HTTP version of the scenario's requests: the one that was asked
// for, or the target's own.
func (s *Scenario) proto(t bench.Target) (bench.Proto, error) {
	asked := bench.Proto(s.HTTP.Proto)
	if asked != "" {
		if err := s.oneOf("http.proto"); err != nil {
			return "", err
		}
	}
	own := protoOf(t)
	switch {
	case t.QUIC() && asked != "" && asked != bench.H3:
		return "", s.fault("http.proto", " %s: %s:// is over QUIC: want https://, or leave it out", asked, t.Scheme)
	case asked == bench.H3 && !t.Local() && !t.QUIC() && t.Scheme != bench.SchemeHTTPS:
		return "", s.fault("http.proto", " h3: %s:// is over TCP: want https://, or quic:// for a handshake without a request", t.Scheme)
	case t.Local() && asked == bench.H3 && own == "":
		return "", s.fault("http.proto", " h3: the server that %s: starts has no HTTP/3: want embedded:", t.Scheme)
	case asked == "" && own == bench.H3, asked == "" && t.QUIC():
		return bench.H3, nil
	case asked == "":
		return bench.H1, nil
	case own != "" && (own == bench.H3) != (asked == bench.H3), own == bench.H1 && asked == bench.H2:
		return "", s.fault("http.proto", " %s: the target says proto=%s: choose one", asked, own)
	}
	return asked, nil
}

// protoOf is what a server that is started speaks by its settings, or "".
func protoOf(t bench.Target) bench.Proto {
	if t.Settings == "" {
		return ""
	}
	settings, _ := url.ParseQuery(t.Settings) // who starts it says what is wrong with it
	return bench.Proto(settings.Get(Proto))
}

// withProto are the settings with those of a server that is to speak HTTP/3.
func (s *Scenario) withProto(t bench.Target) []bench.Coord {
	told := slices.ContainsFunc(s.settings, func(c bench.Coord) bool { return c.Dimension == Proto })
	if t.Scheme != bench.SchemeEmbedded || s.HTTP.Proto != string(bench.H3) || protoOf(t) != "" || told {
		return s.settings
	}
	return append(slices.Clone(s.settings), bench.Coord{Dimension: Proto, Value: string(bench.H3)})
}

// overQUIC makes an arm one over QUIC, which has TLS 1.3 alone and one way to
// end a connection.
func (s *Scenario) overQUIC(arm *bench.Arm) error {
	arm.Engine = bench.EngineQUIC
	if arm.TLS.MaxVersion < tls.VersionTLS13 {
		return s.tooOld("QUIC has TLS 1.3 only (RFC 9001 section 4.2)")
	}
	arm.TLS.MinVersion = tls.VersionTLS13
	if s.Given("net.close") {
		return s.fault("net.close", " acts on TCP: a QUIC connection ends with CONNECTION_CLOSE and leaves no port behind")
	}
	if arm.Net.ProxyFrom != "" { // the environment's proxies are for TCP
		arm.Net.Proxy, arm.Net.ProxyFrom, arm.Net.ProxyUser, arm.Net.ProxyPassword = "", "", "", ""
	}
	arm.Net.Close, arm.Net.Tokens = "", bench.Tokens(s.Net.Tokens)
	if !s.Given("tls.alpn") && arm.Target.Scheme != bench.SchemeQUIC {
		arm.TLS.ALPN = []string{http3}
	}
	return nil
}

// overTCP refuses what acts on QUIC alone. An option may stand where others of
// its arms are over QUIC; a coordinate would double an arm.
func (s *Scenario) overTCP() error {
	varies := func(names ...string) bool {
		return slices.ContainsFunc(s.Matrix, func(d Dimension) bool {
			return slices.Contains(names, d.Name) && (d.Name != Proto || slices.Contains(d.Values, string(bench.H3)))
		})
	}
	beside := !varies("tokens") && (len(s.Targets) > 0 || varies(Proto, Target, "server"))
	if s.Net.Tokens == string(bench.KeepTokens) || beside {
		return nil
	}
	return s.tokensOverTCP()
}

func (s *Scenario) tokensOverTCP() error {
	return s.fault("net.tokens", " %s acts on QUIC, and this is over TCP: want --proto h3, or leave it out", s.Net.Tokens)
}

// onlyQUIC reports whether no arm can be of another TLS version than 1.3,
// because all are over QUIC.
func (s *Scenario) onlyQUIC(axes []axis) bool {
	if slices.ContainsFunc(axes, func(a axis) bool { return slices.Contains([]string{Proto, Target, "server"}, a.Name) }) {
		return false
	}
	own := s.copy()
	t, err := own.parseTarget()
	if err != nil {
		return false
	}
	proto, err := own.proto(t)
	return err == nil && (t.QUIC() || proto == bench.H3)
}
