package dial

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"

	"tlsbench/bench"
	"tlsbench/bench/neterr"
)

// sources are the addresses that an arm's connections come from, in turn; none
// where the system chooses.
type sources struct {
	addrs []netip.Addr
	turn  *atomic.Uint32
}

// newSources reads the arm's, and refuses a target that they cannot reach.
func newSources(arm bench.Arm) (s sources, err error) {
	if arm.Net.Sources == "" {
		return s, nil
	}
	if s.addrs, err = bench.ParseSources(arm.Net.Sources); err != nil {
		return s, fmt.Errorf("--source: %w", err)
	}
	s.turn = new(atomic.Uint32)
	first, err := firstAddress(arm)
	if err != nil {
		return s, err
	}
	host, _, err := net.SplitHostPort(first)
	switch {
	case arm.Target.Local() && (err != nil || host == ""):
		host = "127.0.0.1" // where all servers listen that are started here
	case err != nil:
		return s, nil // the dial says what is wrong with it
	}
	to, err := netip.ParseAddr(host)
	if err != nil {
		return s, nil // a name, of which an address that they reach is looked up
	}
	if s.addrs[0].Is4() != to.Unmap().Is4() {
		return s, fmt.Errorf("--source: %s cannot reach %s, which is of another IP version", s.addrs[0], to)
	}
	return s, nil
}

// Check says why an arm's connections cannot be made: over TCP there is no
// 0-RTT, or they cannot come from the arm's source addresses, or go through its
// proxy. It dials nothing.
func Check(arm bench.Arm) error {
	if arm.Want == bench.WantEarlyData && !arm.QUIC() {
		return fmt.Errorf("0rtt is there over QUIC only, since Go has no 0-RTT over TCP, and %s is over TCP: want h3://, quic:// or --proto h3", arm.Target.URL)
	}
	if err := checkProxy(arm); err != nil {
		return err
	}
	s, err := newSources(arm)
	if err != nil {
		return err
	}
	for _, a := range s.addrs {
		// UDP, since nobody is to connect to it.
		socket, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
		switch {
		case errors.Is(err, elsewhere()):
			return fmt.Errorf("--source: %s is no address of this machine: add it to an interface, or leave it out", a)
		case err != nil:
			return fmt.Errorf("--source: %s: %w", a, neterr.Bare(err))
		}
		_ = socket.Close()
	}
	return nil
}

// next is the address whose turn it is, not valid where the system chooses.
func (s *sources) next() netip.Addr {
	switch n := uint32(len(s.addrs)); n {
	case 0:
		return netip.Addr{}
	case 1:
		return s.addrs[0]
	default:
		return s.addrs[(s.turn.Add(1)-1)%n]
	}
}

// family is the IP version of the sources, 0 where the system chooses.
func (s *sources) family() int {
	switch {
	case len(s.addrs) == 0:
		return 0
	case s.addrs[0].Is4():
		return 4
	default:
		return 6
	}
}
