// Package dial makes and watches the TCP connections below TLS, and the sockets
// of QUIC: address look-up, the tracer of the phases, the counting connection, source addresses,
// ways to close, and the classes of what can go wrong.
//
// It owns the dial of every attempt. A transport that dials for itself may race
// addresses, or fire its hooks for a connection that another request then
// uses; times from such hooks belong to nobody.
//
// # Sockets
//
// Connections stand on one of two kinds of sockets, behind [Socket]. Those of
// package net wait in Go's network poller. Those of a single worker without
// requests wait, on Linux and with more than one processor, in system calls that
// block their thread. Client CPU
// of a handshake over blocking sockets, as a part of that over package net's
// (the medians of 30 to 60 alternating pairs, Go 1.26, two busy cores, nginx,
// X25519; TLS 1.2 full, resumed, 1.3 full, resumed):
//
//	1 worker, client and server on a core each    0.94  0.93  0.99  0.97
//	1 worker, client and server on both           0.87  0.77  0.94  0.77
//	2 workers, client and server on both          1.07  1.09  1.07  1.02
//	4 workers                                     1.24  1.06  1.09  1.14
//	16 workers                                    1.25  1.16  1.07  1.09
//	64 workers                                    1.13  1.45  1.18  1.12
//
// One worker spares the registration of each socket, the read that finds
// nothing yet, and the threads that look for other work meanwhile. Several
// workers pay for threads that are handed over at every call; so does one worker
// where Go has one processor only (GOMAXPROCS, as with --cpus client=0): 0.97,
// 1.15, 0.99 and 1.05, in 100 pairs each. Locking a worker to its thread changed
// that in no consistent way: 0.99, 0.99, 0.98 and 0.96 in the first line, 0.90,
// 0.78, 0.90 and 0.77 in the second, and 1.03 to 1.39 with several workers.
package dial
