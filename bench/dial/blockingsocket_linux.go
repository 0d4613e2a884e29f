package dial

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// blockingSocket is a connected socket. One goroutine uses it at a time, Close
// included: a Close elsewhere would not end a Read.
type blockingSocket struct {
	fd              int // -1 when it is closed
	to              netip.AddrPort
	readBy, writeBy time.Time
	// readLimit and writeLimit are what the kernel bounds each call to.
	readLimit, writeLimit time.Duration
}

// open makes the socket and binds it, unless from is zero.
func (s *blockingSocket) open(from netip.Addr) (err error) {
	family := unix.AF_INET
	if s.to.Addr().Is6() {
		family = unix.AF_INET6
	}
	if s.fd, err = unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP); err != nil {
		s.fd = -1
		return os.NewSyscallError("socket", err)
	}
	// As package net does.
	if err := unix.SetsockoptInt(s.fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	if !from.IsValid() {
		return nil
	}
	if err := unix.SetsockoptInt(s.fd, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	address, err := sockaddr(netip.AddrPortFrom(from, 0))
	if err != nil {
		return err
	}
	return os.NewSyscallError("bind", unix.Bind(s.fd, address))
}

// connect waits as long as writes may: SO_SNDTIMEO bounds both (socket(7)).
func (s *blockingSocket) connect() error {
	address, err := sockaddr(s.to)
	if err != nil {
		return err
	}
	for {
		if err := s.bound(unix.SO_SNDTIMEO, s.writeBy, &s.writeLimit); err != nil {
			return err
		}
		switch err := unix.Connect(s.fd, address); err {
		case nil:
			return nil
		case unix.EINTR: // Linux waits on where it is called again
		case unix.EINPROGRESS, unix.EALREADY:
			return os.ErrDeadlineExceeded
		default:
			return os.NewSyscallError("connect", err)
		}
	}
}

// toItself reports whether the kernel chose the port that was dialed: without a
// listener there, the socket is then its own other end.
func (s *blockingSocket) toItself() bool {
	local, ok := s.local()
	return ok && local == s.to
}

// bound lets the kernel end calls at the deadline. It is told again only where
// what it was told last would pass that by more than slack.
func (s *blockingSocket) bound(option int, deadline time.Time, limit *time.Duration) error {
	const slack = 5 * time.Millisecond // the kernel's own ticks are of that order
	if deadline.IsZero() {
		if *limit == 0 {
			return nil
		}
		*limit = 0
		return s.setLimit(option, 0)
	}
	left := time.Until(deadline)
	if left <= 0 {
		return os.ErrDeadlineExceeded
	}
	if *limit > 0 && *limit >= left && *limit-left < slack {
		return nil
	}
	*limit = left
	return s.setLimit(option, max(left, time.Microsecond)) // 0 would be no limit
}

func (s *blockingSocket) setLimit(option int, limit time.Duration) error {
	v := unix.NsecToTimeval(int64(limit))
	return os.NewSyscallError("setsockopt", unix.SetsockoptTimeval(s.fd, unix.SOL_SOCKET, option, &v))
}

// Read implements net.Conn.
func (s *blockingSocket) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if err := s.bound(unix.SO_RCVTIMEO, s.readBy, &s.readLimit); err != nil {
			return 0, s.failed("read", err)
		}
		n, err := unix.Read(s.fd, p)
		switch {
		case err == nil && n == 0:
			return 0, io.EOF
		case err == nil:
			return n, nil
		case err != unix.EINTR && err != unix.EAGAIN: // bound tells whether the time is over
			return 0, s.failed("read", os.NewSyscallError("read", err))
		}
	}
}

// Write implements net.Conn.
func (s *blockingSocket) Write(p []byte) (done int, err error) {
	for done < len(p) {
		if err := s.bound(unix.SO_SNDTIMEO, s.writeBy, &s.writeLimit); err != nil {
			return done, s.failed("write", err)
		}
		n, err := unix.Write(s.fd, p[done:])
		switch {
		case err == nil:
			done += n
		case err != unix.EINTR && err != unix.EAGAIN:
			return done, s.failed("write", os.NewSyscallError("write", err))
		}
	}
	return done, nil
}

// failed gives an error the form that package net gives it.
func (s *blockingSocket) failed(op string, err error) error {
	if s.fd < 0 {
		err = net.ErrClosed
	}
	return &net.OpError{Op: op, Net: "tcp", Addr: s.RemoteAddr(), Err: err}
}

// Close implements net.Conn.
func (s *blockingSocket) Close() error {
	if s.fd < 0 {
		return s.failed("close", net.ErrClosed)
	}
	fd := s.fd
	s.fd = -1 // the number may soon be another's
	return os.NewSyscallError("close", unix.Close(fd))
}

// SetLinger implements Socket.
func (s *blockingSocket) SetLinger(seconds int) error {
	l := unix.Linger{Onoff: 1, Linger: int32(seconds)}
	if seconds < 0 {
		l.Onoff = 0
	}
	return os.NewSyscallError("setsockopt", unix.SetsockoptLinger(s.fd, unix.SOL_SOCKET, unix.SO_LINGER, &l))
}

// SetDeadline implements net.Conn.
func (s *blockingSocket) SetDeadline(t time.Time) error {
	s.readBy, s.writeBy = t, t
	return nil
}

// SetReadDeadline implements net.Conn.
func (s *blockingSocket) SetReadDeadline(t time.Time) error { s.readBy = t; return nil }

// SetWriteDeadline implements net.Conn.
func (s *blockingSocket) SetWriteDeadline(t time.Time) error { s.writeBy = t; return nil }

// RemoteAddr implements net.Conn.
func (s *blockingSocket) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(s.to) }

// LocalAddr implements net.Conn.
func (s *blockingSocket) LocalAddr() net.Addr {
	if a, ok := s.local(); ok {
		return net.TCPAddrFromAddrPort(a)
	}
	return &net.TCPAddr{}
}

func (s *blockingSocket) local() (netip.AddrPort, bool) {
	name, err := unix.Getsockname(s.fd)
	if err != nil {
		return netip.AddrPort{}, false
	}
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)), true
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).WithZone(s.to.Addr().Zone()), uint16(a.Port)), true
	}
	return netip.AddrPort{}, false
}

// sockaddr is the kernel's form of an address.
func sockaddr(a netip.AddrPort) (unix.Sockaddr, error) {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}, nil
	}
	to := &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
	if zone := a.Addr().Zone(); zone != "" {
		on, err := net.InterfaceByName(zone)
		if err != nil {
			return nil, errors.Join(unix.EADDRNOTAVAIL, err)
		}
		to.ZoneId = uint32(on.Index)
	}
	return to, nil
}
