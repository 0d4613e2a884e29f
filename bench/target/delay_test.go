package target

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"testing"
	"time"

	"tlsbench/bench/testtime"
)

// delayedPair connects a plain client to a delayed server.
func delayedPair(t testing.TB, rtt time.Duration) (client *net.TCPConn, server net.Conn) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := newDelayListener(inner, rtt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return connect(t, listener)
}

func connect(t testing.TB, listener net.Listener) (client *net.TCPConn, server net.Conn) {
	t.Helper()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialed.Close() })
	server, err = listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return dialed.(*net.TCPConn), server
}

// Chunks written at once arrive together, half a round trip later.
func TestDelayIsPipelined(t *testing.T) {
	const rtt, chunks = 100 * time.Millisecond, 50
	client, server := delayedPair(t, rtt)
	for _, way := range []struct {
		name     string
		from, to net.Conn
	}{{"to the server", client, server}, {"to the client", server, client}} {
		testtime.Once(t, 2*rtt, func() time.Duration {
			begun := time.Now()
			for range chunks {
				if _, err := way.from.Write(make([]byte, 1000)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := io.ReadFull(way.to, make([]byte, chunks*1000)); err != nil {
				t.Fatal(err)
			}
			return atLeast(t, way.name, rtt/2, begun)
		})
	}
}

// What arrives is what was sent, in order, also through lanes that fill up.
func TestDelayKeepsBytes(t *testing.T) {
	t.Parallel()
	client, server := delayedPair(t, 2*time.Millisecond)
	sent := make([]byte, 5*maxHeld)
	random := rand.NewChaCha8([32]byte{})
	random.Read(sent)
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		failed := make(chan error, 1)
		go func() {
			sizes := rand.New(rand.NewPCG(1, 2))
			for rest := sent; len(rest) > 0; {
				n := min(len(rest), 1+sizes.IntN(1<<sizes.IntN(18)))
				if _, err := way[0].Write(rest[:n]); err != nil {
					failed <- err
					return
				}
				rest = rest[n:]
			}
			failed <- nil
		}()
		got := make([]byte, len(sent))
		if _, err := io.ReadFull(way[1], got); err != nil {
			t.Fatal(err)
		}
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, sent) {
			t.Fatal("the bytes that arrived are not those that were sent")
		}
	}
}

// A peer that does not read fills its own lane and delays nobody else.
func TestDelayHoldsBackWriterOfSlowPeer(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := newDelayListener(inner, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, server := connect(t, listener)
	much := make([]byte, 32<<20) // more than the kernel takes
	server.SetWriteDeadline(time.Now().Add(time.Second))
	n, err := server.Write(much)
	if !errors.Is(err, os.ErrDeadlineExceeded) || n < maxHeld || n == len(much) {
		t.Errorf("writing to a peer that does not read: %d bytes, %v", n, err)
	}
	client, other := connect(t, listener)
	pings(t, client, other, 1)
}
