package dial

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"tlsbench/bench"
)

// A TLS record's header is its type, a version and a length (RFC 8446 section
// 5.1).
const (
	recordHeader     = 5
	changeCipherSpec = 20 // the first type
	handshake        = 22
	heartbeat        = 24 // the last
	maxRecord        = 1<<14 + 2048
)

// BufferSize holds a usual server flight in one read from the socket.
const BufferSize = 4096

// Conn is a TCP connection below TLS. It counts the bytes and the round trips of
// the handshake, and the time spent blocked in reads.
//
// It hands a TLS record of application data, which in TLS 1.3 is any that is
// encrypted, to a Read of its own. So the bytes handed out when crypto/tls says
// that the handshake is done are exactly those of the handshake, although the
// server may have sent tickets in the same segment, and the record that carries
// a ticket can be told from those around it. Records that only a handshake has
// go together: each Read more would cost crypto/tls an allocation.
type Conn struct {
	Socket
	mode bench.CloseMode

	buf        []byte
	start, end int  // unread part of buf
	left       int  // bytes of the current records not yet handed out
	record     int  // size of the last of them, header included
	opaque     bool // not TLS: handed on as it comes

	in, out int64
	wait    time.Duration
	trips   int64
	wrote   bool // something went out since the last read from the socket
	timed   bool // until the handshake is done
	drained bool // reads no more from the socket

	hello  Hello
	flight []byte // what the server sent during the handshake, where recorded

	records int64 // begun so far
	billed  int64 // the last record that was counted as a ticket's
	tickets int64 // bytes of ticket records

	closed atomic.Bool
	done   chan struct{}
}

// NewConn wraps a connection. buf is its read buffer, of BufferSize, and may be
// used again when the connection is closed and no Read is under way.
func NewConn(socket Socket, buf []byte, mode bench.CloseMode) *Conn {
	c := &Conn{}
	c.Reset(socket, buf, mode)
	c.done = make(chan struct{})
	return c
}

// Reset makes a Conn that nobody uses any more, or a zero one, what NewConn
// makes, but without a Done.
func (c *Conn) Reset(socket Socket, buf []byte, mode bench.CloseMode) {
	*c = Conn{Socket: socket, buf: buf, mode: mode, timed: true, billed: -1}
}

// Read implements net.Conn. It hands out at most the rest of one record, or of
// those of a handshake that have arrived.
func (c *Conn) Read(p []byte) (int, error) {
	if c.left == 0 && !c.opaque {
		if err := c.nextRecords(); err != nil {
			return 0, err
		}
	}
	if c.start == c.end {
		if err := c.fill(); err != nil {
			return 0, err
		}
	}
	n := c.end - c.start
	if !c.opaque {
		n = min(n, c.left)
	}
	n = copy(p, c.buf[c.start:c.start+n])
	c.start += n
	if !c.opaque {
		c.left -= n
	}
	c.in += int64(n)
	if c.timed && len(c.flight)+n <= cap(c.flight) {
		c.flight = append(c.flight, p[:n]...)
	}
	return n, nil
}

// nextRecords reads the header of the record that begins here, and those of the
// handshake's next ones as far as they have arrived.
func (c *Conn) nextRecords() error {
	for c.end-c.start < recordHeader {
		if err := c.fill(); err != nil {
			if err == io.EOF && c.end > c.start {
				break // a torn header: let crypto/tls see what there is
			}
			return err
		}
	}
	for {
		here := c.buf[c.start+c.left : c.end]
		size, ok := recordSize(here)
		switch {
		case !ok:
			c.opaque = c.left == 0 // else that is for the next Read to find
			return nil
		case c.left > 0 && !ofHandshake(here):
			return nil
		}
		c.record = size
		c.left += size
		c.records++
		if !ofHandshake(here) || c.left > c.end-c.start {
			return nil
		}
	}
}

// recordSize is the size of the record that begins here, header included. There
// is none where it is not TLS, or where the header has not arrived.
func recordSize(b []byte) (size int, ok bool) {
	if len(b) < recordHeader || b[0] < changeCipherSpec || b[0] > heartbeat {
		return 0, false
	}
	length := int(binary.BigEndian.Uint16(b[3:]))
	return recordHeader + length, length <= maxRecord
}

func ofHandshake(record []byte) bool {
	return record[0] == changeCipherSpec || record[0] == handshake
}

// fill reads from the socket, once.
//
// The first read behind a flight that went out waits for the server's answer to
// it: a round trip. Further reads bring more of that answer, and what is already
// in the buffer needs none. crypto/tls writes all of a flight before it reads.
func (c *Conn) fill() error {
	if c.drained {
		return os.ErrDeadlineExceeded
	}
	if c.start > 0 {
		c.end = copy(c.buf, c.buf[c.start:c.end])
		c.start = 0
	}
	var n int
	var err error
	if c.timed {
		if c.wrote {
			c.trips, c.wrote = c.trips+1, false
		}
		began := time.Now()
		n, err = c.Socket.Read(c.buf[c.end:])
		c.wait += time.Since(began)
	} else {
		n, err = c.Socket.Read(c.buf[c.end:])
	}
	c.end += n
	if n > 0 {
		return nil // an error that came with data comes again
	}
	return err
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	if !c.hello.Sent {
		c.hello.read(p)
	}
	if c.timed { // later on, another goroutine may be reading
		c.wrote = true
	}
	n, err := c.Socket.Write(p)
	c.out += int64(n)
	return n, err
}

// Hello tells what the ClientHello that went out offered.
func (c *Conn) Hello() *Hello { return &c.hello }

// Record keeps what the server sends during the handshake, from the start, as
// far as it fits a few certificates.
func (c *Conn) Record() { c.flight = make([]byte, 0, maxRecord) }

// Flight is what was recorded.
func (c *Conn) Flight() []byte { return c.flight }

// HandshakeDone puts what the handshake took into the sample.
func (c *Conn) HandshakeDone(s *bench.Sample) {
	s.BytesIn, s.BytesOut, s.RoundTrips = c.in, c.out, c.trips
	c.timed = false
}

// Wait is how long the handshake was blocked in reads.
func (c *Conn) Wait() time.Duration { return c.wait }

// Ticket counts the current record as a session ticket's, unless it is part of
// the handshake, or was counted before because it carries two.
func (c *Conn) Ticket() {
	if c.timed || c.billed == c.records {
		return
	}
	c.billed = c.records
	c.tickets += int64(c.record)
}

// TicketBytes is what the tickets that followed the handshake took, record
// headers included.
func (c *Conn) TicketBytes() int64 { return c.tickets }

// Drain makes reads end with a timeout when what has already arrived is
// consumed.
func (c *Conn) Drain() { c.drained = true }

// Close implements net.Conn. In mode reset the kernel then sends RST.
func (c *Conn) Close() error {
	if c.closed.Swap(true) {
		return net.ErrClosed
	}
	if c.done != nil {
		defer close(c.done)
	}
	if c.mode == bench.CloseReset {
		// It fails only where the connection is already gone.
		_ = c.SetLinger(0)
	}
	return c.Socket.Close()
}

// Done is closed when the connection is.
func (c *Conn) Done() <-chan struct{} { return c.done }
