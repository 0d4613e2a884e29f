package proxy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	"tlsbench/bench/neterr"

	"golang.org/x/net/http/httpguts"
)

// connectTunnel is asked for by a CONNECT request (RFC 9110 section 9.3.6).
type connectTunnel struct {
	target  string
	request []byte
	secrets []string
	user    bool // credentials are sent
	greets  bool
	clear   bool // there is no TLS with the proxy
}

func (s Server) connectTunnel(host string, port uint16, greets bool) (Tunnel, error) {
	target := net.JoinHostPort(host, strconv.Itoa(int(port)))
	if !httpguts.ValidHostHeader(target) || strings.ContainsAny(host, "/ ") {
		return nil, fmt.Errorf("%.300q is no host that a CONNECT request can name", host)
	}
	t := &connectTunnel{target: target, greets: greets, clear: s.Scheme == HTTP}
	var b bytes.Buffer
	fmt.Fprintf(&b, "CONNECT %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: tlsbench\r\n", target, target)
	if s.User != "" || s.Password != "" {
		basic := base64.StdEncoding.EncodeToString([]byte(s.User + ":" + s.Password))
		fmt.Fprintf(&b, "Proxy-Authorization: Basic %s\r\n", basic)
		t.user, t.secrets = true, []string{basic}
		if s.Password != "" {
			t.secrets = append(t.secrets, s.Password)
		}
	}
	b.WriteString("\r\n")
	t.request = b.Bytes()
	return t, nil
}

// Open implements Tunnel.
func (t *connectTunnel) Open(on Stream) (greeting []byte, err error) {
	if _, err := on.Write(t.request); err != nil {
		return nil, fmt.Errorf("send CONNECT %s: %w", t.target, neterr.Bare(err))
	}
	a := &answer{from: on, secrets: t.secrets}
	greeting, err = t.read(a)
	switch {
	case err == nil:
		return greeting, nil
	case t.clear && len(a.buf) == 0 && !errors.Is(err, os.ErrDeadlineExceeded): // it hung up
		return nil, fmt.Errorf("answer to CONNECT %s: %w%s", t.target, err, wantsTLS)
	default:
		return nil, fmt.Errorf("answer to CONNECT %s: %w", t.target, err)
	}
}

// read takes the answer. What a successful one says of a body is to be ignored.
func (t *connectTunnel) read(a *answer) (greeting []byte, err error) {
	for {
		r, err := readHead(a)
		switch {
		case err != nil:
			return nil, err
		case r.status == http.StatusSwitchingProtocols:
			return nil, errors.New("the proxy switches protocols, which nobody asked for")
		case r.status < 200:
			continue // an interim response (RFC 9110 section 15.2)
		case r.status < 300:
			return a.rest(t.greets)
		default:
			return nil, t.refused(a, r)
		}
	}
}

// refused names a status and what helps.
func (t *connectTunnel) refused(a *answer, r head) error {
	text := fmt.Sprintf("the proxy refuses with %d %s", r.status, printable(a.hide(r.reason)))
	switch {
	case r.status == http.StatusProxyAuthRequired && !t.user:
		return fmt.Errorf("%s%s: give its user and password, as in TLSBENCH_PROXY=http://USER:PASSWORD@HOST:PORT", text, asksFor(a, r))
	case r.status == http.StatusProxyAuthRequired && !r.takesBasic():
		return fmt.Errorf("%s%s: only Basic authentication is spoken here", text, asksFor(a, r))
	case r.status == http.StatusProxyAuthRequired:
		return fmt.Errorf("%s: it does not take the user and password that it was given", text)
	case r.status == http.StatusForbidden, r.status == http.StatusMethodNotAllowed:
		return fmt.Errorf("%s: many allow CONNECT to some hosts and to port 443 only", text)
	case r.status >= 500:
		return fmt.Errorf("%s: it may not reach the target", text)
	}
	return errors.New(text)
}

func asksFor(a *answer, r head) string {
	if len(r.schemes) == 0 {
		return ""
	}
	return " (" + printable(a.hide(strings.Join(r.schemes, ", "))) + ")"
}
