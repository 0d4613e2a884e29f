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
	"errors"
	"fmt"
	"net/http"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/request"
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
	if _, err := request.Of(arm); err != nil {
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
	req, err := request.Of(arm)
	if err != nil {
		return nil, err
	}
	config, err := tlsconf.Client(arm)
	if err != nil {
		return nil, err
	}
	return &client{arm: arm, tcp: tcp, config: config, request: req}, nil
}

type client struct {
	arm     bench.Arm
	tcp     *dial.TCP
	config  *tlsconf.Config
	request *http.Request
}

func (c *client) Close() error { return c.config.Close() }

func (c *client) Dialer() bench.Dialer {
	d := &dialer{client: c, config: c.config.ForWorker()}
	d.renew()
	return d
}

type dialer struct {
	*client
	transport *http.Transport
	config    *tlsconf.Config // the worker's own
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
