package proxy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// script is a proxy that says one text after each message, whatever that is, in
// reads of any size, and then ends.
type script struct {
	says  []string
	ends  error
	step  int // bytes of a read, 0 for as many as there are
	heard []string
	left  string
}

func (s *script) Write(p []byte) (int, error) {
	s.heard = append(s.heard, string(p))
	if len(s.says) > 0 {
		s.left += s.says[0]
		s.says = s.says[1:]
	}
	return len(p), nil
}

func (s *script) Read(p []byte) (int, error) {
	if s.left == "" {
		return 0, s.ends
	}
	if s.step > 0 {
		p = p[:min(len(p), s.step)]
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

var basic = base64.StdEncoding.EncodeToString([]byte("me:secret"))

func servers() map[string]Server {
	return map[string]Server{
		"http":        {Scheme: HTTP, Host: "p", Port: "1"},
		"http, auth":  {Scheme: HTTP, Host: "p", Port: "1", User: "me", Password: "secret"},
		"socks":       {Scheme: SOCKS5H, Host: "p", Port: "1"},
		"socks, auth": {Scheme: SOCKS5H, Host: "p", Port: "1", User: "me", Password: "secret"},
	}
}

func tunnel(t testing.TB, s Server, target string) Tunnel {
	t.Helper()
	tunnel, err := s.Tunnel(target, false)
	if err != nil {
		t.Fatal(err)
	}
	return tunnel
}

const (
	v4  = "\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34"
	v6  = "\x05\x00\x00\x04" + "0123456789abcdef" + "\x12\x34"
	dom = "\x05\x00\x00\x03\x03abc\x12\x34"
)

// What is said, to the byte (RFC 9110 section 9.3.6; RFC 1928 sections 3 to 6
// and RFC 1929 section 2), and which answers lead through.
func TestOpen(t *testing.T) {
	connect := func(to, more string) string {
		return "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\nUser-Agent: tlsbench\r\n" + more + "\r\n"
	}
	auth := "Proxy-Authorization: Basic " + basic + "\r\n"
	for _, tt := range []struct {
		server, target string
		says, heard    []string
	}{
		{"http", "host.example:443", []string{"HTTP/1.1 200 Connection established\r\n\r\n"}, []string{connect("host.example:443", "")}},
		{"http", "[2001:db8::1]:8443", []string{"HTTP/1.0 200\r\n\r\n"}, []string{connect("[2001:db8::1]:8443", "")}},
		{"http, auth", "h:https", []string{"HTTP/1.1 299 \r\nVia: x\r\n\r\n"}, []string{connect("h:443", auth)}},
		{"http", "h:1", []string{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked\n\n"}, []string{connect("h:1", "")}},
		{"http", "h:1", []string{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxLine-10) + "\r\n\r\n"}, []string{connect("h:1", "")}},
		{"socks", "abc:443", []string{"\x05\x00", v4}, []string{"\x05\x01\x00", "\x05\x01\x00\x03\x03abc\x01\xbb"}},
		{"socks", "192.0.2.1:443", []string{"\x05\x00", v6}, []string{"\x05\x01\x00", "\x05\x01\x00\x01\xc0\x00\x02\x01\x01\xbb"}},
		{"socks", "[::ffff:192.0.2.1]:443", []string{"\x05\x00", dom}, []string{"\x05\x01\x00", "\x05\x01\x00\x01\xc0\x00\x02\x01\x01\xbb"}},
		{"socks", "[::1]:443", []string{"\x05\x00", v4}, []string{"\x05\x01\x00", "\x05\x01\x00\x04" + strings.Repeat("\x00", 15) + "\x01\x01\xbb"}},
		{"socks, auth", "a:1", []string{"\x05\x02", "\x01\x00", v4}, []string{"\x05\x02\x00\x02", "\x01\x02me\x06secret", "\x05\x01\x00\x03\x01a\x00\x01"}},
		{"socks, auth", "a:1", []string{"\x05\x00", v4}, []string{"\x05\x02\x00\x02", "\x05\x01\x00\x03\x01a\x00\x01"}},
	} {
		for _, step := range []int{0, 1, 7} {
			s := &script{says: tt.says, ends: errors.New("read beyond the answer"), step: step}
			if _, err := tunnel(t, servers()[tt.server], tt.target).Open(s); err != nil {
				t.Errorf("%s to %s, answered %.60q: %v", tt.server, tt.target, tt.says, err)
				continue
			}
			if got, want := strings.Join(s.heard, "|"), strings.Join(tt.heard, "|"); got != want {
				t.Errorf("%s to %s said %q, want %q", tt.server, tt.target, got, want)
			}
		}
	}
}

// The first words of a target that may speak first, which the proxy may lead
// through together with its own answer, are kept; what answers an earlier step is
// not.
func TestOpenKeepsAGreeting(t *testing.T) {
	for _, tt := range []struct {
		server         string
		says           []string
		greeting, want string
	}{
		{"http", []string{"HTTP/1.1 200 OK\r\n\r\n220 mx\r\n"}, "220 mx\r\n", ""},
		{"http", []string{"HTTP/1.1 200 OK\r\n\r\n"}, "", ""},
		{"http", []string{"HTTP/1.1 403 No\r\n\r\n220 mx\r\n"}, "", "403 No"},
		{"socks, auth", []string{"\x05\x02", "\x01\x00", v4 + "220"}, "220", ""},
		{"socks", []string{"\x05\x00" + v4 + "220"}, "", "SOCKS5 greeting: more follows"},
		{"socks, auth", []string{"\x05\x02", "\x01\x00" + v4}, "", "SOCKS5 authentication: more follows"},
	} {
		to, err := servers()[tt.server].Tunnel("h:25", true)
		if err != nil {
			t.Fatal(err)
		}
		greeting, err := to.Open(&script{says: tt.says, ends: errors.New("read beyond the answer")})
		if string(greeting) != tt.greeting || (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %q, %v, want %q, %q", tt.says, greeting, err, tt.greeting, tt.want)
		}
	}
}

// Whatever a proxy answers instead is an error of the step, tells nobody's
// password, and cannot play with a terminal.
func TestOpenRefuses(t *testing.T) {
	const (
		greeting       = "SOCKS5 greeting: "
		authentication = "SOCKS5 authentication: "
		connect        = "SOCKS5 connect to h:443: "
		answer         = "answer to CONNECT h:443: "
	)
	for _, tt := range []struct {
		server string
		says   []string
		want   string
	}{
		{"http", []string{"HTTP/1.1 403 Forbidden\r\n\r\n"}, answer + "the proxy refuses with 403 Forbidden: many allow"},
		{"http", []string{"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad"}, answer + "the proxy refuses with 502 Bad Gateway: it may not reach the target"},
		{"http", []string{"HTTP/1.1 302 \r\n\r\n"}, answer + "the proxy refuses with 302 Found"},
		{"http", []string{"HTTP/1.1 499 \x1b[31mred\x1b[0m \xff\r\n\r\n"}, answer + "the proxy refuses with 499 ?[31mred?[0m ?"},
		{"http", []string{"HTTP/1.1 499 " + strings.Repeat("x", 500) + "\r\n\r\n"}, strings.Repeat("x", 80) + "…"},
		{"http", []string{"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"}, answer + "the proxy refuses with 407 Auth (Basic): give its user and password"},
		{"http, auth", []string{"HTTP/1.1 407 Auth\r\nproxy-authenticate: basic realm=\"x\"\r\n\r\n"}, "it does not take the user and password"},
		{"http, auth", []string{"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Digest realm=\"x\", Basic realm=\"y\"\r\n\r\n"}, "it does not take the user and password"},
		{"http, auth", []string{"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n"}, "(Negotiate, NTLM): only Basic"},
		{"http, auth", []string{"HTTP/1.1 400 no " + basic + " nor secret\r\n\r\n"}, "400 no *** nor ***"},
		{"http, auth", []string{"HTTP/1.1 407 x\r\nProxy-Authenticate: secret\r\n\r\n"}, "(***): only Basic"},
		{"http", []string{"HTTP/1.1 101 Switching\r\n\r\n"}, answer + "the proxy switches protocols"},
		{"http", []string{"HTTP/1.1 200 OK\r\n\r\nbody"}, answer + `more follows the proxy's answer before the client has spoken: "body"`},
		{"http", []string{"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03" + strings.Repeat("x", 50)}, `more follows the proxy's answer before the client has spoken: "\x16\x03\x03xxxxxxxxxxxxxxxxxxxxx"…`},
		{"http", []string{"<html>"}, answer + `no HTTP/1 response but "<html>"`},
		{"http", []string{"HTTP/2 200\r\n\r\n"}, answer + `no HTTP/1 response but "HTTP/2 200`},
		{"http", []string{"\x05\xff"}, answer + `no HTTP/1 response but "\x05\xff": does a SOCKS5 proxy listen there?`},
		{"http", []string{"\x15\x03\x01\x00\x02\x02\x28"}, "does it want https:// instead of http://?"},
		{"http", []string{"HTTP/1.1 20 OK\r\n\r\n"}, "no status line"},
		{"http", []string{"HTTP/1.1 2000\r\n\r\n"}, "no status line"},
		{"http", []string{"HTTP/1.1 012 x\r\n\r\n"}, "no status line"},
		{"http", []string{"HTTP/1.1200 OK\r\n\r\n"}, "no status line"},
		{"http", []string{"HTTP/1.\r\n\r\n"}, "no status line"},
		{"http", []string{"HTTP/1.1 200 OK\r\nno field\r\n\r\n"}, `the line "no field" is no header field`},
		{"http", []string{"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n"}, "is no header field"},
		{"http", []string{"HTTP/1.1 200 OK\r\nA: b\x00\r\n\r\n"}, "is no header field"},
		{"http", []string{"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("b", maxLine) + "\r\n\r\n"}, "longer than 8192 bytes"},
		{"http", []string{"HTTP/1.1 200 " + strings.Repeat("b", 1<<20)}, "longer than 8192 bytes"},
		{"http", []string{"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 1<<18)}, "longer than 65536 bytes"},
		{"http", []string{strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1<<16)}, "longer than 65536 bytes"},
		{"http", []string{""}, answer + "the proxy closed the connection without an answer: EOF: does it want https:// instead of http://?"},
		{"http", []string{"HTTP/1.1 20"}, answer + "the proxy closed the connection within its answer"},
		{"http", []string{"HTTP/1.1 200 OK\r\n"}, answer + "the proxy closed the connection"},

		{"socks", []string{"\x04\x5a"}, greeting + "no answer of SOCKS5 but"},
		{"socks", []string{"HTTP/1.1 400 Bad Request\r\n"}, "does an HTTP proxy listen there?"},
		{"socks", []string{"\x05\xff"}, greeting + "the proxy wants authentication: give"},
		{"socks", []string{"\x05\x02"}, greeting + "the proxy chose method 2, which it was not offered"},
		{"socks", []string{"\x05\x01"}, greeting + "the proxy chose method 1"},
		{"socks, auth", []string{"\x05\xff"}, greeting + "the proxy takes neither"},
		{"socks", []string{"\x05"}, greeting + "the proxy closed the connection within"},
		{"socks", []string{""}, greeting + "the proxy closed the connection without"},
		{"socks", []string{"\x05\x00\x05"}, greeting + "more follows"},
		{"socks, auth", []string{"\x05\x02", "\x01\x01"}, authentication + "the proxy does not take the user and password"},
		{"socks, auth", []string{"\x05\x02", "\x05\x00"}, authentication + "no answer of SOCKS5"},
		{"socks, auth", []string{"\x05\x02", "\x01"}, authentication + "the proxy closed"},
		{"socks, auth", []string{"\x05\x02", "\x01\x00\x05"}, authentication + "more follows"},
		{"socks", []string{"\x05\x00", "\x04\x00"}, connect + "no answer of SOCKS5"},
		{"socks", []string{"\x05\x00", "\x05\x00\x00\x05"}, connect + "its address is of the unknown type 5"},
		{"socks", []string{"\x05\x00", v4[:9]}, connect + "the proxy closed the connection within"},
		{"socks", []string{"\x05\x00", dom[:4]}, connect + "the proxy closed the connection"},
		{"socks", []string{"\x05\x00", dom[:6]}, connect + "the proxy closed the connection within"},
		{"socks", []string{"\x05\x00", v4 + "\x16"}, connect + "more follows"},
		{"socks", []string{"\x05\x00", "\x05\x01"}, connect + "the proxy refuses: general SOCKS server failure"},
		{"socks", []string{"\x05\x00", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"}, connect + "the proxy refuses: connection not allowed by ruleset"},
		{"socks", []string{"\x05\x00", "\x05\x03"}, "network unreachable"},
		{"socks", []string{"\x05\x00", "\x05\x04"}, "host unreachable"},
		{"socks", []string{"\x05\x00", "\x05\x05"}, "connection refused"},
		{"socks", []string{"\x05\x00", "\x05\x06"}, "TTL expired"},
		{"socks", []string{"\x05\x00", "\x05\x07"}, "command not supported"},
		{"socks", []string{"\x05\x00", "\x05\x08"}, "address type not supported"},
		{"socks", []string{"\x05\x00", "\x05\x09"}, "reply 9, which is not assigned"},
	} {
		_, err := tunnel(t, servers()[tt.server], "h:443").Open(&script{says: tt.says, ends: io.EOF})
		switch {
		case err == nil || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s, answered %.60q: %v, want one with %q", tt.server, tt.says, err, tt.want)
		case strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), basic):
			t.Errorf("%s, answered %.60q: credentials in %v", tt.server, tt.says, err)
		case len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\x1b\r\n"):
			t.Errorf("%s, answered %.60q: %q", tt.server, tt.says, err)
		}
	}
}

// A proxy that falls silent, or breaks off, does so in a step, whose error says
// it and keeps its cause.
func TestOpenTellsWhereItEnded(t *testing.T) {
	for _, cause := range []error{os.ErrDeadlineExceeded, errors.New("connection reset by peer")} {
		for step, tt := range []struct {
			server string
			says   []string
		}{
			{"http", nil}, {"http", []string{"HTTP/1.1 200 OK\r\n"}},
			{"socks, auth", nil}, {"socks, auth", []string{"\x05\x02"}}, {"socks, auth", []string{"\x05\x02", "\x01\x00"}},
		} {
			want := []string{"answer to CONNECT", "answer to CONNECT", "greeting", "authentication", "connect to h:443"}[step]
			_, err := tunnel(t, servers()[tt.server], "h:443").Open(&script{says: tt.says, ends: cause})
			if !errors.Is(err, cause) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s after %q: %v, want %v of %s", tt.server, tt.says, err, cause, want)
			}
		}
	}
}

type deaf struct{ io.Reader }

func (deaf) Write([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestOpenTellsWhatCouldNotBeSent(t *testing.T) {
	for server, want := range map[string]string{"http": "send CONNECT h:443", "socks": "SOCKS5 greeting"} {
		_, err := tunnel(t, servers()[server], "h:443").Open(deaf{bytes.NewReader(nil)})
		if !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", server, err)
		}
	}
}
