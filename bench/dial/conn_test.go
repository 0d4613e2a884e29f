package dial

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/testtime"
)

// record is a TLS record of that type and payload size.
func record(kind byte, size int) []byte {
	r := make([]byte, recordHeader+size)
	r[0], r[1], r[2] = kind, 3, 3
	binary.BigEndian.PutUint16(r[3:], uint16(size))
	for i := range r[recordHeader:] {
		r[recordHeader+i] = byte(i * 7)
	}
	return r
}

// send writes the stream in pieces of up to so many bytes each.
func send(t *testing.T, to *net.TCPConn, stream []byte, rng *rand.Rand, piece int) {
	for len(stream) > 0 {
		n := min(1+rng.IntN(piece), len(stream))
		if _, err := to.Write(stream[:n]); err != nil {
			t.Errorf("write: %v", err)
			return
		}
		stream = stream[n:]
	}
	if err := to.CloseWrite(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// A Read passes the end of a record only between two of a handshake.
func TestReadNeverPassesARecordsEnd(t *testing.T) {
	listener := listen(t)
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var stream []byte
		last := 0
		ends := map[int64]bool{} // whether a Read must stop there
		for range 1 + rng.IntN(30) {
			size := rng.IntN(200)
			if rng.IntN(8) == 0 {
				size = rng.IntN(maxRecord + 1)
			}
			next := record(byte(changeCipherSpec+rng.IntN(5)), size)
			if len(stream) > 0 {
				ends[int64(len(stream))] = !ofHandshake(stream[last:]) || !ofHandshake(next)
			}
			last = len(stream)
			stream = append(stream, next...)
		}
		ends[int64(len(stream))] = true
		client, server := pair(t, listener)
		conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
		sent := make(chan struct{})
		go func() { defer close(sent); send(t, server, stream, rand.New(rand.NewPCG(seed, 2)), 1+len(stream)/5) }()

		var got []byte
		for {
			p := make([]byte, 1+rng.IntN(6000))
			n, err := conn.Read(p)
			for at := int64(len(got)) + 1; at < int64(len(got)+n); at++ {
				if ends[at] {
					t.Fatalf("seed %d: a Read passed the end of a record", seed)
				}
			}
			got = append(got, p[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		<-sent
		if !bytes.Equal(got, stream) {
			t.Fatalf("seed %d: %d bytes came out, other than the %d that went in", seed, len(got), len(stream))
		}
		var s bench.Sample
		conn.HandshakeDone(&s)
		if s.BytesIn != int64(len(stream)) || conn.records != int64(len(ends)) {
			t.Errorf("seed %d: counted %d bytes in %d records, want %d in %d", seed, s.BytesIn, conn.records, len(stream), len(ends))
		}
		conn.Close()
	}
}

// What has arrived of a handshake goes together, up to what is encrypted.
func TestReadTakesAFlight(t *testing.T) {
	client, server := pair(t, listen(t))
	var flight []byte
	for _, kind := range []byte{handshake, changeCipherSpec, handshake} {
		flight = append(flight, record(kind, 50)...)
	}
	if _, err := server.Write(append(flight, record(23, 50)...)); err != nil {
		t.Fatal(err)
	}
	conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
	for _, want := range []int{len(flight), len(record(23, 50))} {
		if n, err := conn.Read(make([]byte, BufferSize)); n != want || err != nil {
			t.Errorf("read %d bytes, %v, want %d", n, err, want)
		}
	}
}

func FuzzConnRead(f *testing.F) {
	f.Add([]byte{}, uint8(1))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), uint8(3))
	f.Add([]byte{22, 3, 3}, uint8(2))                                    // a torn header
	f.Add([]byte{22, 3, 3, 0xff, 0xff, 1, 2, 3}, uint8(4))               // too long
	f.Add(append(record(22, 0), record(23, 30)...), uint8(1))            // an empty record
	f.Add(append(record(22, 9), "SSH-2.0-x\r\n"...), uint8(7))           // TLS, then not
	f.Add(append(record(21, 2), record(23, 5000)[:3000]...), uint8(200)) // torn
	listener := listen(f)
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8) {
		client, server := pair(t, listener)
		sent := make(chan struct{})
		go func() { defer close(sent); send(t, server, stream, rand.New(rand.NewPCG(1, 2)), 1+int(piece)) }()
		conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
		defer conn.Close() // with a reset, which spares ports
		got, err := io.ReadAll(struct{ io.Reader }{conn})
		<-sent
		if err != nil || !bytes.Equal(got, stream) {
			t.Errorf("%x came out as %x, %v", stream, got, err)
		}
	})
}

