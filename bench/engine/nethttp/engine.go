// Package nethttp is the engine for requests: net/http with httptrace, a fresh
// connection for every request.
//
// Each worker has a transport of its own, so that no lock is shared, and the
// transport's dial is ours: it gives each connection its own session cache and
// returns a TLS connection that has not shaken hands, so that net/http does it
// and fires the hooks.
package nethttp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/tlsconf"
)

// Engine implements bench.Engine.
type Engine struct{}

// Name implements bench.Engine.
func (Engine) Name() string { return bench.EngineNetHTTP }

// Check implements bench.Engine.
func (Engine) Check(arm bench.Arm) error {
	if arm.HandshakeOnly() {
		return errors.New("net/http makes a request on each connection: the method is missing")
	}
	if _, err := request(arm); err != nil {
		return err
	}
	for _, proto := range arm.TLS.ALPN {
		if proto != "h2" && proto != "http/1.1" {
			return fmt.Errorf("--alpn %s: an https target speaks http/1.1 or h2: add --handshake-only to offer something else", proto)
		}
	}
	if err := dial.Check(arm); err != nil {
		return err
	}
	return tlsconf.Check(arm)
}

// Open implements bench.Engine.
func (Engine) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	tcp, err := dial.Resolve(ctx, arm)
	if err != nil {
		return nil, err
	}
	req, err := request(arm)
	if err != nil {
		return nil, err
	}
	config, err := tlsconf.Client(arm)
	if err != nil {
		return nil, err
	}
	return &client{arm: arm, tcp: tcp, config: config, request: req}, nil
}

func request(arm bench.Arm) (*http.Request, error) {
	u, err := url.Parse("https://" + authority(arm.Target) + arm.Target.Path)
	if err != nil {
		return nil, fmt.Errorf("target %s: %w", arm.Target.URL, err)
	}
	req, err := http.NewRequest(arm.HTTP.Method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("--method %s: %w", arm.HTTP.Method, err)
	}
	req.Header = arm.HTTP.Headers.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	for name, values := range req.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("-H: %q is no name of a header", name)
		}
		invalid := func(value string) bool { return !httpguts.ValidHeaderFieldValue(value) }
		if slices.ContainsFunc(values, invalid) {
			return nil, fmt.Errorf("-H %s: its value holds a line break or another control character", name)
		}
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "tlsbench")
	}
	return req, nil
}

// authority leaves the default port out, as clients do.
func authority(t bench.Target) string {
	if t.Port != "443" {
		return t.Address()
	}
	return strings.TrimSuffix(t.Address(), ":443")
}

type client struct {
	arm     bench.Arm
	tcp     *dial.TCP
	config  *tlsconf.Config
	request *http.Request
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c, config: c.config.Clone()}
	d.renew()
	return d
}

type dialer struct {
	*client
	transport *http.Transport
	config    *tls.Config // the worker's own: cloning one takes its lock
}

// renew begins with a transport that knows of no earlier connection.
func (d *dialer) renew() {
	d.transport = &http.Transport{
		DialTLSContext:     d.dial,
		DisableKeepAlives:  true,
		DisableCompression: true,
		ForceAttemptHTTP2:  slices.Contains(d.arm.TLS.ALPN, "h2"),
	}
}

func (d *dialer) Close() error {
	d.transport.CloseIdleConnections()
	return nil
}
