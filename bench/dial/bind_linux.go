package dial

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// portLater lets a bind to an address leave the port to connect, which only
// keeps clear of the same four of addresses and ports. A bind that picks the
// port has to find one that no connection of that source address uses, so that
// several targets share some 28 000 (ip(7), IP_BIND_ADDRESS_NO_PORT).
func portLater(socket syscall.RawConn) error {
	var failed error
	err := socket.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