func TestCounts(t *testing.T) {
	client, server := pair(t, listen(t))
	conn := NewConn(client, make([]byte, BufferSize), bench.CloseGraceful)
	read := func(n int) {
		t.Helper()
		if _, err := io.ReadFull(struct{ io.Reader }{conn}, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
	}
	write := func(c io.Writer, b []byte) {
		t.Helper()
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	// The handshake and both tickets arrive in one segment.
	write(server, bytes.Join([][]byte{record(22, 100), record(23, 40), record(23, 60), record(23, 7)}, nil))
	write(conn, make([]byte, 33))
	read(105)
	conn.Ticket() // TLS 1.2: part of the handshake
	var s bench.Sample
	conn.HandshakeDone(&s)
	if s.BytesIn != 105 || s.BytesOut != 33 || conn.TicketBytes() != 0 {
		t.Errorf("handshake: %d in, %d out, %d of tickets", s.BytesIn, s.BytesOut, conn.TicketBytes())
	}
	waited := conn.Wait()
	read(45)
	conn.Ticket()
	conn.Ticket() // two tickets in one record
	if got := conn.TicketBytes(); got != 45 {
		t.Errorf("first record of tickets: %d bytes, want 45", got)
	}
	read(65)
	conn.Ticket()
	read(12) // something else
	if got := conn.TicketBytes(); got != 110 {
		t.Errorf("both records of tickets: %d bytes, want 110", got)
	}
	if conn.Wait() != waited {
		t.Error("what was read after the handshake was counted as its waiting")
	}
	// io.Copy must not find a way round the counters.
	if _, err := io.Copy(conn, bytes.NewReader(make([]byte, 9))); err != nil || conn.out != 42 {
		t.Errorf("io.Copy: %d bytes out in all, want 42 (%v)", conn.out, err)
	}
	write(server, record(23, 20))
	server.CloseWrite()
	var copied bytes.Buffer
	if _, err := io.Copy(&copied, conn); err != nil || copied.Len() != 25 || conn.in != 252 {
		t.Errorf("io.Copy: %d bytes, %d in all (%v)", copied.Len(), conn.in, err)
	}
}

func TestRoundTripsAreAnswersThatWereWaitedFor(t *testing.T) {
	listener := listen(t)
	for _, tt := range []struct {
		name  string
		steps string // w: write; a: the server answers; r: read a record; d: done
		want  int64
	}{
		{"a full handshake of TLS 1.2", "warwar d", 2},
		{"a resumed one, which the client ends", "warw d", 1},
		{"a flight in two writes", "wwar d", 1},
		{"an answer of several segments", "waraarr d", 1},
		{"an answer that was in the buffer", "waarwr d", 1},
		{"the server speaks first", "ar d", 0},
		{"what follows the handshake", "war d warwar", 1},
	} {
		client, server := pair(t, listener)
		conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
		var s bench.Sample
		for _, step := range tt.steps {
			var err error
			switch step {
			case 'w':
				_, err = conn.Write(make([]byte, 5))
			case 'a':
				_, err = server.Write(record(22, 10))
			case 'r':
				_, err = io.ReadFull(struct{ io.Reader }{conn}, make([]byte, recordHeader+10))
			case 'd':
				conn.HandshakeDone(&s)
			}
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
		}
		if s.RoundTrips != tt.want {
			t.Errorf("%s: %d round trips, want %d", tt.name, s.RoundTrips, tt.want)
		}
		conn.Close()
	}
}

func TestWaitIsTimeBlockedInReads(t *testing.T) {
	const quiet = 30 * time.Millisecond
	// What passes before the read begins is no wait.
	testtime.Once(t, quiet/2, func() (late time.Duration) {
		client, server := pair(t, listen(t))
		conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
		defer conn.Close()
		timer := time.AfterFunc(quiet, func() { server.Write(record(22, 1)) })
		defer timer.Stop()
		began := time.Now()
		if _, err := conn.Read(make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); conn.Wait() > took {
			t.Errorf("waited %v of %v", conn.Wait(), took)
		}
		return quiet - conn.Wait()
	})
}

func TestDrainWaitsForNoMore(t *testing.T) {
	client, server := pair(t, listen(t))
	conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
	defer conn.Close()
	if _, err := server.Write(append(record(23, 1), record(23, 2)...)); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 100)
	if n, err := conn.Read(p); n != 6 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	conn.Drain()
	got, err := io.ReadAll(struct{ io.Reader }{conn})
	if !errors.Is(err, os.ErrDeadlineExceeded) || len(got) != 0 && len(got) != 7 {
		t.Errorf("after Drain: %d bytes, %v", len(got), err)
	}
}

func TestClose(t *testing.T) {
	listener := listen(t)
	for mode, want := range map[bench.CloseMode]error{bench.CloseReset: syscall.ECONNRESET, bench.CloseGraceful: io.EOF} {
		client, server := pair(t, listener)
		conn := NewConn(client, make([]byte, BufferSize), mode)
		select {
		case <-conn.Done():
			t.Error("done before Close")
		default:
		}
		if err := conn.Close(); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
		<-conn.Done()
		if _, err := server.Read(make([]byte, 1)); !errors.Is(err, want) {
			t.Errorf("%s: the other side reads %v, want %v", mode, err, want)
		}
		if err := conn.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: closing again: %v", mode, err)
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: reading afterwards: %v", mode, err)
		}
	}
}
