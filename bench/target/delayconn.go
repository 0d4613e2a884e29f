package target

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	// lingerTime is how long a closed connection may go on writing what it
	// still holds to a peer that reads slowly.
	lingerTime = 5 * time.Second

	// readSize takes a TLS record, the largest flight of a handshake too.
	readSize = 16 << 10
)

// delayConn is a connection with a lane in each direction between its user and
// its socket, and a goroutine at the socket's end of each lane.
type delayConn struct {
	socket net.Conn
	line   *delayLine

	reading       sync.Mutex // one Read at a time, as a lane demands
	in            *lane
	readDeadline  *deadline
	writing       sync.Mutex
	out           *lane
	writeDeadline *deadline

	closing sync.Once
	closed  chan struct{}
}

func newDelayConn(socket net.Conn, line *delayLine) *delayConn {
	c := &delayConn{
		socket: socket, line: line,
		in: newLane(line), readDeadline: newDeadline(),
		out: newLane(line), writeDeadline: newDeadline(),
		closed: make(chan struct{}),
	}
	c.out.direct = directWriter(socket)
	return c
}

// Read returns bytes that came to the socket at least rtt/2 ago.
func (c *delayConn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	for {
		expired := c.readDeadline.wait()
		if err := c.refuse(expired); err != nil {
			return 0, c.fail("read", err)
		}
		n, err := c.in.receive(p)
		if n > 0 || err == io.EOF {
			return n, err
		}
		if err != nil {
			return 0, c.fail("read", err)
		}
		c.await(c.in.arrived, expired)
	}
}

// Write puts bytes on their way to the socket, where they arrive rtt/2 later.
// It blocks while maxHeld bytes are under way already.
func (c *delayConn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	for sent := 0; ; {
		expired := c.writeDeadline.wait()
		if err := c.refuse(expired); err != nil {
			return sent, c.fail("write", err)
		}
		n, err := c.out.send(p[sent:])
		if err != nil {
			return sent, c.fail("write", err)
		}
		if sent += n; sent == len(p) {
			return sent, nil
		}
		if n == 0 {
			c.await(c.out.room, expired)
		}
	}
}

// Close ends the connection for its user at once; for the peer rtt/2 later,
// behind all that was written.
func (c *delayConn) Close() error {
	err := c.fail("close", net.ErrClosed)
	c.closing.Do(func() {
		close(c.closed)
		c.readDeadline.set(time.Time{}) // no timer outlives its connection
		c.writeDeadline.set(time.Time{})
		c.out.finish(io.EOF)
		err = c.socket.SetWriteDeadline(time.Now().Add(c.line.delay + lingerTime))
		if errors.Is(err, net.ErrClosed) {
			err = nil // cut by its listener
		}
	})
	return err
}

// refuse says why a call cannot go on, in the order in which the net package
// looks at it.
func (c *delayConn) refuse(expired <-chan struct{}) error {
	switch {
	case isClosed(c.closed), isClosed(c.line.done):
		return net.ErrClosed
	case isClosed(expired):
		return os.ErrDeadlineExceeded
	default:
		return nil
	}
}

// await returns when there may be something to do, or a reason to refuse.
func (c *delayConn) await(something, expired <-chan struct{}) {
	select {
	case <-something:
	case <-expired:
	case <-c.closed:
	case <-c.line.done:
	}
}

// pumpIn sends what the socket receives, and its end, up the inner lane. After
// Close it reads on and discards, so that the kernel has no unread data to
// answer with a reset that would overtake what was written.
func (c *delayConn) pumpIn() {
	buffer := make([]byte, readSize)
	for {
		n, err := c.socket.Read(buffer)
		for sent := 0; sent < n && !isClosed(c.closed) && !isClosed(c.line.done); {
			taken, _ := c.in.send(buffer[sent:n]) // this lane is never broken off
			if sent += taken; taken == 0 {
				c.await(c.in.room, nil)
			}
		}
		if err != nil {
			c.in.finish(cause(err))
			return
		}
	}
}

// pumpOut writes to the socket what has come down the outer lane and could not
// be written directly, and closes the socket at the end.
func (c *delayConn) pumpOut() {
	defer c.socket.Close()
	for broken := false; ; {
		chunks, end := c.out.receiveAll()
		for i := 0; i < len(chunks) && !broken; i++ {
			if _, err := c.socket.Write(chunks[i]); err != nil {
				c.out.breakOff(cause(err))
				broken = true // the rest is received and dropped
			}
		}
		if end != nil {
			return
		}
		if len(chunks) > 0 {
			continue // more may have come; if not, this one is not busy any more
		}
		select {
		case <-c.out.arrived:
		case <-c.line.done:
			return
		}
	}
}

// LocalAddr returns the socket's.
func (c *delayConn) LocalAddr() net.Addr { return c.socket.LocalAddr() }

// RemoteAddr returns the socket's.
func (c *delayConn) RemoteAddr() net.Addr { return c.socket.RemoteAddr() }

// SetDeadline sets both deadlines.
func (c *delayConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline bounds the wait for bytes to come out of the delay line.
func (c *delayConn) SetReadDeadline(t time.Time) error {
	return c.setDeadline(c.readDeadline, t)
}

// SetWriteDeadline bounds the wait for room in the delay line.
func (c *delayConn) SetWriteDeadline(t time.Time) error {
	return c.setDeadline(c.writeDeadline, t)
}

func (c *delayConn) setDeadline(d *deadline, t time.Time) error {
	if isClosed(c.closed) {
		return c.fail("set", net.ErrClosed)
	}
	d.set(t)
	return nil
}

// fail dresses an error as the net package does.
func (c *delayConn) fail(op string, err error) error {
	local, remote := c.LocalAddr(), c.RemoteAddr()
	return &net.OpError{Op: op, Net: local.Network(), Source: local, Addr: remote, Err: err}
}

// cause undresses it, for an error that is told to another call later.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
