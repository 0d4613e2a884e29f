package dial

import (
	"net"
	"net/netip"
	"runtime"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/timer"
)

// blockingPays reports whether the arm's connections are better blocking ones:
// see the package's documentation for what was measured.
func blockingPays(arm bench.Arm) bool {
	return arm.HandshakeOnly() && arm.Load.Workers == 1 && runtime.GOMAXPROCS(0) > 1
}

// blocking makes sockets that wait in the kernel, in system calls that block a
// thread.
type blocking struct {
	rtt  time.Duration
	naps *timer.Naps
}

func newBlocking(arm bench.Arm) kind { return blocking{connectRTT(arm), timer.NewNaps(preciseNaps)} }

func (b blocking) dial(from netip.Addr, to destination, deadline time.Time) (Socket, error) {
	s, err := b.connect(from, to, deadline)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(to.AddrPort), Err: err}
	}
	return s, nil
}

// tries is how often package net dials where a connect met itself.
const tries = 3

func (b blocking) connect(from netip.Addr, to destination, deadline time.Time) (*blockingSocket, error) {
	for try := 1; ; try++ {
		s := &blockingSocket{to: to.AddrPort, readBy: deadline, writeBy: deadline}
		err := s.open(from)
		if err == nil && try == 1 {
			err = roundTrip(b.naps, b.rtt, deadline)
		}
		if err == nil {
			err = s.connect()
		}
		switch {
		case err == nil && s.toItself() && try < tries:
			_ = s.Close()
		case err != nil:
			if s.fd >= 0 {
				_ = s.Close()
			}
			return nil, err
		default:
			return s, nil
		}
	}
}
