package enginetest

import (
	"bufio"
	"crypto/tls"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/proxy"
	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

// proxies compares attempts through a proxy with those without: all that is
// told of the handshake must be the same, and what the proxy takes must have a
// phase of its own. An engine may refuse proxies, and says which option it
// refuses.
func (s suite) proxies(t *testing.T) {
	config, roots := s.serverConfig(t)
	address := s.listenHTTP(t, config, ok, nil)
	direct := s.arm(address, roots, tls.VersionTLS13)
	if through := direct; s.engine.Check(direct) == nil {
		through.Net.Proxy = "http://127.0.0.1:1"
		if err := s.engine.Check(through); err != nil {
			if !strings.HasPrefix(err.Error(), "--proxy") {
				t.Errorf("refused without naming --proxy: %v", err)
			}
			return
		}
	}
	d := s.open(t, direct)
	offer := bench.Offer{Session: primed(t, d)}
	wantFull, _ := Succeed(t, d, bench.Offer{})
	wantResumed, _ := Succeed(t, d, offer)
	if wantFull.Phases[bench.Proxy] != bench.Absent {
		t.Errorf("phase proxy of %v without one", wantFull.Phases[bench.Proxy])
	}
	for name, edit := range map[string]func(*testing.T, *bench.Net){
		"http":   func(t *testing.T, n *bench.Net) { n.Proxy = "http://" + listenProxy(t, nil) },
		"socks5": func(t *testing.T, n *bench.Net) { n.Proxy = "socks5://" + listenProxy(t, nil) },
		"https": func(t *testing.T, n *bench.Net) {
			own, _ := testcert.New(t, nil)
			n.ProxyCAFile = filepath.Join(t.TempDir(), "proxy.pem")
			text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]})
			if err := os.WriteFile(n.ProxyCAFile, text, 0o600); err != nil {
				t.Fatal(err)
			}
			n.Proxy = "https://" + listenProxy(t, &tls.Config{Certificates: []tls.Certificate{own}})
		},
		"PROXY v1": func(t *testing.T, n *bench.Net) { n.ProxyProtocol, n.Connect = proxy.V1, listenHeader(t, address) },
		"PROXY v2": func(t *testing.T, n *bench.Net) { n.ProxyProtocol, n.Connect = proxy.V2, listenHeader(t, address) },
	} {
		for _, mode := range []bench.CloseMode{bench.CloseReset, bench.CloseGraceful} {
			t.Run(name+", "+string(mode), func(t *testing.T) {
				arm := direct
				edit(t, &arm.Net)
				arm.Net.Close = mode
				d := s.open(t, arm)
				full, _ := Succeed(t, d, bench.Offer{})
				sameHandshake(t, full, wantFull)
				resumed, _ := Succeed(t, d, offer)
				sameHandshake(t, resumed, wantResumed)
				p := full.Phases
				if p[bench.Connect] < 0 || p[bench.Proxy] < 0 || p[bench.Total] < p[bench.Connect]+p[bench.Proxy]+p[bench.TLSPhase] {
					t.Errorf("connect %v, proxy %v, tls %v, total %v", p[bench.Connect], p[bench.Proxy], p[bench.TLSPhase], p[bench.Total])
				}
			})
		}
	}
	s.proxyFailures(t, direct)
}

// sameHandshake holds what two handshakes took against each other. A signature's
// length varies by some bytes.
func sameHandshake(t *testing.T, got, want bench.Sample) {
	t.Helper()
	const slack = 8
	if got.Kind != want.Kind || got.RoundTrips != want.RoundTrips || got.BytesOut != want.BytesOut ||
		got.BytesIn < want.BytesIn-slack || got.BytesIn > want.BytesIn+slack {
		t.Errorf("%v, %d round trips, %d bytes out and %d in; without a proxy %v, %d, %d and %d",
			got.Kind, got.RoundTrips, got.BytesOut, got.BytesIn, want.Kind, want.RoundTrips, want.BytesOut, want.BytesIn)
	}
}

