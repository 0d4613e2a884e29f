// Package dial makes and watches the TCP connections below TLS: address
// look-up, the tracer of the phases, the counting connection, ways to close,
// and the classes of what can go wrong.
//
// It owns the dial of every attempt. A transport that dials for itself may race
// addresses, or fire its hooks for a connection that another request then
// uses; times from such hooks belong to nobody.
package dial
