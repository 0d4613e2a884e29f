package scenarios

import (
	"strings"
	"testing"
)

// What would silently have no effect, or none but a failure, is refused.
func TestContradictionsWithTheTarget(t *testing.T) {
	for _, tt := range []struct{ options, refused string }{
		{"target=https://h/ tls.ech=", "--ech is empty"},
		{"target=postgres-direct://h tls.alpn=foo", "does not offer postgresql"},
		{"target=postgres-direct://h tls.alpn=foo,postgresql", ""},
		{"target=tls://h tls.alpn=foo", ""},
		{"target=https://h/ tls.client-cert=on", "--client-cert on needs --cert"},
		{"target=https://h/ tls.client-cert=off", ""},
		{"target=https://h/ tls.client-cert=on tls.cert=c.pem", ""},
		{"target=embedded:?client-auth=request tls.client-cert=on", ""},
	} {
		_, err := given(t, strings.Fields(tt.options)...).Arm()
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)) {
			t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
		}
	}
	_, _, err := given(t, "target=https://h/", "matrix.client-cert=off,on").Plan(nil)
	if err == nil || !strings.Contains(err.Error(), "client-cert on needs --cert") {
		t.Errorf("as a dimension: %v", err)
	}
}

// What one option would silently take from another is refused, by the names of
// both.
func TestContradictionsOfOptions(t *testing.T) {
	for _, tt := range []struct{ options, refused string }{
		{"load.count=77 matrix.storm=5,6", "-n"},
		{"tls.alpn=http/1.1 matrix.proto=h1,h3", "--matrix.proto and --alpn: choose one"},
		{"tls.cacert=f matrix.verify=on,off", ""},
		{"arms=full,ticket http.proto=h3", "ticket exists in TLS 1.0-1.2 only, and QUIC has TLS 1.3"},
		{"arms=full,ticket matrix.proto=h1,h3", "session-id and ticket exist in TLS 1.2 and below only, and QUIC has TLS 1.3"},
		{"arms=full,ticket tls.ech=AA==", "session-id and ticket exist in TLS 1.2 and below only, and Encrypted Client Hello"},
		{"tls.ciphers=A tls.ech=AA==", "--ciphers acts on TLS 1.2 and below only, and Encrypted Client Hello"},
		{"arms=full,psk tls.ciphers=A", "--ciphers acts on TLS 1.2 and below only, and --arms has psk"},
		{"arms=full,ticket tls.ciphers=A", ""},
		{"http.handshake-only=true http.method=POST", "--method needs requests, and --handshake-only makes none"},
		{"http.handshake-only=true http.proto=h2", "--proto h2 needs requests, and --handshake-only makes none"},
		{"target=tls://h:1 http.method=POST", "--method needs requests, and tls:// makes none"},
		{"net.source=127.0.0.1 net.family=6", "--source 127.0.0.1 is IPv4, and --net.family asks for IPv6"},
		{"load.ramp=5/s..9/s sessions.scope=worker", "with --ramp there are no workers"},
		{"matrix.storm=5,6 sessions.scope=worker", "with --matrix.storm there are no workers"},
		{"load.find-max=tls.p50<1s sessions.in=f sessions.policy=once", "--find-max and --sessions-in: a search would use up"},
		{"load.find-max=tls.p50<1s sessions.in=f", ""},
		{"vs=https://o server.pid=1", "--server-pid names one server's clock"},
		{"arms=full matrix.policy=latest,once", "--matrix.policy acts on arms that resume"},
		{"net.tokens=drop vs=https://o", "--tokens drop acts on QUIC"},
		{"net.tokens=drop vs=h3://o", ""},
		{"net.proxy-insecure=true matrix.proxy=none,http://p:1", "--proxy-insecure acts on proxies that speak TLS"},
		{"net.proxy-cacert=f matrix.proxy=none,https://p:1", ""},
	} {
		_, _, err := given(t, append([]string{"target=https://h/"}, strings.Fields(tt.options)...)...).Plan(nil)
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)) {
			t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
		}
	}
}
