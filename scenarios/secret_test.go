package scenarios

import "testing"

func TestPublic(t *testing.T) {
	for _, tt := range []struct{ path, text, want string }{
		{"http.headers", "Authorization: Bearer T0K3N", "Authorization: …"},
		{"http.headers", "X-A: T0K3N\n Cookie :T0K3N: x\n", "X-A: …\nCookie: …\n"},
		{"http.headers", "Bearer T0K3N", "…"},
		{"http.headers", "Bearer T0K3N: x", "…"},
		{"http.headers", "", ""},
		{"server.cpu-cmd", "ssh -i key T0K3N@h cat", "ssh …"},
		{"server.cpu-cmd", " ./cpu-time\n", "./cpu-time"},
		{"server.cpu-cmd", "TOKEN=T0K3N cpu-time", "…"},
		{"server.cpu-cmd", "'T0K3N x' y", "…"},
		{"server.cpu-cmd", "$(T0K3N)", "…"},
		{"server.cpu-cmd", "", ""},
		{"target", "https://u:T0K3N@h:1/p?q=a@b", "https://…@h:1/p?q=a@b"},
		{"target", "tls://T0K3N@x@h", "tls://…@h"},
		{"target", "u:T0K3N@h", "…@h"},
		{"target", "https://h/@a", "https://h/@a"},
		{"target", "embedded:?rtt=20ms", "embedded:?rtt=20ms"},
		{"vs", "https://u:T0K3N@h", "https://…@h"},
		{"matrix.target", "https://u:T0K3N@h/,old,v@w", "https://…@h/,old,…@w"},
		{"matrix.server", "embedded,nginx", "embedded,nginx"},
		{"matrix.rtt", "5ms,50ms", "5ms,50ms"},
		{"tls.keylog", "/tmp/keys", "/tmp/keys"},
		{"compare", "session", "session"},
	} {
		if got := Public(tt.path, tt.text); got != tt.want {
			t.Errorf("%s %q became %q, want %q", tt.path, tt.text, got, tt.want)
		}
	}
}
