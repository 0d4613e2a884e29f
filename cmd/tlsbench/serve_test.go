package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/quic-go/quic-go/http3"
)

// serve says where it listens, and at its end what it saw.
func TestServe(t *testing.T) {
	for query, client := range map[string]func(*tls.Config) http.RoundTripper{
		"": func(c *tls.Config) http.RoundTripper {
			return &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}
		},
		"proto=h3": func(c *tls.Config) http.RoundTripper {
			return &http3.Transport{TLSClientConfig: c}
		},
	} {
		ctx, interrupt := context.WithCancel(t.Context())
		ca := filepath.Join(t.TempDir(), "ca.pem")
		out, w := io.Pipe()
		c := newServe(serveMain)
		c.SetArgs([]string{"embedded:?" + query, "--write-ca", ca})
		c.SetOut(w)
		c.SetErr(io.Discard)
		ended := make(chan error, 1)
		go func() {
			ended <- c.ExecuteContext(ctx)
			w.Close()
		}()
		lines := bufio.NewScanner(out)
		if !lines.Scan() {
			t.Fatalf("%q: %v", query, <-ended)
		}
		found := regexp.MustCompile(`^(https|h3)://(\S+/)   \(key=.*\)$`).FindStringSubmatch(lines.Text())
		if found == nil || (found[1] == "h3") != (query != "") {
			t.Fatalf("%q: it says %q", query, lines.Text())
		}
		pem, err := os.ReadFile(ca)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		transport := client(&tls.Config{RootCAs: roots})
		response, err := (&http.Client{Transport: transport}).Get("https://" + found[2])
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		response.Body.Close()
		if transport, ok := transport.(io.Closer); ok {
			transport.Close()
		}
		interrupt()
		lines.Scan()
		if want := "handshakes: 1 full, 0 ticket, 0 psk, 0 0rtt, 0 failed"; lines.Text() != want {
			t.Errorf("%q: it ends with %q, want %q", query, lines.Text(), want)
		}
		if err := <-ended; err != nil {
			t.Errorf("%q: %v", query, err)
		}
	}
}
