package dial

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

func through(t *testing.T, target, proxy string, edit func(*bench.Arm)) bench.Arm {
	t.Helper()
	parsed, err := bench.ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	arm := bench.Arm{Target: parsed, Timeout: 20 * time.Second, Net: bench.Net{Proxy: proxy, Close: bench.CloseReset}}
	if edit != nil {
		edit(&arm)
	}
	return arm
}

func TestCheckProxy(t *testing.T) {
	const target = "tls://server.test:443"
	for _, tt := range []struct {
		target, proxy string
		edit          func(*bench.Arm)
		want          string // part of the error, none where it is empty
	}{
		{target, "", nil, ""},
		{target, "http://proxy.test:1", nil, ""},
		{target, "socks5://proxy.test:1", nil, ""},
		{"embedded:", "http://proxy.test:1", nil, ""},
		{target, "http://proxy.test:1", func(a *bench.Arm) { a.Net.ResolveEach = true }, ""},
		{target, "gopher://proxy.test:1", nil, "--proxy: its scheme"},
		{target, "socks5://proxy.test:1", func(a *bench.Arm) { a.Net.ResolveEach = true }, "--dns each"},
		{"tls://192.0.2.1:443", "socks5://proxy.test:1", func(a *bench.Arm) { a.Net.ResolveEach = true }, ""},
		{target, "socks5h://proxy.test:1", func(a *bench.Arm) { a.Net.Connect = strings.Repeat("x", 256) + ":1" }, "has 256"},
		{target, "https://proxy.test:1", func(a *bench.Arm) { a.Net.ProxyCAFile = "is-not-there" }, "--proxy-cacert"},
		{target, "https://proxy.test:1", func(a *bench.Arm) { a.Net.ProxyCAFile = "proxy_test.go" }, "no PEM certificate"},
		{target, "http://192.0.2.1:1", func(a *bench.Arm) { a.Net.Sources = "::1" }, "cannot reach 192.0.2.1"},
		// The proxy's address is what a source must reach, not the server's.
		{"tls://[2001:db8::1]:443", "http://127.0.0.1:1", func(a *bench.Arm) { a.Net.Sources = "127.0.0.1" }, ""},
	} {
		err := Check(through(t, tt.target, tt.proxy, tt.edit))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s through %s: %v, want %q", tt.target, tt.proxy, err, tt.want)
		}
	}
}

// What a proxy is told of the server: its name where the proxy looks that up,
// the address that --connect names, and an address where it is looked up here.
func TestProxyIsToldTheServer(t *testing.T) {
	ofEachKind(t, func(t *testing.T, kind func(*bench.Arm)) {
		for _, tt := range []struct {
			target, scheme, connect, want string
		}{
			{"tls://server.test:8443", "http", "", "CONNECT server.test:8443 HTTP/1.1\r\n"},
			{"tls://[::1]:8443", "http", "", "CONNECT [::1]:8443 HTTP/1.1\r\n"},
			{"tls://server.test:8443", "http", "192.0.2.1:99", "CONNECT 192.0.2.1:99 HTTP/1.1\r\n"},
			{"tls://localhost:258", "socks5h", "", "\x05\x01\x00\x05\x01\x00\x03\x09localhost\x01\x02"},
			{"tls://localhost:258", "socks5", "", "\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x01\x02"},
		} {
			listener := listen(t)
			heard := make(chan string, 1)
			go func() {
				c, err := listener.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				var all []byte
				buf := make([]byte, 512)
				for len(all) < len(tt.want) {
					n, err := c.Read(buf)
					if err != nil {
						break
					}
					if all = append(all, buf[:n]...); string(all) == "\x05\x01\x00" {
						_, _ = io.WriteString(c, "\x05\x00")
					}
				}
				heard <- string(all[:min(len(all), len(tt.want))])
			}()
			arm := through(t, tt.target, tt.scheme+"://"+listener.Addr().String(), func(a *bench.Arm) {
				kind(a)
				a.Net.Connect, a.Net.Family = tt.connect, 4
			})
			d, err := Resolve(t.Context(), arm)
			if err != nil {
				t.Fatal(err)
			}
			var tracer Tracer
			tracer.Begin()
			if _, err := d.Dial(t.Context(), &tracer, time.Now().Add(arm.Timeout)); err == nil {
				t.Error("a connection that the proxy closed")
			} else if f := Classify(err, tracer.Reached()); f.Class != bench.ClassProxy || f.Phase != bench.Proxy {
				t.Errorf("%v", f)
			}
			if got := <-heard; got != tt.want {
				t.Errorf("%s by %s: the proxy heard %q, want %q", tt.target, tt.scheme, got, tt.want)
			}
		}
	})
}

