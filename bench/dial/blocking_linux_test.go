package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tlsbench/bench"
	"tlsbench/bench/testserve"
)

// blockingPair is a connection whose client's end blocks.
func blockingPair(t *testing.T, listener *net.TCPListener) (*blockingSocket, *net.TCPConn) {
	t.Helper()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := arm("127.0.0.1", port)
	a.Load.Workers = 1
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2)) // with one, sockets are polled
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tcp.Dial(context.Background(), new(Tracer), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(); server.Close() })
	return s.(*blockingSocket), server
}

func limit(t *testing.T, s *blockingSocket, option int) time.Duration {
	t.Helper()
	v, err := unix.GetsockoptTimeval(s.fd, unix.SOL_SOCKET, option)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(v.Nano())
}

// What bounds one call must not pass the deadline of all of them, whenever the
// call begins.
func TestBlockingCallsEndAtTheDeadline(t *testing.T) {
	s, server := blockingPair(t, listen(t))
	read := func() error {
		if _, err := server.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Read(make([]byte, 1))
		return err
	}
	for _, step := range []struct {
		by       time.Duration // 0 for no deadline
		from, to time.Duration // what the kernel is to be told
	}{
		{time.Hour, 30 * time.Minute, time.Hour},
		{time.Minute, time.Second, time.Minute},
		{2 * time.Hour, 90 * time.Minute, 2 * time.Hour},
		{0, 0, 0},
		{time.Hour, 30 * time.Minute, time.Hour},
	} {
		var by time.Time
		if step.by > 0 {
			by = time.Now().Add(step.by)
		}
		if err := s.SetDeadline(by); err != nil {
			t.Fatal(err)
		}
		if err := read(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		const tick = 20 * time.Millisecond // the kernel rounds up
		for _, option := range []int{unix.SO_RCVTIMEO, unix.SO_SNDTIMEO} {
			if got := limit(t, s, option); got < step.from || got > step.to+tick {
				t.Errorf("by %v: option %d is %v, want %v to %v", step.by, option, got, step.from, step.to)
			}
		}
	}
	for _, set := range []func(time.Time) error{s.SetReadDeadline, s.SetDeadline} {
		_ = set(time.Now().Add(-time.Second))
		var timeout net.Error
		if err := read(); !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("a deadline that has passed: %v", err)
		}
	}
	_ = s.SetWriteDeadline(time.Now().Add(-time.Second))
	if _, err := s.Write([]byte{1}); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write after the deadline: %v", err)
	}
}

func TestBlockingWriteThatNobodyReads(t *testing.T) {
	s, _ := blockingPair(t, listen(t))
	much := make([]byte, 64<<20)
	var n int
	var err error
	for wait := 50 * time.Millisecond; n == 0 && wait < time.Minute; wait *= 2 { // a busy machine may write late
		_ = s.SetDeadline(time.Now().Add(wait))
		if n, err = s.Write(much); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("%d bytes, %v", n, err)
		}
	}
	if n == 0 || n == len(much) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestBlockingEnds(t *testing.T) {
	listener := listen(t)
	s, server := blockingPair(t, listener)
	_ = server.CloseWrite()
	if _, err := s.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the server closed: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}

	s, server = blockingPair(t, listener)
	if err := server.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	_ = server.Close()
	_, err := s.Read(make([]byte, 1))
	if got := Classify(err, bench.TLSPhase).Class; got != bench.ClassReset || !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("the server reset: %s (%v)", got, err)
	}
}

// A reset is what leaves no port in TIME_WAIT.
func TestBlockingReset(t *testing.T) {
	for mode, reset := range map[bench.CloseMode]bool{bench.CloseReset: true, bench.CloseGraceful: false} {
		s, server := blockingPair(t, listen(t))
		if err := NewConn(s, make([]byte, BufferSize), mode).Close(); err != nil {
			t.Error(err)
		}
		_, err := server.Read(make([]byte, 1))
		if errors.Is(err, unix.ECONNRESET) != reset || (err == io.EOF) == reset {
			t.Errorf("%s: the server reads %v", mode, err)
		}
	}
}

func TestBlockingRefused(t *testing.T) {
	_, port, _ := net.SplitHostPort(testserve.Closed(t))
	for _, host := range []string{"127.0.0.1", "::1"} {
		a := arm(host, port)
		a.Load.Workers = 1
		_, err := dialOnce(t, a, 10*time.Second)
		if got := Classify(err, bench.Connect); got.Class != bench.ClassConnectRefused || got.Err.Error() != "connect: connection refused" {
			t.Errorf("%s: %v", host, got)
		}
	}
}

// The kernel connects a socket to itself where it happens to choose the port
// that is dialed.
func TestConnectedToItself(t *testing.T) {
	listener := listen(t)
	s, _ := blockingPair(t, listener)
	if s.toItself() {
		t.Error("a connection to a listener was taken for one to itself")
	}
	local, _ := s.local()
	s.to = local
	if !s.toItself() {
		t.Error("a connection to itself was not seen")
	}
}
