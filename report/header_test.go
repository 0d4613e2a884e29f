package report

import (
	"fmt"
	"strings"
	"testing"

	"tlsbench/bench"
)

func TestCores(t *testing.T) {
	for _, tt := range []struct{ client, server, want string }{
		{"", "", "client and server share 2 cores"},
		{"0", "1", "client on CPU 0, server on CPU 1"},
		{"0", "", "client on CPU 0, server not pinned, of 2 cores"},
		{"", "0-1", "client not pinned, server on CPU 0-1, of 2 cores"},
		{"0", "0", "client on CPU 0, server on CPU 0, of 2 cores"},
	} {
		if got := cores(bench.Env{CPUs: 2, ClientCPUs: tt.client, ServerCPUs: tt.server}); got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.client, tt.server, got, tt.want)
		}
	}
}

func TestLengthOfACount(t *testing.T) {
	for n, want := range map[int64]string{1: "1 attempt per arm", 2: "2 attempts per arm"} {
		d := NewDocument(&bench.Result{Plan: bench.Plan{Count: n, Arms: []bench.Arm{{Name: "a"}}}})
		if got := d.length(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Through a proxy the address that was connected to is not the server's.
func TestHeaderTellsProxies(t *testing.T) {
	r := loadResult(t)
	remote := r.Arms[0].Facts.Remote
	for i := range r.Plan.Arms {
		r.Plan.Arms[i].Net.Proxy = "http://proxy.example:3128"
	}
	all := func() string {
		d := NewDocument(r)
		return strings.Join(d.header(), "\n") + fmt.Sprint(d.factTable().Rows)
	}
	if text := all(); strings.Count(text, "http://proxy.example:3128") != 2 || !strings.Contains(text, "through http") || strings.Contains(text, remote) {
		t.Errorf("%s holds %s, or no proxy", text, remote)
	}
	r.Plan.Arms[0].Net.Proxy = ""
	if text := all(); !strings.Contains(text, remote) || !strings.Contains(text, "proxy.example") {
		t.Errorf("%s lacks %s, or the proxy of an arm", text, remote)
	}
}

func TestOneConnectionStarves(t *testing.T) {
	for n, want := range map[int64]string{1: "1 connection starved", 2: "2 connections starved"} {
		var a bench.ArmResult
		a.Sessions.Starved = n
		got := sessionsOf(bench.Arm{Want: bench.WantResumed}, &a)
		if !strings.HasSuffix(got, ", "+want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A connection that failed before any response has none to tell of.
func TestHeaderWithoutAResponse(t *testing.T) {
	r := loadResult(t)
	for i := range r.Arms {
		if r.Arms[i].Facts != nil {
			r.Arms[i].Facts.Protocol, r.Arms[i].Facts.Status = "", 0
		}
	}
	d := NewDocument(r)
	if text := d.request(); text != "" {
		t.Errorf("the request is told as %q", text)
	}
	if text := d.header()[0]; strings.Contains(text, "→") || strings.HasSuffix(text, " ") || !strings.Contains(text, "TLS 1.") {
		t.Errorf("the header is %q", text)
	}
}
