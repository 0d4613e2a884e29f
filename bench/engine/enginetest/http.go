package enginetest

import (
	"crypto/tls"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
)

// responses are answers that complete a handshake, whatever they say.
func (s suite) responses(t *testing.T) {
	var requests atomic.Int32
	says := func(status int, body int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = w.Write(make([]byte, body))
		}
	}
	for _, tt := range []struct {
		name    string
		method  string
		handler http.HandlerFunc
		status  int
	}{
		{"no content", "GET", says(204, 0), 204},
		{"to HEAD", "HEAD", says(200, 3), 200},
		{"to OPTIONS", "OPTIONS", says(200, 3), 200},
		{"redirect, not followed", "GET", says(302, 0), 302},
		{"server error", "GET", says(500, 10), 500},
		{"longer than is read", "GET", says(200, 1<<20), 200},
		{"without end", "GET", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		}, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config, roots := s.serverConfig(t)
			requests.Store(0)
			address := s.listenHTTP(t, config, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				tt.handler(w, r)
			}, nil)
			arm := s.arm(address, roots, tls.VersionTLS13)
			arm.HTTP.Method = tt.method
			d := s.open(t, arm)
			for range 3 {
				sample, _ := Succeed(t, d, bench.Offer{})
				if sample.Status != tt.status || sample.Facts.Status != tt.status {
					t.Errorf("status %d, want %d", sample.Status, tt.status)
				}
			}
			if n := requests.Load(); n != 3 {
				t.Errorf("the server saw %d requests for 3 attempts", n)
			}
		})
	}
	if s.http2() || s.quic {
		return
	}
	for name, text := range map[string]string{
		"HTTP/1.0":                "HTTP/1.0 200 OK\r\n\r\nold",
		"chunked":                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
		"after early hints":       "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"switching protocols":     "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
		"keep-alive all the same": "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
	} {
		t.Run(name, func(t *testing.T) {
			config, roots := s.serverConfig(t)
			address := listenTLS(t, config, func(c *tls.Conn) {
				readHead(c)
				_, _ = io.WriteString(c, text)
				if name == "HTTP/1.0" {
					return // the end of the connection is the end of the body
				}
				silence(c)
			})
			sample, _ := Succeed(t, s.open(t, s.arm(address, roots, tls.VersionTLS13)), bench.Offer{})
			if sample.Status == 0 {
				t.Error("the status is missing")
			}
		})
	}
}

// httpFailures are what can go wrong after a good handshake.
func (s suite) httpFailures(t *testing.T) {
	says := func(text string, then func(io.Reader)) func(*tls.Conn) {
		return func(c *tls.Conn) {
			readHead(c)
			_, _ = io.WriteString(c, text)
			then(c)
		}
	}
	end := func(io.Reader) {}
	for _, tt := range []struct {
		name  string
		serve func(*tls.Conn)
		class bench.ErrorClass
		http2 bool // the same is so in HTTP/2
	}{
		{"garbage", says("Hello, this is no HTTP at all.\r\n\r\n", end), bench.ClassHTTP, false},
		{"never answers", neverAnswers, bench.ClassHTTPTimeout, true},
		{"stops in the head", says("HTTP/1.1 200 OK\r\nContent-", silence), bench.ClassHTTPTimeout, false},
		{"stops in the body", says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.", silence), bench.ClassHTTPTimeout, false},
		{"closes after the request", says("", end), bench.ClassReset, true},
		{"closes in the body", says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.", end), bench.ClassReset, false},
		{"alert after the handshake", func(c *tls.Conn) {
			readHead(c)
			_, _ = c.NetConn().Write([]byte("\x17\x03\x03\x00\x15garbage garbage garbage"))
			silence(c)
		}, bench.ClassHTTP, false},
	} {
		if s.http2() && !tt.http2 {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			config, roots := s.serverConfig(t)
			arm := s.arm(listenTLS(t, config, tt.serve), roots, tls.VersionTLS13)
			if tt.class == bench.ClassHTTPTimeout {
				arm.Timeout = soon
			}
			for _, sample := range s.twice(t, arm, bench.Request) {
				wantLateFailure(t, sample, tt.class)
			}
		})
	}
}

func neverAnswers(c *tls.Conn) { silence(c) }
