package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/neterr"
	"tlsbench/bench/proxy"
	"tlsbench/bench/timer"
)

// proxyOf is the arm's proxy, with its credentials; ok is false without one.
func proxyOf(arm bench.Arm) (p proxy.Server, ok bool, err error) {
	if arm.Net.Proxy == "" {
		return p, false, nil
	}
	if p, err = proxy.Parse(arm.Net.Proxy); err != nil {
		return p, false, fmt.Errorf("--proxy: %w", err)
	}
	p.User, p.Password = arm.Net.ProxyUser, arm.Net.ProxyPassword
	return p, true, nil
}

// NamesByProxy reports whether the arm's proxy looks up the name of the server.
func NamesByProxy(arm bench.Arm) bool {
	p, ok, err := proxyOf(arm)
	return err == nil && ok && p.Resolves()
}

// proxyError is why the arm's proxy could not be reached. It names the proxy,
// since what else is told of the attempt names the target.
type proxyError struct {
	proxy string
	err   error // without what net wraps around it
}

func (e *proxyError) Error() string { return e.proxy + ": " + e.err.Error() }

func (e *proxyError) Unwrap() error { return e.err }

// proxyName tells which proxy an arm has, and who chose it, "" without one.
func proxyName(arm bench.Arm) string {
	switch n := arm.Net; {
	case n.Proxy == "":
		return ""
	case n.ProxyFrom != "":
		return "proxy " + n.Proxy + " (from $" + n.ProxyFrom + ")"
	default:
		return "proxy " + n.Proxy
	}
}

// checkProxy says why an arm cannot go through its proxy, as far as that shows
// without a connection.
func checkProxy(arm bench.Arm) error {
	p, ok, err := proxyOf(arm)
	if err != nil || !ok {
		return err
	}
	if arm.Net.ResolveEach && !p.Resolves() && !literal(where(arm)) {
		return errors.New("--proxy socks5:// and --dns each: two names would be looked up each time: want socks5h://, where the proxy looks the target's up")
	}
	if _, err := proxyTLS(arm, p); err != nil {
		return err
	}
	if arm.Target.Local() && arm.Target.Host == "" {
		return nil // its address is not known yet
	}
	if _, err := p.Tunnel(where(arm), greets(arm)); err != nil {
		return fmt.Errorf("--proxy %s: %w", p, err)
	}
	return nil
}

// literal reports whether an address holds no name.
func literal(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = netip.ParseAddr(host)
	return err == nil
}

// proxyTLS configures the handshake with the proxy, nil where there is none. It
// has no session cache: each connection makes a full handshake there, so that
// arms which resume at the target differ in that alone.
func proxyTLS(arm bench.Arm, p proxy.Server) (*tls.Config, error) {
	if p.Scheme != proxy.HTTPS {
		return nil, nil
	}
	config := &tls.Config{
		ServerName: p.Host, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: arm.Net.ProxyInsecure, // the user's explicit choice; the result warns of it
	}
	if file := arm.Net.ProxyCAFile; file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--proxy-cacert: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("--proxy-cacert %s: there is no PEM certificate in it", file)
		}
	}
	return config, nil
}

// proxyHops lead through the arm's proxy. A name that the proxy does not look up
// is looked up here, once.
func (t *TCP) proxyHops(ctx context.Context, arm bench.Arm) ([]hop, error) {
	p, ok, err := proxyOf(arm)
	if err != nil || !ok {
		return nil, err
	}
	target := where(arm)
	if !p.Resolves() && !literal(target) {
		host, port, err := net.SplitHostPort(target)
		if err != nil {
			return nil, fmt.Errorf("connect to %q: %w", target, err)
		}
		ip, err := lookUp(ctx, network(arm.Net.Family), host)
		if err != nil {
			return nil, &bench.Failure{Class: bench.ClassDNS, Phase: bench.DNS, Err: err}
		}
		target = net.JoinHostPort(ip.String(), port)
	}
	tunnel, err := p.Tunnel(target, greets(arm))
	if err != nil {
		return nil, fmt.Errorf("--proxy %s: %w", p, err)
	}
	config, err := proxyTLS(arm, p)
	if err != nil {
		return nil, err
	}
	var hops []hop
	if config != nil {
		hops = append(hops, hop{bench.Proxy, "", func(s Socket, _ time.Time) (Socket, error) { return secure(s, config) }})
	}
	rtt, naps := arm.Target.RTT, timer.NewNaps(preciseNaps)
	return append(hops, hop{bench.Proxy, "through the proxy " + p.String(), func(s Socket, deadline time.Time) (Socket, error) {
		// It is the proxy that connects to the server.
		if err := roundTrip(naps, rtt, deadline); err != nil {
			return nil, err
		}
		greeting, err := tunnel.Open(s)
		if len(greeting) > 0 {
			s = &greeted{s, greeting}
		}
		return s, err
	}}), nil
}

// greets reports whether the arm's target may speak before the client has.
func greets(arm bench.Arm) bool {
	protocol, ok := arm.Target.StartTLS()
	return ok && protocol.Greets()
}

// greeted is a connection of whose target something was read already, with the
// proxy's answer.
type greeted struct {
	Socket
	unread []byte
}

// Read implements net.Conn.
func (g *greeted) Read(p []byte) (int, error) {
	if len(g.unread) == 0 {
		return g.Socket.Read(p)
	}
	n := copy(p, g.unread)
	g.unread = g.unread[n:]
	return n, nil
}

// secured is a TLS connection to a proxy.
type secured struct {
	*tls.Conn
	below Socket
}

// SetLinger implements Socket.
func (s secured) SetLinger(seconds int) error { return s.below.SetLinger(seconds) }

func secure(s Socket, config *tls.Config) (Socket, error) {
	conn := tls.Client(s, config)
	if err := conn.Handshake(); err != nil {
		return nil, fmt.Errorf("TLS to the proxy: %w", proxyTLSError(err))
	}
	return secured{conn, s}, nil
}

// proxyTLSError adds what to try next.
func proxyTLSError(err error) error {
	var header tls.RecordHeaderError
	switch {
	case isCertificate(err):
		return fmt.Errorf("%w: trust its issuer with --proxy-cacert FILE, or switch verification off with --proxy-insecure", err)
	case errors.As(err, &header):
		return fmt.Errorf("%w: does it want http:// instead of https://?", err)
	}
	return neterr.Bare(err)
}

// announce is the hop that tells the server where the connection comes from, by
// the PROXY protocol.
func announce(version string) hop {
	return hop{bench.Proxy, "behind a header of the PROXY protocol", func(s Socket, _ time.Time) (Socket, error) {
		header, err := proxy.Header(version, addrPort(s.LocalAddr()), addrPort(s.RemoteAddr()))
		if err != nil {
			return nil, err
		}
		if _, err := s.Write(header); err != nil {
			return nil, fmt.Errorf("send the PROXY protocol's header: %w", neterr.Bare(err))
		}
		return s, nil
	}}
}

func addrPort(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}
