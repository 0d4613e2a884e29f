package dial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"tlsbench/bench"
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

// kind makes sockets of one kind, from the given address unless that is zero. A
// trace in ctx is told when a connect begins and ends.
type kind interface {
	dial(ctx context.Context, from netip.Addr, to destination, deadline time.Time) (Socket, error)
}

// Resolve finds the arm's address, once, unless each attempt is to look it up.
//
// For an arm of one worker that makes no requests, Dial's sockets are to be
// used by one goroutine at a time.
func Resolve(ctx context.Context, arm bench.Arm) (*TCP, error) {
	host, portText, err := net.SplitHostPort(where(arm))
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", where(arm), err)
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", portText)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", where(arm), err)
	}
	t := &TCP{network: "ip", host: host, port: uint16(port)}
	if t.sources, err = newSources(arm); err != nil {
		return nil, err
	}
	if family := max(arm.Net.Family, t.sources.family()); family != 0 {
		t.network = fmt.Sprintf("ip%d", family)
	}
	if t.kind = newPolled(arm); blockingPays(arm) {
		t.kind = newBlocking(arm)
	}
	_, literal := netip.ParseAddr(host)
	if arm.Net.ResolveEach && literal != nil {
		return t, nil
	}
	ip, err := t.lookUp(ctx)
	if err != nil {
		return nil, &bench.Failure{Class: bench.ClassDNS, Phase: bench.DNS, Err: err}
	}
	t.to = t.destination(ip)
	return t, nil
}

// where is the address that the arm connects to.
func where(arm bench.Arm) string {
	if arm.Net.Connect != "" {
		return arm.Net.Connect
	}
	return arm.Target.Address()
}

// lookUp takes the first address of the wanted family.
func (t *TCP) lookUp(ctx context.Context) (netip.Addr, error) {
	ips, err := net.DefaultResolver.LookupNetIP(ctx, t.network, t.host)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(ips) == 0 {
		return netip.Addr{}, fmt.Errorf("%s has no address of that family", t.host)
	}
	return ips[0].Unmap(), nil
}

// Dial makes one connection. A trace in ctx is told of look-up and connect.
//
// A context that is already done prevents the dial; one that ends later does
// not break it off, only the deadline does.
func (t *TCP) Dial(ctx context.Context, deadline time.Time) (Socket, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	to := t.to
	if !to.IsValid() {
		lookUp, cancel := context.WithDeadline(ctx, deadline)
		ip, err := t.lookUp(lookUp)
		cancel()
		if err != nil {
			return nil, err
		}
		to = t.destination(ip)
	}
	return t.kind.dial(ctx, t.sources.next(), to, deadline)
}
