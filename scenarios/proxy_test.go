package scenarios

import (
	"strings"
	"testing"

	"tlsbench/bench"
)

func proxied(t *testing.T, target string, variables map[string]string, set ...string) (bench.Arm, error) {
	t.Helper()
	s := Default()
	s.InheritProxy(func(name string) string { return variables[name] })
	for i, text := range append([]string{"target=" + target}, set...) {
		path, value, _ := strings.Cut(text, "=")
		layer := OnCommandLine
		if i == 0 {
			layer = InFile
		}
		if err := s.Set(path, value, Origin{Layer: layer, Name: path}); err != nil {
			t.Fatal(err)
		}
	}
	return s.Arm()
}

// Which connections go through which proxy: what is asked for, and else what
// other clients do with the same environment.
func TestWhichProxy(t *testing.T) {
	both := map[string]string{"HTTPS_PROXY": "http://upper:1", "https_proxy": "http://lower:2", "ALL_PROXY": "socks5h://all:3"}
	for _, tt := range []struct {
		target    string
		variables map[string]string
		set       []string
		want      string // the proxy, and where it is from
	}{
		{"https://h.example", nil, nil, ""},
		{"https://h.example", both, nil, "http://upper:1 HTTPS_PROXY"},
		{"https://h.example", map[string]string{"https_proxy": "lower:2"}, nil, "http://lower:2 https_proxy"},
		{"https://h.example", map[string]string{"ALL_PROXY": "socks5h://all:3"}, nil, "socks5h://all:3 ALL_PROXY"},
		{"https://h.example", map[string]string{"HTTP_PROXY": "http://no:1"}, nil, ""},
		{"https://h.example", map[string]string{"HTTPS_PROXY": "http://u:1", "NO_PROXY": "example.org, .example"}, nil, ""},
		{"https://h.example", map[string]string{"HTTPS_PROXY": "http://u:1", "no_proxy": "h.example:8443"}, nil, "http://u:1 HTTPS_PROXY"},
		{"https://10.1.2.3", map[string]string{"HTTPS_PROXY": "http://u:1", "NO_PROXY": "10.0.0.0/8"}, nil, ""},
		{"https://h.example", both, []string{"net.connect=127.0.0.1:443"}, ""},
		{"https://localhost", both, nil, ""},
		{"https://[::1]:8443", both, nil, ""},
		{"tls://h.example:443", both, nil, ""},
		{"embedded:", both, nil, ""},
		{"https://h.example", both, []string{"net.proxy=none"}, ""},
		{"https://h.example", both, []string{"net.proxy="}, ""},
		{"https://h.example", both, []string{"net.proxy=https://own"}, "https://own:443"},
		{"tls://localhost:1", nil, []string{"net.proxy=socks5://own"}, "socks5://own:1080"},
		{"embedded:", nil, []string{"net.proxy=own:8080"}, "http://own:8080"},
	} {
		arm, err := proxied(t, tt.target, tt.variables, tt.set...)
		if err != nil {
			t.Errorf("%s %v %v: %v", tt.target, tt.variables, tt.set, err)
			continue
		}
		if got := strings.TrimSpace(arm.Net.Proxy + " " + arm.Net.ProxyFrom); got != tt.want {
			t.Errorf("%s %v %v: through %q, want %q", tt.target, tt.variables, tt.set, got, tt.want)
		}
	}
}

func TestProxyIsRefused(t *testing.T) {
	for _, tt := range []struct {
		set  []string
		want string
	}{
		{[]string{"net.proxy=ftp://me:secret@h"}, "net.proxy: its scheme is unknown"},
		{[]string{"net.proxy-insecure=true"}, "net.proxy-insecure acts on proxies that speak TLS"},
		{[]string{"net.proxy=http://p", "net.proxy-cacert=x.pem"}, "net.proxy-cacert acts on proxies that speak TLS"},
		{[]string{"net.proxy=https://p", "net.proxy-cacert=x.pem", "net.proxy-insecure=true"}, "verify against the file, or not at all"},
		{[]string{"net.proxy-protocol=v3"}, "want none or v1 or v2"},
		{[]string{"target=embedded:", "net.proxy-protocol=v1"}, "does not take it"},
	} {
		_, err := proxied(t, "https://h.example", nil, tt.set...)
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "--proxy", "net.proxy"), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v, want an error with %q", tt.set, err, tt.want)
		}
	}
	_, err := proxied(t, "https://h.example", map[string]string{"HTTPS_PROXY": "http://me:secret@h:0"})
	if err == nil || !strings.HasPrefix(err.Error(), "HTTPS_PROXY: ") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong variable: %v", err)
	}
}

