package dial

import (
	"context"
	"fmt"
	"net"
	"net/http/httptrace"
	"net/netip"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/neterr"
)

// Socket is a TCP connection as Conn needs it.
type Socket interface {
	net.Conn
	// SetLinger is that of net.TCPConn: after 0, Close resets the connection.
	SetLinger(seconds int) error
}

// TCP dials an arm's connections to one address.
//
// It never races addresses against each other, as happy eyeballs do: each
// attempt is to show what one connection costs.
type TCP struct {
	network string // "ip4", "ip6" or "ip", for look-ups
	host    string
	port    uint16
	to      destination // resolved once; zero where each attempt looks up
	sources sources
	kind    kind
	hops    []hop
	proxy   string // the one that connections are made to, "" for the server itself
}

// unreached is why nothing could be connected to.
func (t *TCP) unreached(err error) error {
	if t.proxy == "" {
		return err
	}
	return &proxyError{t.proxy, neterr.Bare(err)}
}

// destination is where a connection goes.
type destination struct {
	netip.AddrPort
	text string // of the address
}

func (t *TCP) destination(ip netip.Addr) destination {
	to := netip.AddrPortFrom(ip, t.port)
	return destination{to, to.String()}
}

// kind makes sockets of one kind, from the given address unless that is zero.
type kind interface {
	dial(from netip.Addr, to destination, deadline time.Time) (Socket, error)
}

// Resolve finds the arm's address, or its proxy's, once, unless each attempt is
// to look it up.
//
// For an arm of one worker that makes no requests, Dial's sockets are to be
// used by one goroutine at a time.
func Resolve(ctx context.Context, arm bench.Arm) (*TCP, error) {
	first, err := firstAddress(arm)
	if err != nil {
		return nil, err
	}
	host, portText, err := net.SplitHostPort(first)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", first, err)
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", portText)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", first, err)
	}
	t := &TCP{host: host, port: uint16(port), proxy: proxyName(arm)}
	if t.sources, err = newSources(arm); err != nil {
		return nil, err
	}
	t.network = network(max(arm.Net.Family, t.sources.family()))
	if t.hops, err = t.proxyHops(ctx, arm); err != nil {
		return nil, err
	}
	if arm.Net.ProxyProtocol != "" {
		t.hops = append(t.hops, announce(arm.Net.ProxyProtocol))
	}
	if t.kind = newPolled(arm); blockingPays(arm) {
		t.kind = newBlocking(arm)
	}
	if h, ok, err := startTLS(arm); err != nil {
		return nil, err
	} else if ok {
		t.hops = append(t.hops, h)
	}
	_, literal := netip.ParseAddr(host)
	if arm.Net.ResolveEach && literal != nil {
		return t, nil
	}
	ip, err := lookUp(ctx, t.network, host)
	if err != nil {
		return nil, Classify(t.unreached(err), bench.DNS)
	}
	t.to = t.destination(ip)
	return t, nil
}

// firstAddress is the address that the arm's connections are made to: the
// proxy's, where they go through one.
func firstAddress(arm bench.Arm) (string, error) {
	p, ok, err := proxyOf(arm)
	if err != nil || !ok {
		return where(arm), err
	}
	return p.Address(), nil
}

// where is the address of the server that the arm connects to.
func where(arm bench.Arm) string {
	if arm.Net.Connect != "" {
		return arm.Net.Connect
	}
	return arm.Target.Address()
}

// network names an IP version for look-ups, 0 for either.
func network(family int) string {
	if family == 0 {
		return "ip"
	}
	return fmt.Sprintf("ip%d", family)
}

// lookUp takes the first address of the wanted family.
func lookUp(ctx context.Context, network, host string) (netip.Addr, error) {
	ips, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(ips) == 0 {
		return netip.Addr{}, fmt.Errorf("%s has no address of that family", host)
	}
	return ips[0].Unmap(), nil
}

// Dial makes one connection, up to where TLS begins. A trace in ctx is told of
// look-up and connect, the tracer of the hops that follow.
//
// A context that is already done prevents the dial; one that ends later does
// not break it off, only the deadline does.
func (t *TCP) Dial(ctx context.Context, tracer *Tracer, deadline time.Time) (Socket, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	to := t.to
	if !to.IsValid() {
		bounded, cancel := context.WithDeadline(ctx, deadline)
		ip, err := lookUp(bounded, t.network, t.host)
		cancel()
		if err != nil {
			return nil, t.unreached(err)
		}
		to = t.destination(ip)
	}
	socket, err := t.connect(httptrace.ContextClientTrace(ctx), to, deadline)
	if err != nil {
		return nil, t.unreached(err)
	}
	return crossed(socket, t.hops, tracer, deadline)
}

// connect calls the trace's hooks itself: package net, which would, copies the
// trace for each dial, so as not to tell it of its look-ups.
func (t *TCP) connect(trace *httptrace.ClientTrace, to destination, deadline time.Time) (Socket, error) {
	if trace != nil && trace.ConnectStart != nil {
		trace.ConnectStart("tcp", to.text)
	}
	socket, err := t.kind.dial(t.sources.next(), to, deadline)
	if trace != nil && trace.ConnectDone != nil {
		trace.ConnectDone("tcp", to.text, err)
	}
	return socket, err
}
