package dial

import (
	"context"
	"maps"
	"net"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
)

func TestCheckSources(t *testing.T) {
	for _, tt := range []struct {
		sources string
		edit    func(*bench.Arm)
		want    string // part of the error
	}{
		{sources: ""},
		{sources: "127.0.0.1"},
		{sources: "127.0.0.1", edit: func(a *bench.Arm) { a.Target.Host = "localhost" }},
		{sources: "::1", edit: func(a *bench.Arm) { a.Net.Connect = "[::1]:1" }},
		{sources: "127.0.0.9-127.0.0.1", want: "ends before it begins"},
		{sources: "127.0.0.1,192.0.2.1", want: "192.0.2.1 is no address of this machine"},
		{sources: "2001:db8::1", edit: func(a *bench.Arm) { a.Target.Host = "::1" }, want: "2001:db8::1 is no address of this machine"},
		{sources: "::1", want: "::1 cannot reach 127.0.0.1"},
		{sources: "::1", edit: func(a *bench.Arm) { a.Target = bench.Target{Scheme: bench.SchemeEmbedded} }, want: "::1 cannot reach 127.0.0.1"},
		{sources: "127.0.0.1", edit: func(a *bench.Arm) { a.Target = bench.Target{Scheme: bench.SchemeEmbedded} }},
		{sources: "127.0.0.1", edit: func(a *bench.Arm) { a.Net.Connect = "[::1]:1" }, want: "127.0.0.1 cannot reach ::1"},
	} {
		a := arm("127.0.0.1", "1")
		a.Net.Sources = tt.sources
		if tt.edit != nil {
			tt.edit(&a)
		}
		err := Check(a)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%q: %v, want %q", tt.sources, err, tt.want)
		}
	}
}

// The server sees every address, and each as often as the others.
func TestSources(t *testing.T) { ofEachKind(t, testSources) }

func testSources(t *testing.T, edit func(*bench.Arm)) {
	listener := listen(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := arm("127.0.0.1", port)
	a.Net.Sources = "127.0.0.2-127.0.0.4,127.0.0.9"
	edit(&a)
	if err := Check(a); err != nil {
		t.Skip("a machine without further loopback addresses: ", err)
	}
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for range 12 {
		conn, err := tcp.Dial(context.Background(), new(Tracer), time.Now().Add(10*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if local, remote := conn.LocalAddr().String(), accepted.RemoteAddr().String(); local != remote {
			t.Errorf("the connection says that it comes from %s, and the server that from %s", local, remote)
		}
		host, _, _ := net.SplitHostPort(accepted.RemoteAddr().String())
		seen[host]++
		conn.Close()
		accepted.Close()
	}
	want := map[string]int{"127.0.0.2": 3, "127.0.0.3": 3, "127.0.0.4": 3, "127.0.0.9": 3}
	if !maps.Equal(seen, want) {
		t.Errorf("the server saw %v", seen)
	}
}
