package dial

import (
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair is a TCP connection over loopback, both ends.
func pair(t testing.TB, listener *net.TCPListener) (client, server *net.TCPConn) {
	t.Helper()
	dialed, err := net.DialTCP("tcp", nil, listener.Addr().(*net.TCPAddr))
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second) // ends a test that hangs
	for _, c := range []*net.TCPConn{dialed, accepted} {
		t.Cleanup(func() { c.Close() })
		if err := c.SetDeadline(deadline); err != nil {
			t.Fatal(err)
		}
	}
	return dialed, accepted
}

func listen(t testing.TB) *net.TCPListener {
	t.Helper()
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// ofEachKind runs a test with edits of an arm that give it one kind of
// connections.
func ofEachKind(t *testing.T, run func(*testing.T, func(*bench.Arm))) {
	for name, workers := range map[string]int{"polled": 2, "blocking": 1} {
		t.Run(name, func(t *testing.T) {
			run(t, func(a *bench.Arm) { a.Load.Workers = workers })
		})
	}
}
