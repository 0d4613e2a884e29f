// Package target holds the server that tlsbench starts itself, the target
// "embedded:": a TLS server on loopback, over TCP or QUIC, whose key, versions,
// chain, tickets, client authentication and round-trip time are set by URL
// parameters, and the child process it runs in.
//
// The servers of other programs (package installed) share its parameters, as
// far as they have them, its certificates and its child process, which starts
// them and ends them however the tool ends.
//
// The server is a process of its own, so that its CPU time, its garbage
// collector and its scheduler stay apart from the client that measures. It
// counts what its handshakes were, so that the client's count has a witness.
// And it simulates distance: loopback hides the very round trips that
// resumption saves, so a delay line holds back every byte, or datagram, for half
// of the wanted round-trip time.
package target
