package target

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func refuseToListen(Settings, string) (*Server, error) { return nil, errors.New("not here") }

// converse feeds requests to the child's side and returns its answers.
func converse(t testing.TB, requests string) ([]response, error) {
	t.Helper()
	var out bytes.Buffer
	err := serveRequests(t.Context(), strings.NewReader(requests), &out, &host{listen: refuseToListen})
	var answers []response
	for line := range bytes.Lines(out.Bytes()) {
		answer, err := decodeResponse(line)
		if err != nil {
			t.Fatalf("answer %q: %v", line, err)
		}
		answers = append(answers, answer)
	}
	return answers, err
}

func TestProtocol(t *testing.T) {
	tests := []struct {
		request string
		id      uint64
		want    string // in the error; "" for none
	}{
		{`{"id":1,"op":"hello"}`, 1, ""},
		{`{"id":2,"op":"gc"}`, 2, ""},
		{`{"id":3,"op":"stop"}`, 3, ""},
		{`{"id":4,"op":"dance"}`, 4, "unknown operation dance"},
		{`{"id":5,"op":"listen","address":"127.0.0.1:0"}`, 5, "needs settings"},
		{`{"id":6,"op":"listen","settings":"key=rsa-2048"}`, 6, "needs an address"},
		{`{"id":7,"op":"listen","settings":"key=rsa","address":"127.0.0.1:0"}`, 7, "key=rsa:"},
		{`{"id":8,"op":"listen","settings":"","address":"127.0.0.1:0"}`, 8, "not here"},
		{`{"id":9,"op":"counts"}`, 9, "needs an address"},
		{`{"id":9,"op":"counts","address":"127.0.0.1:1"}`, 9, "no embedded server"},
		{`{"id":9,"op":"launch"}`, 9, "needs a server"},
		{`{"id":9,"op":"launch","server":"apache"}`, 9, "no server apache"},
		{`{"id":10,"op":"gc","fast":true}`, 10, "fast"},
		{`{"id":11,"op":"gc"} {}`, 11, "more than one"},
		{`{"id":-1}`, 0, "reading the request"},
		{`[]`, 0, "reading the request"},
		{`{"id":`, 0, "reading the request"},
		{``, 0, "reading the request"},
		{"\x00\xff", 0, "reading the request"},
	}
	for _, tt := range tests {
		answers, err := converse(t, tt.request+"\n")
		if err != nil || len(answers) != 1 {
			t.Errorf("%q: %d answers, %v", tt.request, len(answers), err)
			continue
		}
		got := answers[0]
		if got.ID != tt.id || !strings.Contains(got.Error, tt.want) || (got.Error == "") != (tt.want == "") {
			t.Errorf("%q: answer %d, error %q; want %d, %q", tt.request, got.ID, got.Error, tt.id, tt.want)
		}
	}
	if answers, err := converse(t, "{\"op\":\"stop\"}\n{\"op\":\"gc\"}\n"); err != nil || len(answers) != 1 {
		t.Errorf("after stop: %d answers, %v", len(answers), err)
	}
	if _, err := converse(t, strings.Repeat("x", maxLine+1)); err == nil {
		t.Error("a line without end is accepted")
	}
}

func TestChildMainEndsWithItsContext(t *testing.T) {
	stdin, parent := io.Pipe()
	defer parent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := serveRequests(ctx, stdin, io.Discard, &host{listen: refuseToListen}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// running is a server that has been launched.
type running struct{ closed chan struct{} }

func (r running) Endpoint() Endpoint {
	settings, err := someStack().Parse(nil)
	if err != nil {
		panic(err)
	}
	return Endpoint{Address: "127.0.0.1:1", PID: 4711, Settings: settings}
}

func (r running) Close() error { close(r.closed); return nil }

func TestLaunchedServersEndWithStdin(t *testing.T) {
	stdin, parent := io.Pipe()
	answers, stdout := io.Pipe()
	server := running{make(chan struct{})}
	starting, abandoned := make(chan struct{}), make(chan struct{})
	h := &host{launchers: map[string]Launcher{
		"quick": func(_ context.Context, query string) (Running, error) {
			if query != "a=b" {
				t.Errorf("launched with %q", query)
			}
			return server, nil
		},
		"slow": func(ctx context.Context, _ string) (Running, error) {
			defer close(abandoned)
			close(starting)
			<-ctx.Done()
			return nil, context.Cause(ctx)
		},
	}}
	ended := make(chan error)
	go func() { ended <- serveRequests(t.Context(), stdin, stdout, h) }()
	go func() {
		io.WriteString(parent, `{"id":1,"op":"launch","server":"quick","query":"a=b"}`+"\n")
		io.WriteString(parent, `{"id":2,"op":"launch","server":"slow"}`+"\n")
	}()
	lines := bufio.NewScanner(answers)
	lines.Scan()
	if a, err := decodeResponse(lines.Bytes()); err != nil || a.Endpoint == nil || a.Endpoint.PID != 4711 {
		t.Errorf("answer %q, %v", lines.Bytes(), err)
	}
	<-starting
	parent.Close() // while the second is
	<-abandoned
	lines.Scan()
	if a, err := decodeResponse(lines.Bytes()); err != nil || a.Error == "" {
		t.Errorf("answer %q, %v", lines.Bytes(), err)
	}
	<-server.closed
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func FuzzProtocol(f *testing.F) {
	f.Add(`{"id":1,"op":"listen","settings":"rtt=20ms","address":"127.0.0.1:0"}`)
	f.Add("{\"id\":2,\"op\":\"counts\",\"address\":\"x\"}\nnull\n{\"op\":\"stop\"}\n{}")
	f.Add("\n\r\n{\"id\":1e99}\n[[[[")
	f.Fuzz(func(t *testing.T, requests string) {
		lines := strings.Count(requests, "\n") + 1
		answers, err := converse(t, requests)
		if err != nil || len(answers) > lines {
			t.Errorf("%d answers to %d lines, %v", len(answers), lines, err)
		}
		for _, answer := range answers {
			if answer.Endpoint != nil || answer.Counts != nil {
				t.Errorf("an answer out of nothing: %+v", answer)
			}
		}
	})
}
