package target

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench/testtime"
)

func TestDelayedClose(t *testing.T) {
	const rtt = 60 * time.Millisecond
	t.Run("flushes, then ends the stream", func(t *testing.T) {
		t.Parallel()
		const rtt = 400 * time.Millisecond
		sent := make([]byte, 3*maxHeld/4)
		testtime.Once(t, rtt/2, func() (closing time.Duration) { // Close must not wait
			client, server := delayedPair(t, rtt)
			begun := time.Now()
			server.Write(sent)
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
			closing = time.Since(begun)
			got, err := io.ReadAll(client)
			if err != nil || len(got) != len(sent) {
				t.Errorf("read %d bytes, %v; want %d and the end", len(got), err, len(sent))
			}
			atLeast(t, "the end", rtt/2, begun)
			return closing
		})
	})
	t.Run("of the peer arrives late, behind its bytes", func(t *testing.T) {
		t.Parallel()
		client, server := delayedPair(t, rtt)
		begun := time.Now()
		client.Write([]byte("bye"))
		client.Close()
		if got, err := io.ReadAll(server); err != nil || string(got) != "bye" {
			t.Errorf("read %q, %v", got, err)
		}
		if took := time.Since(begun); took < rtt/2 {
			t.Errorf("the end came after %v, before %v", took, rtt/2)
		}
	})
	t.Run("by reset arrives late, behind the bytes", func(t *testing.T) {
		t.Parallel()
		client, server := delayedPair(t, rtt)
		begun := time.Now()
		client.Write([]byte("bye"))
		time.Sleep(time.Millisecond) // a reset overtakes bytes that the socket's reader has not seen
		client.SetLinger(0)
		client.Close()
		got, err := io.ReadAll(server)
		if !errors.Is(err, syscall.ECONNRESET) || string(got) != "bye" {
			t.Errorf("read %q, %v; want a reset", got, err)
		}
		if took := time.Since(begun); took < rtt/2 {
			t.Errorf("the reset came after %v, before %v", took, rtt/2)
		}
		for deadline := time.Now().Add(5 * time.Second); ; {
			if _, err := server.Write([]byte("anyone?")); err != nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("writing to a peer that is gone never fails")
			}
			time.Sleep(time.Millisecond)
		}
	})
	t.Run("wakes who is blocked", func(t *testing.T) {
		t.Parallel()
		_, server := delayedPair(t, rtt)
		failed := make(chan error, 2)
		go func() { _, err := server.Read(make([]byte, 1)); failed <- err }()
		go func() { _, err := server.Write(make([]byte, 64<<20)); failed <- err }()
		time.Sleep(20 * time.Millisecond)
		server.Close()
		for range 2 {
			if err := <-failed; !errors.Is(err, net.ErrClosed) {
				t.Errorf("a call that was blocked at Close returned %v", err)
			}
		}
	})
	t.Run("of the conn makes every call fail", func(t *testing.T) {
		t.Parallel()
		client, server := delayedPair(t, rtt)
		client.Write([]byte("unread"))
		server.Close()
		_, readErr := server.Read(make([]byte, 1))
		_, writeErr := server.Write(make([]byte, 1))
		for call, err := range map[string]error{
			"Read": readErr, "Write": writeErr, "Close": server.Close(),
			"SetDeadline": server.SetDeadline(time.Now()),
		} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s after Close: %v", call, err)
			}
		}
	})
	t.Run("of the listener cuts", func(t *testing.T) {
		leak := goleak.IgnoreCurrent()
		inner, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener, err := newDelayListener(inner, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		client, server := connect(t, listener)
		server.Write([]byte("lost"))
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		if got, _ := io.ReadAll(client); len(got) > 0 {
			t.Errorf("%q arrived before its time", got)
		}
		if _, err := server.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Read of a cut connection: %v", err)
		}
		if err := server.Close(); err != nil {
			t.Errorf("Close of a cut connection: %v", err)
		}
		goleak.VerifyNone(t, leak)
	})
}

func TestDelayedDeadlines(t *testing.T) {
	t.Parallel()
	client, server := delayedPair(t, time.Millisecond)
	read := func() error { _, err := server.Read(make([]byte, 1)); return err }
	expired := func(what string, err error) {
		t.Helper()
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: got %v, want a timeout", what, err)
		}
	}
	server.SetReadDeadline(time.Now().Add(-time.Second))
	expired("a deadline that has passed", read())
	expired("the same once more", read())

	client.Write([]byte("xyz"))
	time.Sleep(20 * time.Millisecond)
	expired("it counts before bytes that have arrived", read())
	server.SetReadDeadline(time.Time{})
	if _, err := io.ReadFull(server, make([]byte, 3)); err != nil {
		t.Errorf("without a deadline again: %v", err)
	}

	begun := time.Now()
	server.SetReadDeadline(begun.Add(50 * time.Millisecond))
	expired("a deadline to come", read())
	if took := time.Since(begun); took < 50*time.Millisecond {
		t.Errorf("the deadline came after %v", took)
	}

	server.SetReadDeadline(time.Time{})
	failed := make(chan error)
	go func() { failed <- read() }()
	time.Sleep(10 * time.Millisecond)
	server.SetDeadline(time.Now())
	expired("a deadline set while blocked", <-failed)
	_, err := server.Write([]byte("x"))
	expired("writing after the deadline", err)

	server.SetDeadline(time.Now().Add(time.Hour))
	server.SetDeadline(time.Time{})
	if _, err := server.Write([]byte("x")); err != nil {
		t.Errorf("writing without a deadline: %v", err)
	}
	if n, err := server.Read(nil); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
}
