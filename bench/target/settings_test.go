package target

import (
	"crypto/tls"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
)

func parse(t testing.TB, query string) (Settings, error) {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return ParseSettings(values)
}

func mustParse(t testing.TB, query string) Settings {
	t.Helper()
	s, err := parse(t, query)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSettings(t *testing.T) {
	with := func(change func(*Settings)) Settings {
		s := DefaultSettings()
		change(&s)
		return s
	}
	tests := []struct {
		query string
		want  Settings
	}{
		{"", DefaultSettings()},
		{"key=rsa-4096", with(func(s *Settings) { s.Key = RSA4096 })},
		{"key=ed25519&chain=0", with(func(s *Settings) { s.Key, s.Chain = Ed25519, 0 })},
		{"tls=1.2", with(func(s *Settings) { s.MaxVersion = tls.VersionTLS12 })},
		{"tls=1.3-1.3", with(func(s *Settings) { s.MinVersion = tls.VersionTLS13 })},
		{"tls=1.0-1.2", with(func(s *Settings) { s.MinVersion, s.MaxVersion = tls.VersionTLS10, tls.VersionTLS12 })},
		{"tickets=off", with(func(s *Settings) { s.Tickets = false })},
		{"chain=8", with(func(s *Settings) { s.Chain = 8 })},
		{"rtt=0", DefaultSettings()},
		{"rtt=20ms", with(func(s *Settings) { s.RTT = 20 * time.Millisecond })},
		{"rtt=1.5us", with(func(s *Settings) { s.RTT = 1500 * time.Nanosecond })},
		{"rtt=10s", with(func(s *Settings) { s.RTT = 10 * time.Second })},
		{"client-auth=require", with(func(s *Settings) { s.ClientAuth = ClientAuthRequire })},
		{"burn=50us", with(func(s *Settings) { s.Burn = 50 * time.Microsecond })},
		{"proto=h1", with(func(s *Settings) { s.Proto = ProtoH1 })},
		{"proto=h2&tls=1.2", with(func(s *Settings) { s.MaxVersion = tls.VersionTLS12 })},
		{"proto=h3", with(func(s *Settings) { s.Proto, s.MinVersion = ProtoH3, tls.VersionTLS13 })},
		{"proto=h3&tls=1.0-1.3&early-data=off&retry=on", with(func(s *Settings) {
			s.Proto, s.MinVersion, s.EarlyData, s.Retry = ProtoH3, tls.VersionTLS13, EarlyDataOff, true
		})},
	}
	for _, tt := range tests {
		got := mustParse(t, tt.query)
		if got != tt.want {
			t.Errorf("%q: got %+v, want %+v", tt.query, got, tt.want)
		}
		checkRoundTrip(t, got)
	}
	if got, want := mustParse(t, "proto=h3").String(), "key=ecdsa-p256&tls=1.3&tickets=on&chain=1&rtt=0s&client-auth=none&ech=off&burn=0s&proto=h3&early-data=on&retry=off"; got != want {
		t.Errorf("canonical query of HTTP/3 is %q, want %q", got, want)
	}
	if got, want := DefaultSettings().String(), "key=ecdsa-p256&tls=1.2-1.3&tickets=on&chain=1&rtt=0s&client-auth=none&ech=off&burn=0s&proto=h2"; got != want {
		t.Errorf("canonical default is %q, want %q", got, want)
	}
}

// checkRoundTrip holds that the canonical query and JSON lose nothing.
func checkRoundTrip(t *testing.T, s Settings) {
	t.Helper()
	if again := mustParse(t, s.String()); again != s {
		t.Errorf("%q reads back as %q", s, again)
	}
	encoded, err := json.Marshal(Endpoint{Settings: s})
	if err != nil {
		t.Fatal(err)
	}
	var decoded Endpoint
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	if decoded.Settings != s {
		t.Errorf("%s decodes as %q", encoded, decoded.Settings)
	}
}

func TestParseSettingsRefuses(t *testing.T) {
	tests := []struct {
		query string
		want  []string // what the error must hold
	}{
		{"kye=rsa-2048", []string{"unknown", "kye", "did you mean key?", "client-auth"}},
		{"client_auth=none", []string{"client_auth", "did you mean client-auth?"}},
		{"ticket=on", []string{"did you mean tickets?"}},
		{"RTT=1ms", []string{"RTT", "did you mean rtt?"}},
		{"=x", []string{`""`, "known:"}},
		{"key=rsa-2048&key=ed25519", []string{"key", "2 times", "rsa-2048, ed25519", "ecdsa-p384"}},
		{"key=rsa-1024", []string{"key=rsa-1024", "rsa-2048", "ed25519"}},
		{"key=", []string{`key=""`, "rsa-2048"}},
		{"tls=1.4", []string{"tls=1.4", "1.2-1.3"}},
		{"tls=1.3-1.2", []string{"tls=1.3-1.2", "1.0, 1.1"}},
		{"tls=1.2-", []string{"tls=1.2-"}},
		{"tls=-1.2", []string{"tls=-1.2"}},
		{"tls=1.2-1.3-1.3", []string{"tls=1.2-1.3-1.3"}},
		{"tickets=yes", []string{"tickets=yes", "on or off"}},
		{"chain=9", []string{"chain=9", "0 to 8"}},
		{"chain=-1", []string{"chain=-1"}},
		{"chain=one", []string{"chain=one"}},
		{"rtt=20", []string{"rtt=20:", "20ms"}},
		{"rtt=999ns", []string{"rtt=999ns", "1µs", "10s"}},
		{"rtt=-1ms", []string{"rtt=-1ms"}},
		{"rtt=11s", []string{"rtt=11s"}},
		{"client-auth=on", []string{"client-auth=on", "require"}},
		{"proto=http3", []string{"proto=http3", "h1, h2 or h3"}},
		{"proto=h3&tls=1.2", []string{"tls=1.2", "proto=h3", "TLS 1.3 only", "proto=h2"}},
		{"early-data=on", []string{"early-data=on", "proto=h2", "add proto=h3"}},
		{"proto=h1&retry=off", []string{"retry=off", "proto=h1", "add proto=h3"}},
		{"proto=h3&early-data=yes", []string{"early-data=yes", "on, off or none"}},
		{"ech=yes", []string{"ech=yes", "on or off"}},
		{"ech=on&tls=1.2", []string{"ech=on", "tls=1.2", "TLS 1.3"}},
		{"key=ed25519&tls=1.1-1.3", []string{"key=ed25519", "tls=1.1-1.3", "1.2"}},
	}
	for _, tt := range tests {
		_, err := parse(t, tt.query)
		if err == nil {
			t.Errorf("%q is accepted", tt.query)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %q does not hold %q", tt.query, err, want)
			}
		}
	}
}

func TestListenRefusesSettingsMadeByHand(t *testing.T) {
	quic, early := DefaultSettings(), DefaultSettings()
	quic.Proto, quic.MaxVersion = ProtoH3, tls.VersionTLS12
	early.EarlyData = EarlyDataOff
	for _, s := range []Settings{quic, early, {}, {Key: Ed25519, MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12, ClientAuth: ClientAuthNone}} {
		if server, err := Listen(s, "127.0.0.1:0"); err == nil {
			server.Close()
			t.Errorf("%+v is accepted", s)
		}
	}
}

func FuzzParseSettings(f *testing.F) {
	f.Add("key=rsa-2048&tls=1.2-1.3&tickets=off&chain=3&rtt=1.5us&client-auth=request&burn=30us")
	f.Add("key=ed25519&tls=1.0")
	f.Add("proto=h3&early-data=none&retry=on&tls=1.2-1.3")
	f.Add("rtt=1h&rtt=2h&%00=\xff")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		if s, err := ParseSettings(values); err == nil {
			checkRoundTrip(t, s)
		}
	})
}
