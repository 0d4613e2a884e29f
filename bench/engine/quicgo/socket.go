package quicgo

import (
	"net"

	"golang.org/x/net/ipv4"
)

// socket is a connected UDP socket that shows every datagram to a tap. It has
// what quic-go looks for in a socket, with which it reads and sets more than
// payload: congestion marks, and the ban of fragments.
type socket struct {
	*net.UDPConn
	remote *net.UDPAddr
	tap    *tap
}

// ReadBatch reads a datagram. A connection's come few at a time, and a read of
// several costs more than one.
func (s *socket) ReadBatch(messages []ipv4.Message, _ int) (int, error) {
	m := &messages[0]
	n, oobn, flags, _, err := s.ReadMsgUDPAddrPort(m.Buffers[0], m.OOB)
	if err != nil {
		return 0, err
	}
	s.tap.received(m.Buffers[0][:n])
	m.N, m.NN, m.Flags, m.Addr = n, oobn, flags, s.remote
	return 1, nil
}

// ReadMsgUDP implements quic.OOBCapablePacketConn.
func (s *socket) ReadMsgUDP(b, oob []byte) (n, oobn, flags int, addr *net.UDPAddr, err error) {
	n, oobn, flags, _, err = s.ReadMsgUDPAddrPort(b, oob)
	s.tap.received(b[:n])
	return n, oobn, flags, s.remote, err
}

// WriteMsgUDP implements quic.OOBCapablePacketConn. The address is known.
func (s *socket) WriteMsgUDP(b, oob []byte, _ *net.UDPAddr) (n, oobn int, err error) {
	n, oobn, err = s.UDPConn.WriteMsgUDP(b, oob, nil)
	if err == nil {
		s.tap.wrote(b)
	}
	return n, oobn, err
}

// ReadFrom implements net.PacketConn.
func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := s.Read(b)
	s.tap.received(b[:n])
	return n, s.remote, err
}

// WriteTo implements net.PacketConn.
func (s *socket) WriteTo(b []byte, _ net.Addr) (int, error) {
	n, err := s.Write(b)
	if err == nil {
		s.tap.wrote(b)
	}
	return n, err
}
