package dial

import (
	"context"
	"net"
	"net/http/httptrace"
	"net/netip"

	"tlsbench/bench"
)

// UDP finds where an arm's datagrams go, and makes sockets for them.
type UDP struct{ tcp *TCP }

// ResolveUDP finds the arm's address, once, unless each attempt is to look it
// up.
func ResolveUDP(ctx context.Context, arm bench.Arm) (*UDP, error) {
	tcp, err := Resolve(ctx, arm) // names and ports are the same
	if err != nil {
		return nil, err
	}
	return &UDP{tcp}, nil
}

// Destination is where an attempt's datagrams go. trace is told of a look-up.
func (u *UDP) Destination(ctx context.Context, trace *httptrace.ClientTrace) (netip.AddrPort, error) {
	if u.tcp.to.IsValid() {
		return u.tcp.to.AddrPort, nil
	}
	ip, err := lookUp(httptrace.WithClientTrace(ctx, trace), u.tcp.network, u.tcp.host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return u.tcp.destination(ip).AddrPort, nil
}

// Socket makes a socket that is connected to a destination, from the next of
// the arm's source addresses: only such a one is told that the port is closed,
// and the kernel looks for the way once.
func (u *UDP) Socket(to netip.AddrPort) (*net.UDPConn, error) {
	var local *net.UDPAddr
	if from := u.tcp.sources.next(); from.IsValid() {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	return net.DialUDP("udp", local, net.UDPAddrFromAddrPort(to))
}
