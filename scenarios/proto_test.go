package scenarios

import (
	"strings"
	"testing"

	"tlsbench/bench"
)

// The HTTP version is the option's or the target's; a server that is started is
// told of it, and what contradicts itself is refused.
func TestProto(t *testing.T) {
	for _, tt := range []struct {
		options string
		engine  string
		proto   bench.Proto
		target  string // its URL, where it matters
		refused string
	}{
		{"target=https://h/", bench.EngineNetHTTP, bench.H1, "", ""},
		{"target=https://h/ http.proto=h2", bench.EngineNetHTTP, bench.H2, "", ""},
		{"target=https://h/ http.proto=h3", bench.EngineQUIC, bench.H3, "", ""},
		{"target=h3://h/", bench.EngineQUIC, bench.H3, "", ""},
		{"target=embedded:", bench.EngineNetHTTP, bench.H1, "embedded:", ""},
		{"target=embedded:?rtt=1ms http.proto=h3", bench.EngineQUIC, bench.H3, "embedded:?rtt=1ms&proto=h3", ""},
		{"target=embedded:?proto=h3", bench.EngineQUIC, bench.H3, "embedded:?proto=h3", ""},
		{"target=embedded:?proto=h2", bench.EngineNetHTTP, bench.H1, "embedded:?proto=h2", ""},
		{"target=embedded:?proto=h3 http.handshake-only=true", bench.EngineQUIC, "", "", ""},
		{"target=quic://h tls.alpn=doq", bench.EngineQUIC, "", "", ""},
		{"target=tls://h", bench.EngineCryptoTLS, "", "", ""},

		{"target=h3://h/ http.proto=h1", "", "", "", "h3:// is over QUIC"},
		{"target=embedded:?proto=h3 http.proto=h2", "", "", "", "the target says proto=h3"},
		{"target=embedded:?proto=h1 http.proto=h2", "", "", "", "the target says proto=h1"},
		{"target=embedded:?proto=h2 http.proto=h3", "", "", "", "the target says proto=h2"},
		{"target=tls://h http.proto=h3", "", "", "", "tls:// is over TCP"},
		{"target=smtp://h http.proto=h3", "", "", "", "smtp:// is over TCP"},
		{"target=redis://h http.proto=h3 http.handshake-only=true", "", "", "", "redis:// is over TCP"},
		{"target=nginx: http.proto=h3", "", "", "", "has no HTTP/3"},
		{"target=h3://h/ tls.versions=1.2", "", "", "", "QUIC has TLS 1.3 only"},
		{"target=h3://h/ net.close=graceful", "", "", "", "acts on TCP"},
		{"target=https://h/ http.proto=h4", "", "", "", "want h1 or h2 or h3"},
		{"target=https://h/ http.proto=h2 tls.alpn=h2", "", "", "", "choose one"},
	} {
		arm, err := given(t, strings.Fields(tt.options)...).Arm()
		switch {
		case tt.refused != "":
			if err == nil || !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
			}
		case err != nil || arm.Engine != tt.engine || arm.HTTP.Proto != tt.proto || tt.target != "" && arm.Target.URL != tt.target:
			t.Errorf("%s: %s, %s, %s: %v", tt.options, arm.Engine, arm.HTTP.Proto, arm.Target.URL, err)
		case arm.QUIC() && (arm.TLS.MinVersion != 0x304 || arm.Net.Close != "" || arm.Net.Tokens != bench.KeepTokens):
			t.Errorf("%s: %+v %+v", tt.options, arm.TLS, arm.Net)
		}
	}
}

// Over QUIC there is one version, so that no dimension tells of it; beside TCP
// there is, and what TCP lacks is left out.
func TestArmsOfEarlyData(t *testing.T) {
	p, warnings := planned(t, "target=h3://h/", "arms=full,resumed,0rtt")
	if got := armsOf(p); got != "session=full session=resumed session=0rtt" || len(warnings) > 0 {
		t.Errorf("%s, %v", got, warnings)
	}
	p, _ = planned(t, "target=embedded:", "arms=full,0rtt", "matrix.proto=h1,h3")
	for _, a := range p.Arms {
		if a.TLS.MinVersion != 0x304 || a.Coord(Version) != "1.3" {
			t.Errorf("%s: %v", a.Name, a.TLS.MinVersion)
		}
	}
}

// Tokens are QUIC's: arms over TCP that would drop them are none of their own.
func TestTokensOverTCP(t *testing.T) {
	for _, tt := range []struct{ options, arms, refused string }{
		{"target=https://h/ net.tokens=drop", "", "acts on QUIC"},
		{"target=https://h/ matrix.tokens=keep,drop", "", "tokens=drop is in no arm"},
		{"target=https://h/ matrix.proto=h1,h2 net.tokens=drop", "", "acts on QUIC"},
		{"target=https://h/ net.tokens=keep", "session=full", ""},
		{"target=https://h/ http.proto=h3 matrix.tokens=keep,drop", "session=full,tokens=keep session=full,tokens=drop", ""},
		{"target=https://h/ matrix.proto=h1,h3 net.tokens=drop", "session=full,proto=h1 session=full,proto=h3", ""},
		{"target=https://h/ matrix.proto=h1,h3 matrix.tokens=keep,drop", "tokens=keep,session=full,proto=h1 tokens=keep,session=full,proto=h3 tokens=drop,session=full,proto=h3", ""},
	} {
		s := given(t, append(strings.Fields(tt.options), "arms=full")...)
		p, _, err := s.Plan(nil)
		if tt.refused != "" {
			if err == nil || !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.options, err)
		}
		if got := armsOf(p); got != tt.arms {
			t.Errorf("%s: %s, want %s", tt.options, got, tt.arms)
		}
		for _, a := range p.Arms {
			if !a.QUIC() && a.Net.Tokens != "" {
				t.Errorf("%s: %s has tokens", tt.options, a.Name)
			}
		}
	}
}
