package dial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/timer"
)

// TCP dials an arm's connections to one address.
//
// It never races addresses against each other, as happy eyeballs do: each
// attempt is to show what one connection costs.
type TCP struct {
	network string // "ip4", "ip6" or "ip", for look-ups
	host    string
	port    uint16
	address netip.AddrPort // resolved once; not valid where each attempt looks up
	dialer  net.Dialer
}

// Resolve finds the arm's address, once, unless each attempt is to look it up.
func Resolve(ctx context.Context, arm bench.Arm) (*TCP, error) {
	where := arm.Target.Address()
	if arm.Net.Connect != "" {
		where = arm.Net.Connect
	}
	host, portText, err := net.SplitHostPort(where)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", where, err)
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", portText)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", where, err)
	}
	t := &TCP{network: "ip", host: host, port: uint16(port)}
	if arm.Net.Family != 0 {
		t.network = fmt.Sprintf("ip%d", arm.Net.Family)
	}
	// Probes of idle connections would only cost system calls.
	t.dialer.KeepAlive = -1
	if rtt := arm.Target.RTT; rtt > 0 {
		t.dialer.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			// The kernel completes a loopback connect at once, so the round
			// trip that a real one takes is waited for here: after
			// ConnectStart, before the connect itself.
			return timer.Sleep(ctx, rtt)
		}
	}
	_, literal := netip.ParseAddr(host)
	if arm.Net.ResolveEach && literal != nil {
		return t, nil
	}
	ip, err := t.lookUp(ctx)
	if err != nil {
		return nil, &bench.Failure{Class: bench.ClassDNS, Phase: bench.DNS, Err: err}
	}
	t.address = netip.AddrPortFrom(ip, t.port)
	return t, nil
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
func (t *TCP) Dial(ctx context.Context, deadline time.Time) (*net.TCPConn, error) {
	address := t.address
	if !address.IsValid() {
		lookUp, cancel := context.WithDeadline(ctx, deadline)
		ip, err := t.lookUp(lookUp)
		cancel()
		if err != nil {
			return nil, err
		}
		address = netip.AddrPortFrom(ip, t.port)
	}
	d := t.dialer
	d.Deadline = deadline
	conn, err := d.DialContext(ctx, "tcp", address.String())
	if err != nil {
		return nil, err
	}
	tcp := conn.(*net.TCPConn)
	if err := tcp.SetDeadline(deadline); err != nil {
		_ = tcp.Close()
		return nil, err
	}
	return tcp, nil
}