// A server of mail greets as soon as the proxy has reached it, so that its
// greeting may come with the proxy's answer.
func TestGreetingComesWithTheProxysAnswer(t *testing.T) {
	ofEachKind(t, func(t *testing.T, kind func(*bench.Arm)) {
		listener := listen(t)
		done := make(chan error, 1)
		go func() {
			c, err := listener.Accept()
			if err != nil {
				done <- err
				return
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			r := bufio.NewReader(c)
			if _, err = http.ReadRequest(r); err == nil {
				_, err = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n220 mx ready\r\n")
			}
			for _, answer := range []string{"250 STARTTLS\r\n", "220 go\r\n", "TLS"} {
				if err == nil {
					_, err = r.ReadString('\n')
				}
				if err == nil {
					_, err = io.WriteString(c, answer)
				}
			}
			done <- err
		}()
		d, err := Resolve(t.Context(), through(t, "smtp://mx.test:25", "http://"+listener.Addr().String(), kind))
		if err != nil {
			t.Fatal(err)
		}
		var tracer Tracer
		tracer.Begin()
		socket, err := d.Dial(t.Context(), &tracer, time.Now().Add(20*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		defer socket.Close()
		_, err = io.WriteString(socket, "hello\n")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(socket); string(got) != "TLS" {
			t.Errorf("behind it there is %q, %v", got, err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// What ends a connection behind a proxy, or after an agreement, may not be the
// server.
func TestFailureTellsWhatLiesBefore(t *testing.T) {
	listener := listen(t)
	at := "http://" + listener.Addr().String()
	for _, tt := range []struct {
		target, proxy, header string
		phase                 bench.Phase
		want                  string
	}{
		{"tls://127.0.0.1:1", "", "", bench.TLSPhase, "EOF"},
		{"tls://127.0.0.1:1", at, "", bench.TLSPhase, "EOF (through the proxy " + at + ")"},
		{"tls://127.0.0.1:1", at, "", bench.TTFB, "EOF (through the proxy " + at + ")"},
		{"tls://127.0.0.1:1", at, "", bench.Proxy, "EOF"},
		{"tls://127.0.0.1:1", "", "v2", bench.TLSPhase, "EOF (behind a header of the PROXY protocol)"},
		{"smtp://127.0.0.1:1", "", "", bench.StartTLS, "EOF"},
		{"smtp://127.0.0.1:1", at, "", bench.StartTLS, "EOF (through the proxy " + at + ")"},
		{"smtp://127.0.0.1:1", at, "", bench.TLSPhase, "EOF (through the proxy " + at + ", after the server agreed to begin TLS)"},
	} {
		d, err := Resolve(t.Context(), through(t, tt.target, tt.proxy, func(a *bench.Arm) { a.Net.ProxyProtocol = tt.header }))
		if err != nil {
			t.Fatal(err)
		}
		f := d.Classify(io.EOF, tt.phase)
		if f.Err.Error() != tt.want || !errors.Is(f, io.EOF) || f.Class != Classify(io.EOF, tt.phase).Class {
			t.Errorf("%+v: %v", tt, f)
		}
	}
}

// The proxy's round trip to the server is bounded by the deadline.
func TestProxyWaitsNoLongerThanTheDeadline(t *testing.T) {
	listener := listen(t)
	arm := through(t, "tls://server.test:1", "http://"+listener.Addr().String(), func(a *bench.Arm) { a.Target.RTT = time.Hour })
	d, err := Resolve(t.Context(), arm)
	if err != nil {
		t.Fatal(err)
	}
	var tracer Tracer
	tracer.Begin()
	_, err = d.Dial(t.Context(), &tracer, time.Now().Add(10*time.Millisecond))
	if f := Classify(err, tracer.Reached()); f.Class != bench.ClassProxyTimeout {
		t.Errorf("%v", f)
	}
}

// A reset goes to the proxy, through TLS with it.
func TestResetReachesTheProxy(t *testing.T) {
	ofEachKind(t, func(t *testing.T, kind func(*bench.Arm)) {
		for _, mode := range []bench.CloseMode{bench.CloseReset, bench.CloseGraceful} {
			cert, _ := testcert.New(t, nil)
			listener := listen(t)
			ended := make(chan error, 1)
			go func() {
				c, err := listener.AcceptTCP()
				if err != nil {
					ended <- err
					return
				}
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(20 * time.Second))
				secure := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
				_, err = http.ReadRequest(bufio.NewReader(secure))
				_, _ = io.WriteString(secure, "HTTP/1.1 200 OK\r\n\r\n")
				if err == nil {
					_, err = io.Copy(io.Discard, c)
				}
				ended <- err
			}()
			arm := through(t, "tls://server.test:1", "https://"+listener.Addr().String(), func(a *bench.Arm) {
				kind(a)
				a.Net.ProxyInsecure = true
			})
			d, err := Resolve(t.Context(), arm)
			if err != nil {
				t.Fatal(err)
			}
			var tracer Tracer
			tracer.Begin()
			socket, err := d.Dial(t.Context(), &tracer, time.Now().Add(arm.Timeout))
			if err != nil {
				t.Fatal(err)
			}
			if socket.RemoteAddr().String() != listener.Addr().String() {
				t.Errorf("it leads to %v", socket.RemoteAddr())
			}
			if err := NewConn(socket, make([]byte, BufferSize), mode).Close(); err != nil {
				t.Error(err)
			}
			if err := <-ended; errors.Is(err, syscall.ECONNRESET) != (mode == bench.CloseReset) {
				t.Errorf("%s: the proxy saw %v", mode, err)
			}
		}
	})
}

// A name that only this machine is to look up fails like any other.
func TestProxyTargetIsUnknown(t *testing.T) {
	unknown := strings.Repeat("x", 64) + ".invalid" // refused by the resolver itself
	arm := through(t, "tls://"+unknown+":1", "socks5://127.0.0.1:1", nil)
	_, err := Resolve(t.Context(), arm)
	var failure *bench.Failure
	if !errors.As(err, &failure) || failure.Class != bench.ClassDNS {
		t.Errorf("%v", err)
	}
	arm.Net.Proxy = "socks5h://127.0.0.1:1"
	if _, err := Resolve(t.Context(), arm); err != nil {
		t.Errorf("a name that the proxy looks up: %v", err)
	}
	arm.Net.Proxy = "socks5h://" + net.JoinHostPort(unknown, "1")
	if _, err := Resolve(t.Context(), arm); !errors.As(err, &failure) || failure.Class != bench.ClassProxy || failure.Phase != bench.DNS ||
		!strings.HasPrefix(failure.Err.Error(), "proxy socks5h://"+unknown+":1: ") {
		t.Errorf("the proxy's own name: %v", err)
	}
}

// Whoever asked for a target is told that it is the proxy that cannot be
// reached, and by what it was chosen.
func TestUnreachedProxyIsNamed(t *testing.T) {
	address := testserve.Closed(t)
	for from, want := range map[string]string{
		"":            "proxy http://" + address + ": connect: connection refused",
		"HTTPS_PROXY": "proxy http://" + address + " (from $HTTPS_PROXY): connect: connection refused",
	} {
		for workers := 1; workers <= 2; workers++ { // sockets of either kind
			arm := through(t, "tls://server.test:443", "http://"+address, func(a *bench.Arm) {
				a.Net.ProxyFrom, a.Load.Workers = from, workers
			})
			_, err := dialOnce(t, arm, 20*time.Second)
			f := Classify(err, bench.Connect)
			if f.Class != bench.ClassProxy || f.Err.Error() != want {
				t.Errorf("%v, want %s", f, want)
			}
			if advice := f.Class.Advice(); !strings.Contains(advice, "check --proxy") {
				t.Errorf("the advice is %q", advice)
			}
		}
	}
}
