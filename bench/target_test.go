package bench

import (
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	tests := []struct{ raw, url, scheme, address, path string }{
		{"https://example.com", "https://example.com:443/", "https", "example.com:443", "/"},
		{"HTTPS://example.com:8443/a?b=c", "https://example.com:8443/a?b=c", "https", "example.com:8443", "/a?b=c"},
		{"example.com", "https://example.com:443/", "https", "example.com:443", "/"},
		{"localhost:8443", "https://localhost:8443/", "https", "localhost:8443", "/"},
		{"::1", "https://[::1]:443/", "https", "[::1]:443", "/"},
		{"[::1]:8443", "https://[::1]:8443/", "https", "[::1]:8443", "/"},
		{"example.com/path", "https://example.com:443/path", "https", "example.com:443", "/path"},
		{"tls://127.0.0.1:8443", "tls://127.0.0.1:8443", "tls", "127.0.0.1:8443", ""},
		{"tls://127.0.0.1:8443/", "tls://127.0.0.1:8443", "tls", "127.0.0.1:8443", ""},
		{"smtp://mx.example", "smtp://mx.example:25", "smtp", "mx.example:25", ""},
		{"POSTGRES://[::1]/", "postgres://[::1]:5432", "postgres", "[::1]:5432", ""},
		{"imaps://mail.example:1993", "imaps://mail.example:1993", "imaps", "mail.example:1993", ""},
		{"nginx:8443/a", "https://nginx:8443/a", "https", "nginx:8443", "/a"},
		{"https://nginx", "https://nginx:443/", "https", "nginx:443", "/"},
		{"localhost:", "https://localhost:443/", "https", "localhost:443", "/"},
	}
	for _, tt := range tests {
		got, err := ParseTarget(tt.raw)
		if err != nil {
			t.Errorf("%s: %v", tt.raw, err)
			continue
		}
		if got.URL != tt.url || got.Scheme != tt.scheme || got.Address() != tt.address || got.Path != tt.path {
			t.Errorf("%s: got %+v", tt.raw, got)
		}
	}
	for raw, want := range map[string][2]string{
		"embedded:?key=rsa-2048": {"embedded", "key=rsa-2048"},
		"Embedded:?a=b":          {"embedded", "a=b"},
		"embedded":               {"embedded", ""},
		"embedded:":              {"embedded", ""},
		"nginx:":                 {"nginx", ""},
		"NGINX:?workers=2":       {"nginx", "workers=2"},
		"haproxy:tls=1.2":        {"haproxy", "tls=1.2"},
		"openssl:?":              {"openssl", ""},
	} {
		e, err := ParseTarget(raw)
		if err != nil || !e.Local() || e.Scheme != want[0] || e.Settings != want[1] || e.Path != "/" {
			t.Errorf("%s: got %+v, %v", raw, e, err)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	tests := map[string]string{ // target: part of the error
		"":                           "empty",
		"http://example.com":         "no handshake",
		"gopher://example.com":       `unknown scheme "gopher"`,
		"https://":                   "host is missing",
		"https://example.com:99999":  "port 99999",
		"https://example.com:0":      "port 0",
		"https://example.com:https":  "invalid port",
		"https://u:secret@e.com/":    "-H 'Authorization",
		"tls://example.com:443/path": "handshake only",
		"mysql://db/name":            "leave /name out",
		"postgres://u:secret@db":     "nobody logs in",
		"https://exa mple.com":       "invalid character",
		"tls://::":                   "no IPv6 address",
		"https://[::1":               "missing ']'",
		"https://example.com/%zz":    "invalid URL escape",
		"ftp://u:secret@h/":          "nobody logs in",
		"https://u:secret@[::1":      "-H 'Authorization",
		"https://u:%ZZsecret@h/":     "-H 'Authorization",
		"u:secret@h":                 "-H 'Authorization",
		"\x7f":                       "invalid control character",
		"nginx":                      "https://nginx/ for the host",
		"ngnix:?tls=1.2":             "did you mean nginx:?",
		"haprox:":                    "did you mean haproxy:?",
		"mqtt://h":                   "did you mean mqtts://?",
		"amqp://h:5672":              "did you mean amqps://?",
		"xyz://h":                    "unknown scheme \"xyz\": known are",
		"xmpp://h":                   "did you mean xmpp-client:// or xmpp-server://?",
		"postgresql://h/":            "did you mean postgres://?",
		"mysqls://h":                 "did you mean mysql://?",
		"stmp://h":                   "did you mean smtp://?",
		"h3:127.0.0.1:9":             "did you mean h3://127.0.0.1:9?",
		"quic:h:443":                 "did you mean quic://h:443?",
	}
	for raw, want := range tests {
		_, err := ParseTarget(raw)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", raw, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error shows the password: %v", raw, err)
		}
	}
}

func TestHostNamedLikeAScheme(t *testing.T) {
	got, err := ParseTarget("h3:443")
	if err != nil || got.URL != "https://h3:443/" {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"https://a:1/b?c", "tls://[::1]:2", "::1", "embedded:?a=b", "a:b:c", "//", "https://u:p@h/", "nginx:?a", "nginx:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := ParseTarget(raw)
		if err != nil || got.Local() {
			return
		}
		again, err := ParseTarget(got.URL)
		if err != nil || again != got {
			t.Errorf("%q became %q, which reads as %+v, %v", raw, got.URL, again, err)
		}
	})
}

func TestParseVersions(t *testing.T) {
	for text, want := range map[string][2]Version{
		"1.2": {0x0303, 0x0303}, "1.0-1.3": {0x0301, 0x0304}, "1.1 - 1.2": {0x0302, 0x0303},
	} {
		lowest, highest, err := ParseVersions(text)
		if err != nil || lowest != want[0] || highest != want[1] {
			t.Errorf("%q: got %v-%v, %v", text, lowest, highest, err)
		}
	}
	for _, text := range []string{"", "1.4", "1.3-1.2", "1.2-", "-1.2", "1.2-1.3-1.3", "TLS1.2"} {
		if _, _, err := ParseVersions(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}
