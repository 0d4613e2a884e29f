package nethttp_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"tlsbench/bench"
	"tlsbench/bench/engine/enginetest"
	"tlsbench/bench/engine/nethttp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func get(alpn ...string) bench.Arm {
	return bench.Arm{HTTP: bench.HTTP{Method: "GET"}, TLS: bench.TLS{ALPN: alpn}}
}

func TestConformanceHTTP1(t *testing.T) { enginetest.Run(t, nethttp.Engine{}, get("http/1.1")) }

func TestConformanceHTTP2(t *testing.T) { enginetest.Run(t, nethttp.Engine{}, get("h2", "http/1.1")) }

func TestCheck(t *testing.T) {
	target, err := bench.ParseTarget("https://localhost/path?x=y")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		edit func(*bench.Arm)
		want string // part of the error, none where it is empty
	}{
		{"fine", func(*bench.Arm) {}, ""},
		{"no method", func(a *bench.Arm) { a.HTTP.Method = "" }, "method"},
		{"malformed method", func(a *bench.Arm) { a.HTTP.Method = "G ET" }, "--method"},
		{"foreign protocol", func(a *bench.Arm) { a.TLS.ALPN = []string{"imap"} }, "--alpn imap"},
		{"TLS option", func(a *bench.Arm) { a.TLS.Groups = []string{"none"} }, "--groups"},
		{"header with a line break", func(a *bench.Arm) { a.HTTP.Headers = http.Header{"X": {"a\r\nb"}} }, "-H"},
	} {
		arm := get("http/1.1")
		arm.Target = target
		tt.edit(&arm)
		err := nethttp.Engine{}.Check(arm)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, want one that says %q", tt.name, err, tt.want)
		}
	}
}
