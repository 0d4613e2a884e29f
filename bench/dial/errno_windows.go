package dial

import "golang.org/x/sys/windows"

// The errors of the socket calls, by what they mean here. Those of package
// syscall are inventions on Windows, which sockets never return.

func refused() []error { return []error{windows.WSAECONNREFUSED} }

func reset() []error { return []error{windows.WSAECONNRESET, windows.WSAECONNABORTED} }

// elsewhere is what bind says of an address that is not this machine's.
func elsewhere() error { return windows.WSAEADDRNOTAVAIL }

func exhausted() []error {
	return []error{
		windows.WSAEADDRNOTAVAIL, windows.WSAEADDRINUSE, // ports
		windows.WSAEMFILE,  // sockets
		windows.WSAENOBUFS, // memory
	}
}
