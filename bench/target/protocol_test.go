package target

import (
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
	err := serveRequests(t.Context(), strings.NewReader(requests), &out, refuseToListen)
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
	if err := serveRequests(ctx, stdin, io.Discard, refuseToListen); !errors.Is(err, context.DeadlineExceeded) {
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
