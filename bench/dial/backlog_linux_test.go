package dial

import (
	"context"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench"
)

// A listener whose backlog is full drops what more comes: the connect gets no
// answer.
func TestFullBacklogIsAConnectTimeout(t *testing.T) { ofEachKind(t, testFullBacklog) }

func testFullBacklog(t *testing.T, edit func(*bench.Arm)) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(name.(*syscall.SockaddrInet4).Port)
	a := arm("127.0.0.1", port)
	edit(&a)
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	var waiting []net.Conn
	defer func() {
		for _, c := range waiting {
			c.Close()
		}
	}()
	for range 16 { // some fit in
		conn, err := tcp.Dial(context.Background(), new(Tracer), time.Now().Add(150*time.Millisecond))
		if err == nil {
			waiting = append(waiting, conn)
			continue
		}
		if got := Classify(err, bench.Connect); got.Class != bench.ClassConnectTimeout {
			t.Errorf("got %v", got)
		}
		return
	}
	t.Fatalf("%d connections fit into a backlog of 0", len(waiting))
}
