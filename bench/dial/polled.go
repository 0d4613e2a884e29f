package dial

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/timer"
)

// polled makes package net's own sockets, which wait in Go's network poller.
type polled struct {
	dialer net.Dialer
	never  chan struct{} // never closed: see deadlineOnly
}

func newPolled(arm bench.Arm) *polled {
	p := &polled{never: make(chan struct{})}
	// Probes of idle connections would only cost system calls.
	p.dialer.KeepAlive = -1
	rtt := connectRTT(arm)
	if rtt == 0 && arm.Net.Sources == "" {
		return p
	}
	naps := timer.NewNaps(preciseNaps)
	// It is called before a bind and the connect itself.
	p.dialer.ControlContext = func(ctx context.Context, _, _ string, socket syscall.RawConn) error {
		if arm.Net.Sources != "" {
			if err := portLater(socket); err != nil {
				return err
			}
		}
		deadline, _ := ctx.Deadline()
		return roundTrip(naps, rtt, deadline)
	}
	return p
}

func (p *polled) dial(from netip.Addr, to destination, deadline time.Time) (Socket, error) {
	dialer := &p.dialer
	if from.IsValid() {
		bound := p.dialer
		bound.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		dialer = &bound
	}
	conn, err := dialer.DialContext(deadlineOnly{context.Background(), deadline, p.never}, "tcp", to.text)
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

// preciseNaps is how many connects at the same time wait for their simulated
// round trip precisely. Each takes a file more, and with so many the machine is
// busy for longer than the precision is.
const preciseNaps = 256

// connectRTT is the round trip that a connect takes. Through a proxy it is that
// one's, which connects to the server.
func connectRTT(arm bench.Arm) time.Duration {
	if arm.Net.Proxy != "" {
		return 0
	}
	return arm.Target.RTT
}

// roundTrip waits for what a loopback connect spares: the kernel completes one
// at once, so the round trip that a real one takes is waited for before.
func roundTrip(naps *timer.Naps, rtt time.Duration, deadline time.Time) error {
	if rtt == 0 {
		return nil
	}
	wait := min(rtt, time.Until(deadline))
	if err := naps.Sleep(context.Background(), wait); err != nil {
		return err
	}
	if wait < rtt {
		return os.ErrDeadlineExceeded
	}
	return nil
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
