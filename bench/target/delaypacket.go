package target

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// maxQueued bounds the bytes of the datagrams that one direction of a socket
	// holds, in flight and arrived. What comes on top is lost, as on a router
	// whose queue is full. It is a bound on memory that no benchmark should
	// meet: ten thousand handshakes at once have about 50 MB under way.
	maxQueued = 64 << 20

	// maxDatagram is above any that UDP has.
	maxDatagram = 64 << 10
)

// listenUDP opens a socket whose peers seem to be rtt away.
func listenUDP(address *net.UDPAddr, rtt time.Duration) (net.PacketConn, error) {
	socket, err := net.ListenUDP("udp", address)
	if err != nil {
		return nil, err
	}
	if rtt == 0 {
		return socket, nil
	}
	delayed, err := newDelayPacketConn(socket, rtt, maxQueued)
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	return delayed, nil
}

// delayPacketConn is a UDP socket whose peers seem to be rtt away: every
// datagram is rtt/2 under way in each direction, none overtakes another, and
// any number is under way at once.
//
// It lacks what quic-go has for a bare socket (several datagrams a system call,
// ECN), so a server behind it spends a little more CPU time.
type delayPacketConn struct {
	socket       *net.UDPConn // not embedded: quic-go would read and write past the line
	line         *delayLine
	most         int
	pump         sync.WaitGroup
	readDeadline *deadline
	arrived      chan struct{} // capacity 1: there is something to read
	sending      atomic.Int64  // bytes in flight to peers

	mu      sync.Mutex
	arrival int // bytes in flight from peers, and arrived
	ready   []datagram
	end     error // why nothing more arrives; nil while something may
}

type datagram struct {
	from net.Addr
	data []byte
}

// newDelayPacketConn holds at most so many bytes each way.
func newDelayPacketConn(socket *net.UDPConn, rtt time.Duration, most int) (*delayPacketConn, error) {
	line, err := newDelayLine((rtt + 1) / 2) // rounded up: never less than rtt
	if err != nil {
		return nil, err
	}
	c := &delayPacketConn{
		socket: socket, line: line, most: most,
		readDeadline: newDeadline(), arrived: make(chan struct{}, 1),
	}
	c.pump.Go(c.receive)
	return c, nil
}

// receive puts what comes to the socket on the line, until the socket closes.
func (c *delayPacketConn) receive() {
	buffer := make([]byte, maxDatagram)
	for {
		n, from, err := c.socket.ReadFrom(buffer)
		if err != nil {
			c.mu.Lock()
			c.end = cause(err)
			c.mu.Unlock()
			notify(c.arrived)
			return
		}
		c.mu.Lock()
		room := c.arrival+n <= c.most
		if room {
			c.arrival += n
		}
		c.mu.Unlock()
		if !room {
			continue
		}
		d := datagram{from, append([]byte(nil), buffer[:n]...)}
		c.line.after(func() {
			c.mu.Lock()
			c.ready = append(c.ready, d)
			c.mu.Unlock()
			notify(c.arrived)
		})
	}
}

// ReadFrom returns a datagram that came to the socket at least rtt/2 ago. It is
// for one goroutine at a time.
func (c *delayPacketConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		expired := c.readDeadline.wait()
		if isClosed(expired) {
			return 0, nil, c.fail("read", os.ErrDeadlineExceeded)
		}
		c.mu.Lock()
		if len(c.ready) > 0 {
			d := c.ready[0]
			c.ready[0] = datagram{}
			c.ready = c.ready[1:]
			c.arrival -= len(d.data)
			c.mu.Unlock()
			return copy(p, d.data), d.from, nil
		}
		end := c.end
		c.mu.Unlock()
		if end != nil {
			return 0, nil, c.fail("read", end)
		}
		select {
		case <-c.arrived:
		case <-expired:
		case <-c.line.done:
			return 0, nil, c.fail("read", net.ErrClosed)
		}
	}
}

// WriteTo puts a datagram on its way to the socket, from which it leaves rtt/2
// later. It never blocks; an error of the socket loses the datagram.
func (c *delayPacketConn) WriteTo(p []byte, to net.Addr) (int, error) {
	if isClosed(c.line.done) {
		return 0, c.fail("write", net.ErrClosed)
	}
	n := int64(len(p))
	if c.sending.Add(n) > int64(c.most) {
		c.sending.Add(-n)
		return len(p), nil
	}
	data := append([]byte(nil), p...)
	c.line.after(func() {
		c.socket.WriteTo(data, to)
		c.sending.Add(-n)
	})
	return len(p), nil
}

// Close drops what is in flight.
func (c *delayPacketConn) Close() error {
	err := errors.Join(c.socket.Close(), c.line.close())
	c.pump.Wait()
	c.readDeadline.set(time.Time{}) // no timer outlives its connection
	return err
}

// SetDeadline sets the only one that there is.
func (c *delayPacketConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetWriteDeadline does nothing: no write blocks.
func (c *delayPacketConn) SetWriteDeadline(time.Time) error { return nil }

// SetReadDeadline bounds the wait for a datagram to come out of the delay line.
func (c *delayPacketConn) SetReadDeadline(t time.Time) error {
	c.readDeadline.set(t)
	return nil
}

// fail dresses an error as the net package does.
func (c *delayPacketConn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Addr: c.LocalAddr(), Err: err}
}

// LocalAddr returns the socket's.
func (c *delayPacketConn) LocalAddr() net.Addr { return c.socket.LocalAddr() }

// SetReadBuffer sets the socket's.
func (c *delayPacketConn) SetReadBuffer(bytes int) error { return c.socket.SetReadBuffer(bytes) }

// SetWriteBuffer sets the socket's.
func (c *delayPacketConn) SetWriteBuffer(bytes int) error { return c.socket.SetWriteBuffer(bytes) }

// SyscallConn is the socket's, for its options: datagrams that quic-go must not
// have fragmented leave through it, too.
func (c *delayPacketConn) SyscallConn() (syscall.RawConn, error) { return c.socket.SyscallConn() }
