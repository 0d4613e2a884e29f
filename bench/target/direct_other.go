//go:build !unix

package target

import "net"

// directWriter is for systems whose sockets take a plain write.
func directWriter(net.Conn) func(p []byte) int { return nil }
