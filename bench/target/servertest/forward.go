package servertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"testing"
	"time"
)

// Forwarder is a running forward proxy, which leads clients to where they ask.
type Forwarder struct {
	// URL is what it is asked at: http://HOST:PORT or socks5h://HOST:PORT.
	URL string
	// TLS is its URL within TLS, https://HOST:PORT, or "", and CAFile what to
	// trust there.
	TLS, CAFile string

	t      testing.TB
	log    string // the name of the file
	tunnel *regexp.Regexp
}

// Account is who may use a forward proxy, everybody where it is zero.
type Account struct{ User, Password string }

// Tunnels counts, by the proxy's own log, the tunnels that it has led through
// since it started.
func (f *Forwarder) Tunnels() int {
	f.t.Helper()
	log, err := settledLog(
		func() (int, error) { return 1, nil }, // none tells how many are open: the log must rest
		func() (string, error) {
			text, err := os.ReadFile(f.log)
			if errors.Is(err, os.ErrNotExist) {
				err = nil
			}
			return string(text), err
		})
	if err != nil {
		f.t.Fatalf("count the tunnels of %s: %v", f.URL, err)
	}
	return len(f.tunnel.FindAllStringIndex(log, -1))
}

// says is a start's readiness: to some words the server answers with others. Who
// merely listens may be another test's server, which was faster to take the port.
func says(address, words, want string) func() error {
	return func() error {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
			return err
		}
		if _, err := io.WriteString(c, words); err != nil {
			return err
		}
		answer := make([]byte, 4096)
		n, err := io.ReadAtLeast(c, answer, len(want))
		if !bytes.Contains(answer[:n], []byte(want)) {
			return fmt.Errorf("%s answers %q (%v), and not with %q", address, answer[:n], err, want)
		}
		return nil
	}
}

const (
	httpWords  = "GET / HTTP/1.0\r\n\r\n"
	socksWords = "\x05\x02\x00\x02"
)
