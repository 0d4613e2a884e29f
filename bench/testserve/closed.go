package testserve

import (
	"net"
	"testing"
)

// Closed returns an address of loopback that refuses connections. Its port is
// kept until the test ends, so that no server of another test's gets it.
func Closed(t testing.TB) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// A connection's port is nobody else's, and nothing listens there.
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.(*net.TCPConn).SetLinger(0) // no port is left waiting
		conn.Close()
		peer.Close()
	})
	return conn.LocalAddr().String()
}

// ClosedUDP is Closed for datagrams: its port answers that it is unreachable.
func ClosedUDP(t testing.TB) (address string) {
	t.Helper()
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("udp", peer.LocalAddr().String()) // it takes datagrams of that peer alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); peer.Close() })
	return conn.LocalAddr().String()
}