// proxyFailures meets proxies that do not lead on.
func (s suite) proxyFailures(t *testing.T, arm bench.Arm) {
	says := func(text string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			readHead(c)
			_, _ = io.WriteString(c, text)
			silence(c)
		}
	}
	for _, tt := range []struct {
		name, scheme string
		proxy        func(*net.TCPConn)
		class        bench.ErrorClass
		phase        bench.Phase
		text         string
	}{
		{"refuses", proxy.HTTP, says("HTTP/1.1 403 Forbidden\r\n\r\n"), bench.ClassProxy, bench.Proxy, "403 Forbidden"},
		{"wants authentication", proxy.HTTP, says("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n"), bench.ClassProxy, bench.Proxy, "USER:PASSWORD"},
		{"is none", proxy.HTTP, says("SSH-2.0-OpenSSH_9.2\r\n"), bench.ClassProxy, bench.Proxy, "no HTTP/1 response"},
		{"sends a body", proxy.HTTP, says("HTTP/1.1 200 OK\r\n\r\nbody"), bench.ClassProxy, bench.Proxy, "more follows"},
		{"hangs", proxy.HTTP, silenceOn, bench.ClassProxyTimeout, bench.Proxy, "answer to CONNECT"},
		{"hangs in its answer", proxy.HTTP, says("HTTP/1.1 200 OK\r\n"), bench.ClassProxyTimeout, bench.Proxy, "answer to CONNECT"},
		{"closes", proxy.HTTP, func(c *net.TCPConn) { readHead(c) }, bench.ClassProxy, bench.Proxy, "closed the connection"},
		{"resets", proxy.HTTP, func(c *net.TCPConn) { readHead(c); _ = c.SetLinger(0) }, bench.ClassProxy, bench.Proxy, "answer to CONNECT"},
		{"leads nowhere", proxy.HTTP, func(c *net.TCPConn) {
			readHead(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			readHead(c)
			_, _ = io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
			silence(c)
		}, bench.ClassNotTLS, bench.TLSPhase, ""},
		{"wants authentication, SOCKS5", proxy.SOCKS5H, says("\x05\xff"), bench.ClassProxy, bench.Proxy, "USER:PASSWORD"},
		{"refuses, SOCKS5", proxy.SOCKS5H, func(c *net.TCPConn) {
			readHead(c)
			_, _ = io.WriteString(c, "\x05\x00")
			readHead(c)
			_, _ = io.WriteString(c, "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")
			silence(c)
		}, bench.ClassProxy, bench.Proxy, "not allowed by ruleset"},
		{"hangs, SOCKS5", proxy.SOCKS5H, says("\x05\x00"), bench.ClassProxyTimeout, bench.Proxy, "SOCKS5 connect to"},
		{"is another one's", proxy.HTTPS, says("HTTP/1.1 400 Bad Request\r\n\r\n"), bench.ClassProxy, bench.Proxy, "does it want http://"},
		{"hangs in TLS", proxy.HTTPS, silenceOn, bench.ClassProxyTimeout, bench.Proxy, "TLS to the proxy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			arm := arm
			arm.Net.Proxy = tt.scheme + "://" + testserve.Each(t, tt.proxy)
			arm.Net.ProxyUser, arm.Net.ProxyPassword = "", ""
			if tt.class == bench.ClassProxyTimeout {
				arm.Timeout = soon
			}
			for _, sample := range s.twice(t, arm, tt.phase) {
				wantFailure(t, sample, tt.class, tt.phase)
				if f := sample.Failure; f != nil && !strings.Contains(f.Err.Error(), tt.text) {
					t.Errorf("%v does not say %q", f, tt.text)
				}
			}
		})
	}
	t.Run("is not trusted", func(t *testing.T) {
		own, _ := testcert.New(t, nil)
		arm := arm
		arm.Net.Proxy = "https://" + listenProxy(t, &tls.Config{Certificates: []tls.Certificate{own}})
		sample, _ := Attempt(t, s.open(t, arm), bench.Offer{})
		wantFailure(t, sample, bench.ClassProxy, bench.Proxy)
		if f := sample.Failure; f != nil && !strings.Contains(f.Err.Error(), "--proxy-cacert") {
			t.Errorf("%v does not say what to try", f)
		}
		arm.Net.ProxyInsecure = true
		Succeed(t, s.open(t, arm), bench.Offer{})
	})
	t.Run("nobody listens", func(t *testing.T) {
		arm := arm
		arm.Net.Proxy = "http://" + testserve.Closed(t)
		sample, _ := Attempt(t, s.open(t, arm), bench.Offer{})
		wantFailure(t, sample, bench.ClassProxy, bench.Connect)
	})
}

func silenceOn(c *net.TCPConn) { silence(c) }

// listenProxy relays what a CONNECT request or SOCKS5 asks for, within TLS where
// config is given.
func listenProxy(t *testing.T, config *tls.Config) (address string) {
	return testserve.Each(t, func(tcp *net.TCPConn) {
		conn := net.Conn(tcp)
		if config != nil {
			conn = tls.Server(tcp, config)
		}
		from := bufio.NewReader(conn)
		to, answer := "", "HTTP/1.1 200 Connection established\r\n\r\n"
		if first, _ := from.Peek(1); string(first) == "\x05" {
			head := make([]byte, 3+10) // a greeting of one method, a request for an IPv4 address
			_, _ = io.ReadFull(from, head[:3])
			_, _ = io.WriteString(conn, "\x05\x00")
			_, _ = io.ReadFull(from, head[3:])
			to = netip.AddrPortFrom(netip.AddrFrom4([4]byte(head[7:11])), uint16(head[11])<<8|uint16(head[12])).String()
			answer = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
		} else if r, err := http.ReadRequest(from); err == nil {
			to = r.Host
		}
		tunnel(conn, from, to, answer)
	})
}

// listenHeader relays to a server what follows a header of the PROXY protocol
// that tells the truth.
func listenHeader(t *testing.T, server string) (address string) {
	return testserve.Each(t, func(c *net.TCPConn) {
		ends := [2]netip.AddrPort{c.RemoteAddr().(*net.TCPAddr).AddrPort(), c.LocalAddr().(*net.TCPAddr).AddrPort()}
		from := bufio.NewReader(c)
		first, _ := from.Peek(1)
		version := proxy.V1
		if string(first) == "\r" {
			version = proxy.V2
		}
		want, err := proxy.Header(version, ends[0], ends[1])
		got := make([]byte, len(want))
		if _, readErr := io.ReadFull(from, got); err != nil || readErr != nil || string(got) != string(want) {
			t.Errorf("header %q, want %q", got, want)
			return
		}
		tunnel(c, from, server, "")
	})
}

// tunnel connects to a server, answers, and passes on until a side ends.
func tunnel(conn net.Conn, from io.Reader, server, answer string) {
	next, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer next.Close()
	if _, err := io.WriteString(conn, answer); err != nil {
		return
	}
	ended := make(chan struct{}, 2)
	pass := func(to io.Writer, from io.Reader) { _, _ = io.Copy(to, from); ended <- struct{}{} }
	go pass(next, from)
	go pass(conn, next)
	<-ended
	_ = next.Close()
	_ = conn.Close()
	<-ended
}
