//go:build !windows

package dial

import "syscall"

// The errors of the socket calls, by what they mean here.

func refused() []error { return []error{syscall.ECONNREFUSED} }

func reset() []error { return []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} }

// elsewhere is what bind says of an address that is not this machine's.
func elsewhere() error { return syscall.EADDRNOTAVAIL }

func exhausted() []error {
	return []error{
		syscall.EADDRNOTAVAIL, syscall.EADDRINUSE, // ports
		syscall.EMFILE, syscall.ENFILE, // files
		syscall.ENOBUFS, syscall.ENOMEM, // memory
	}
}
