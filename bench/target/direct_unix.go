//go:build unix

package target

import (
	"net"
	"syscall"
)

// directWriter returns a function that writes what the socket takes without
// blocking, and says how much that was; nil if the connection has no
// descriptor. It must not be called while another write is under way. An error
// is left for the next ordinary Write to meet.
func directWriter(socket net.Conn) func(p []byte) int {
	conn, ok := socket.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil
	}
	return func(p []byte) (n int) {
		err := raw.Write(func(fd uintptr) (done bool) {
			n, _ = syscall.Write(int(fd), p)
			return true
		})
		if err != nil {
			return 0
		}
		return max(n, 0)
	}
}
