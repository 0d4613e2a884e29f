package target

import (
	"errors"
	"net"
	"sync"
	"time"
)

// delayListener accepts connections that behave as if their peer were rtt
// away: every byte, FIN and reset is rtt/2 under way in each direction. What
// lies below a connection, its TCP handshake above all, the kernel does at
// once: the dialing side adds that round trip.
type delayListener struct {
	net.Listener
	line *delayLine

	mu     sync.Mutex
	conns  map[*delayConn]struct{} // those with a socket still open
	closed bool
	pumps  sync.WaitGroup // two a connection
}

func newDelayListener(inner net.Listener, rtt time.Duration) (*delayListener, error) {
	line, err := newDelayLine((rtt + 1) / 2) // rounded up: never less than rtt
	if err != nil {
		return nil, err
	}
	return &delayListener{Listener: inner, line: line, conns: map[*delayConn]struct{}{}}, nil
}

// Accept returns the next connection, delayed.
func (l *delayListener) Accept() (net.Conn, error) {
	socket, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errors.Join(net.ErrClosed, socket.Close())
	}
	c := newDelayConn(socket, l.line)
	l.conns[c] = struct{}{}
	l.pumps.Add(2)
	go func() {
		defer l.pumps.Done()
		c.pumpIn()
	}()
	go func() {
		defer l.pumps.Done()
		c.pumpOut()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.conns, c)
	}()
	return c, nil
}

// Close stops accepting and, other than a plain listener's Close, also cuts
// every connection and drops what is in flight: the line ends with it.
func (l *delayListener) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return net.ErrClosed
	}
	l.closed = true
	err := errors.Join(l.Listener.Close(), l.line.close())
	for c := range l.conns {
		c.socket.Close() // an error is of no use: the pumps end either way
	}
	l.mu.Unlock()
	l.pumps.Wait()
	return err
}
