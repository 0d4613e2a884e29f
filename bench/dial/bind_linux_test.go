package dial

import (
	"context"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tlsbench/bench"
)

// Ports are chosen at connect, so that one of a source address serves several
// targets at the same time.
func TestPortIsChosenAtConnect(t *testing.T) { ofEachKind(t, testPortIsChosenAtConnect) }

func testPortIsChosenAtConnect(t *testing.T, edit func(*bench.Arm)) {
	listener := listen(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := arm("127.0.0.1", port)
	a.Net.Sources = "127.0.0.2"
	edit(&a)
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tcp.Dial(context.Background(), new(Tracer), time.Now().Add(10*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if on := sockopt(t, conn, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT); on != 1 {
		t.Errorf("IP_BIND_ADDRESS_NO_PORT is %d", on)
	}
	conn.Close()
}

func sockopt(t *testing.T, s Socket, level, option int) (value int) {
	t.Helper()
	if b, ok := s.(*blockingSocket); ok {
		value, err := unix.GetsockoptInt(b.fd, level, option)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	raw, err := s.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err2 := raw.Control(func(fd uintptr) { value, err = unix.GetsockoptInt(int(fd), level, option) })
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	return value
}
