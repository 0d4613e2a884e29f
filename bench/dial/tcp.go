package dial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
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
	address string // resolved once; empty where each attempt looks up
	dialer  net.Dialer
	never   chan struct{} // never closed: see deadlineOnly
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
	t := &TCP{network: "ip", host: host, port: uint16(port), never: make(chan struct{})}
	if arm.Net.Family != 0 {
		t.network = fmt.Sprintf("ip%d", arm.Net.Family)
	}
	// Probes of idle connections would only cost system calls.
	t.dialer.KeepAlive = -1
	if rtt := arm.Target.RTT; rtt > 0 {
		naps := timer.NewNaps(preciseNaps)
		t.dialer.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			// The kernel completes a loopback connect at once, so the round
			// trip that a real one takes is waited for here: after
			// ConnectStart, before the connect itself.
			wait := rtt
			if deadline, ok := ctx.Deadline(); ok {
				wait = min(wait, time.Until(deadline))
			}
			if err := naps.Sleep(ctx, wait); err != nil {
				return err
			}
			if wait < rtt {
				return os.ErrDeadlineExceeded
			}
			return nil
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
	t.address = netip.AddrPortFrom(ip, t.port).String()
	return t, nil
}

// preciseNaps is how many connects at the same time wait for their simulated
// round trip precisely. Each takes a file more, and with so many the machine is
// busy for longer than the precision is.
const preciseNaps = 256

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
func (t *TCP) Dial(ctx context.Context, deadline time.Time) (*net.TCPConn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	address := t.address
	if address == "" {
		lookUp, cancel := context.WithDeadline(ctx, deadline)
		ip, err := t.lookUp(lookUp)
		cancel()
		if err != nil {
			return nil, err
		}
		address = netip.AddrPortFrom(ip, t.port).String()
	}
	conn, err := t.dialer.DialContext(deadlineOnly{ctx, deadline, t.never}, "tcp", address)
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

// deadlineOnly is a context with a deadline that is never done. net bounds a
// connect by the poller's own deadline; but it asks for that only where the
// context could be done, and an ordinary one would then cost every attempt a
// timer and a registration more, some 4 % of a resumed handshake.
type deadlineOnly struct {
	context.Context
	deadline time.Time
	never    <-chan struct{}
}

func (d deadlineOnly) Deadline() (time.Time, bool) { return d.deadline, true }
func (d deadlineOnly) Done() <-chan struct{}       { return d.never }
func (d deadlineOnly) Err() error                  { return nil }

// AfterFunc is what context.AfterFunc calls, instead of starting a goroutine
// that waits for Done.
func (d deadlineOnly) AfterFunc(func()) (stop func() bool) { return func() bool { return true } }
