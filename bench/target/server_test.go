package target

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench/testtime"
)

func listen(t testing.TB, query string) *Server {
	t.Helper()
	server, err := Listen(mustParse(t, query), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// clientConfig trusts an endpoint by its roots alone.
func clientConfig(t testing.TB, e Endpoint) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.RootsPEM) {
		t.Fatal("the endpoint has no roots")
	}
	return &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

// shake makes one connection with a request, so that the server has counted it
// and a TLS 1.3 ticket has been read.
func shake(address string, config *tls.Config) (tls.ConnectionState, error) {
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return tls.ConnectionState{}, err
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return tls.ConnectionState{}, err
	}
	return conn.ConnectionState(), nil
}

func TestServerSpeaksHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query   string
		version uint16
		h2      bool
		want    string
	}{
		{"", tls.VersionTLS13, true, "HTTP/2.0"},
		{"", tls.VersionTLS13, false, "HTTP/1.1"},
		{"proto=h1", tls.VersionTLS13, true, "HTTP/1.1"},
		{"rtt=1ms", tls.VersionTLS12, true, "HTTP/2.0"},
		{"tls=1.0-1.3", tls.VersionTLS12, true, "HTTP/2.0"},
		{"tls=1.0-1.3", tls.VersionTLS11, true, "HTTP/1.1"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s %t", tt.query, tls.VersionName(tt.version), tt.h2), func(t *testing.T) {
			t.Parallel()
			server := listen(t, tt.query)
			config := clientConfig(t, server.Endpoint())
			config.MinVersion, config.MaxVersion = tt.version, tt.version
			transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: tt.h2}
			defer transport.CloseIdleConnections()
			for range 2 { // on one connection
				got, err := (&http.Client{Transport: transport}).Get("https://" + server.Endpoint().Address + "/any")
				if err != nil {
					t.Fatal(err)
				}
				read, err := io.ReadAll(got.Body)
				got.Body.Close()
				if err != nil || string(read) != body || got.StatusCode != http.StatusOK ||
					got.ContentLength != int64(len(body)) || got.Proto != tt.want {
					t.Errorf("got %s %d, %d bytes: %q, %v; want %s", got.Proto, got.StatusCode, got.ContentLength, read, err, tt.want)
				}
			}
			waitForCounts(t, server.Counts, Counts{Full: 1})
		})
	}
}

// A full handshake of TLS 1.2 takes two round trips, one of TLS 1.3 takes one;
// resumption saves one of them in TLS 1.2 (RFC 5246, section 7.3).
func TestServerRoundTrips(t *testing.T) {
	const rtt = 60 * time.Millisecond
	server := listen(t, fmt.Sprintf("rtt=%v", rtt))
	for _, tt := range []struct {
		version       uint16
		full, resumed time.Duration
	}{{tls.VersionTLS12, 2 * rtt, rtt}, {tls.VersionTLS13, rtt, rtt}} {
		config := clientConfig(t, server.Endpoint())
		config.MaxVersion = tt.version
		for _, resumes := range []bool{false, true} {
			want := tt.full
			if resumes {
				want = tt.resumed
			}
			testtime.Once(t, want+rtt*9/10, func() time.Duration {
				if !resumes {
					config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
				}
				took, resumed := handshakeTime(t, server.Endpoint().Address, config)
				if resumed != resumes || took < want {
					t.Errorf("%s: resumed %t, after %v, want %t and at least %v", tls.VersionName(tt.version), resumed, took, resumes, want)
				}
				return took
			})
		}
	}
}

// handshakeTime is what a handshake takes on a connection that is there. The
// config keeps the session that the server grants.
func handshakeTime(t *testing.T, address string, config *tls.Config) (took time.Duration, resumed bool) {
	t.Helper()
	raw, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(raw, config)
	defer conn.Close()
	begun := time.Now()
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	took = time.Since(begun)
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	conn.Read(make([]byte, 1)) // reads the ticket of TLS 1.3
	return took, conn.ConnectionState().DidResume
}

// Close ends connections in every state and leaves nothing behind.
func TestServerClose(t *testing.T) {
	for _, query := range []string{"", "rtt=20ms"} {
		leak := goleak.IgnoreCurrent()
		server := listen(t, query)
		address := server.Endpoint().Address
		silent, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		idle, err := tls.Dial("tcp", address, clientConfig(t, server.Endpoint()))
		if err != nil {
			t.Fatal(err)
		}
		h2 := clientConfig(t, server.Endpoint())
		h2.NextProtos = []string{"h2"}
		frames, err := tls.Dial("tcp", address, h2)
		if err != nil {
			t.Fatal(err)
		}
		waitForCounts(t, server.Counts, Counts{Full: 2})
		for range 2 {
			if err := server.Close(); err != nil {
				t.Errorf("%q: %v", query, err)
			}
		}
		for _, conn := range []net.Conn{silent, idle, frames} {
			conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%q: a connection is still open", query)
			}
			conn.Close()
		}
		if _, err := net.Dial("tcp", address); err == nil {
			t.Errorf("%q: it still listens", query)
		}
		goleak.VerifyNone(t, leak)
	}
}

func TestListenRefusesAddresses(t *testing.T) {
	t.Parallel()
	taken := listen(t, "").Endpoint().Address
	for _, address := range []string{"", "0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense", "127.0.0.1:port", taken} {
		if server, err := Listen(DefaultSettings(), address); err == nil {
			server.Close()
			t.Errorf("%q is accepted", address)
		}
	}
}