// The arms of the dimension have their own proxies; credentials come from the
// option that names the same one, and are in no name.
func TestDimensionProxy(t *testing.T) {
	s := Default()
	for path, value := range map[string]string{"target": "https://h.example", "net.proxy": "http://me:secret@p:1", "net.proxy-insecure": "true"} {
		if err := s.Set(path, value, Origin{Layer: InEnvironment, Name: path}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Vary("proxy", []string{"none", "http://p:1", "https://q"}, Origin{Layer: BySet, Name: "--vary proxy"}); err != nil {
		t.Fatal(err)
	}
	p, warnings, err := s.Plan(nil)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	want := map[string]bench.Net{
		"none":       {},
		"http://p:1": {Proxy: "http://p:1", ProxyUser: "me", ProxyPassword: "secret"},
		"https://q":  {Proxy: "https://q:443", ProxyInsecure: true},
	}
	for _, arm := range p.Arms {
		w := want[arm.Coord("proxy")]
		w.Close = bench.CloseReset
		if arm.Net != w || strings.Contains(arm.Name, "secret") {
			t.Errorf("%s: %+v, want %+v", arm.Name, arm.Net, w)
		}
	}
	if len(p.Arms) != 6 {
		t.Errorf("%d arms", len(p.Arms))
	}
	if err := s.Vary("proxy", []string{"http://me:secret@p:1"}, Origin{Layer: BySet, Name: "--vary proxy"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Plan(nil); err == nil || !strings.Contains(err.Error(), "TLSBENCH_PROXY") || strings.Contains(err.Error(), "secret") {
		t.Errorf("credentials in a coordinate: %v", err)
	}
}

// The environment's proxy is for TCP: it makes no difference between arms, and
// none that go by it are compared with some that cannot.
func TestInheritedProxyAndQUIC(t *testing.T) {
	for _, tt := range []struct{ options, refused, warned string }{
		{"target=https://h.example matrix.proto=h1,h3", "HTTPS_PROXY: arms over TCP", ""},
		{"target=h3://h.example vs=https://h.example", "HTTPS_PROXY: arms over TCP", ""},
		{"target=https://h.example matrix.proto=h1,h3 net.proxy=none", "", ""},
		{"target=https://localhost matrix.proto=h1,h3", "", ""},
		{"target=embedded: matrix.proto=h1,h3", "", ""},
		{"target=https://h.example matrix.proto=h1,h2", "", ""},
		{"target=https://h.example http.proto=h3", "", "$HTTPS_PROXY is for TCP"},
		{"target=h3://h.example", "", "$HTTPS_PROXY is for TCP"},
		{"target=h3://h.example net.proxy=none", "", ""},
		{"target=h3://localhost", "", ""},
		{"target=quic://h.example tls.alpn=doq", "", ""},
	} {
		s := given(t, strings.Fields(tt.options)...)
		s.InheritProxy(func(name string) string {
			return map[string]string{"HTTPS_PROXY": "http://me:secret@p:1"}[name]
		})
		_, warnings, err := s.Plan(nil)
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)) {
			t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
		}
		if (tt.warned != "") != (len(warnings) == 1) || tt.warned != "" && !strings.Contains(warnings[0].Text, tt.warned) {
			t.Errorf("%s: %v, want %q", tt.options, warnings, tt.warned)
		}
	}
}

func TestPublicProxy(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "none": "none", "http://h:1": "http://h:1", "http://me:secret@h:1": "http://…@h:1",
		"me:secret@h": "http://…@h:80", "http://me:sec/ret@h": "…", "http://me:secret@h:x": "…",
	} {
		if got := Public("net.proxy", text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
		if got := Public("matrix.proxy", "none,"+text); got != "none,"+want {
			t.Errorf("%s is shown as %s in a matrix", text, got)
		}
	}
}
