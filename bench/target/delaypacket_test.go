package target

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"tlsbench/bench/testtime"

	"go.uber.org/goleak"
)

// delayedSocket is a delayed socket and a plain one that sends to it.
func delayedSocket(t testing.TB, rtt time.Duration) (client *net.UDPConn, server *delayPacketConn) {
	t.Helper()
	conn, err := listenUDP(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, rtt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	client, err = net.DialUDP("udp", nil, conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client, conn.(*delayPacketConn)
}

// Datagrams keep their order, content and bounds, and all are under way at once.
func TestDelayedDatagrams(t *testing.T) {
	const rtt, n = 100 * time.Millisecond, 50
	client, server := delayedSocket(t, rtt)
	buffer := make([]byte, 2048)
	var from net.Addr
	testtime.Once(t, n*rtt/4, func() time.Duration {
		begun := time.Now()
		for i := range n {
			if _, err := client.Write(binary.BigEndian.AppendUint32(make([]byte, i), uint32(i))); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			got, peer, err := server.ReadFrom(buffer)
			if err != nil || got != i+4 || binary.BigEndian.Uint32(buffer[i:]) != uint32(i) {
				t.Fatalf("datagram %d has %d bytes, %v", i, got, err)
			}
			from = peer
		}
		return atLeast(t, "to the server", rtt/2, begun)
	})
	if from.String() != client.LocalAddr().String() {
		t.Errorf("it came from %v, want %v", from, client.LocalAddr())
	}
	testtime.Once(t, n*rtt/4, func() time.Duration {
		begun := time.Now()
		for i := range n {
			if _, err := server.WriteTo(buffer[:i+1], from); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			if got, err := client.Read(buffer); err != nil || got != i+1 {
				t.Fatalf("datagram %d back has %d bytes, %v", i, got, err)
			}
		}
		return atLeast(t, "to the client", rtt/2, begun)
	})
}

// atLeast is the time since then, which must not be less.
func atLeast(t *testing.T, what string, least time.Duration, begun time.Time) (took time.Duration) {
	t.Helper()
	if took = time.Since(begun); took < least {
		t.Errorf("%s: it took %v, want at least %v", what, took, least)
	}
	return took
}

// What the line has no room for is lost, as on a full router.
func TestDelayedDatagramsBeyondTheBoundAreLost(t *testing.T) {
	t.Parallel()
	const size, room, n = 1000, 10, 30
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	server, err := newDelayPacketConn(socket, 4*time.Second, room*size+size/2)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := net.DialUDP("udp", nil, server.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for i := range byte(n) {
		out := append([]byte{i}, make([]byte, size-1)...)
		if _, err := client.Write(out); err != nil {
			t.Fatal(err)
		}
		if sent, err := server.WriteTo(out, client.LocalAddr()); sent != size || err != nil {
			t.Fatalf("a datagram that is lost on its way: %d, %v", sent, err)
		}
	}
	for name, conn := range map[string]net.PacketConn{"to the server": server, "to the client": client} {
		buffer := make([]byte, size)
		for i := range byte(room) {
			if _, _, err := conn.ReadFrom(buffer); err != nil || buffer[0] != i {
				t.Errorf("%s: got datagram %d, %v, want %d", name, buffer[0], err, i)
			}
		}
		conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, _, err := conn.ReadFrom(buffer); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: datagram %d arrives, %v", name, buffer[0], err)
		}
	}
}

func TestDelayedDatagramsDeadlines(t *testing.T) {
	t.Parallel()
	client, server := delayedSocket(t, time.Millisecond)
	read := func() error { _, _, err := server.ReadFrom(make([]byte, 10)); return err }
	expired := func(what string, err error) {
		t.Helper()
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: got %v, want a timeout", what, err)
		}
	}
	server.SetReadDeadline(time.Now().Add(-time.Second))
	expired("a deadline that has passed", read())
	server.SetDeadline(time.Time{})
	client.Write([]byte("x"))
	if err := read(); err != nil {
		t.Errorf("without a deadline again: %v", err)
	}
	failed := make(chan error)
	go func() { failed <- read() }()
	server.SetDeadline(time.Now().Add(10 * time.Millisecond))
	expired("a deadline set while blocked", <-failed)
}

func TestDelayedDatagramsClose(t *testing.T) {
	leak := goleak.IgnoreCurrent()
	client, server := delayedSocket(t, 20*time.Second)
	client.Write([]byte("lost"))
	server.WriteTo([]byte("lost"), client.LocalAddr())
	failed := make(chan error)
	go func() { _, _, err := server.ReadFrom(make([]byte, 10)); failed <- err }()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	_, after := server.WriteTo([]byte("x"), client.LocalAddr())
	_, _, again := server.ReadFrom(make([]byte, 10))
	for what, err := range map[string]error{"a blocked read": <-failed, "a later write": after, "a later read": again} {
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	goleak.VerifyNone(t, leak)
}
