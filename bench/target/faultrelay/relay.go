// Package faultrelay passes connections on to a real server, for tests, and does
// to some of them what networks and servers do on bad days: it is silent, stalls,
// resets, closes one half, drips, answers garbage, or refuses.
//
// It counts what it did. A client that judges its own failures can be wrong about
// them in a consistent way, so tests hold the tool's counts against these, and
// the server's.
package faultrelay

import (
	"fmt"
	"maps"
	"net"
	"sync"
	"testing"
	"time"
)

// Relay is a running relay.
type Relay struct {
	address  string
	upstream string
	plan     func(n int64) Fault

	mu       sync.Mutex
	counts   Counts
	listener net.Listener // nil while it refuses
	open     map[net.Conn]struct{}
	upward   map[net.Conn]struct{} // connections to the server
	closed   bool
	work     sync.WaitGroup
	stop     chan struct{}
}

// Counts is what a relay did since it started.
type Counts struct {
	Accepted int64
	// Passed are the connections to the server that were made.
	Passed int64
	// Struck are the connections that met their fault. One that ended before its
	// point is in none.
	Struck map[Kind]int64
	// Cut are those that Refuse ended.
	Cut int64
}

// Start starts a relay on a loopback port in front of a server's address, and
// stops it when the test ends. plan says what befalls the nth connection, from 1;
// it is called for one after the other.
func Start(t testing.TB, upstream string, plan func(n int64) Fault) *Relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{
		address: l.Addr().String(), upstream: upstream, plan: plan, listener: l,
		counts: Counts{Struck: map[Kind]int64{}}, open: map[net.Conn]struct{}{}, upward: map[net.Conn]struct{}{}, stop: make(chan struct{}),
	}
	t.Cleanup(r.Close)
	r.keepPort(t)
	r.work.Go(func() { r.accept(l) })
	return r
}

// keepPort makes a connection that lasts as long as the relay: while there is one,
// nobody else is given the port, also while the relay refuses.
func (r *Relay) keepPort(t testing.TB) {
	t.Helper()
	near, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	far, err := r.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reset(near); far.Close() })
}

// Address is where clients connect.
func (r *Relay) Address() string { return r.address }

// Counts is what the relay did so far.
func (r *Relay) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.counts
	c.Struck = maps.Clone(c.Struck)
	return c
}

// Refuse resets every connection and listens no more, as if the server had died.
// It may be called from the plan.
func (r *Relay) Refuse() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener == nil {
		return
	}
	_ = r.listener.Close()
	r.listener = nil
	for c := range r.open {
		r.counts.Cut++
		reset(c)
	}
	clear(r.open)
}

// Listen ends what Refuse began.
func (r *Relay) Listen() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != nil || r.closed {
		return nil
	}
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		return fmt.Errorf("listen again: %w", err)
	}
	r.listener = l
	r.work.Go(func() { r.accept(l) })
	return nil
}

// Close ends everything and returns once nothing of the relay runs.
func (r *Relay) Close() {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.stop)
	}
	if r.listener != nil {
		_ = r.listener.Close()
		r.listener = nil
	}
	for c := range r.open {
		_ = c.Close()
	}
	for c := range r.upward { // a server may not care that its clients are gone
		_ = c.Close()
	}
	r.mu.Unlock()
	r.work.Wait()
}

func (r *Relay) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.counts.Accepted++
		n := r.counts.Accepted
		r.mu.Unlock()
		fault := r.plan(n).withDefaults()
		if !r.enter(c, l) {
			reset(c)
			continue
		}
		r.work.Go(func() {
			defer r.leave(c)
			r.serve(c.(*net.TCPConn), fault)
		})
	}
}

// enter notes a connection that Refuse and Close will end, false where they were
// called since it was accepted.
func (r *Relay) enter(c net.Conn, by net.Listener) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != by {
		r.counts.Cut++
		return false
	}
	r.open[c] = struct{}{}
	return true
}

func (r *Relay) leave(c net.Conn) {
	r.mu.Lock()
	delete(r.open, c)
	r.mu.Unlock()
	_ = c.Close()
}

// struck counts a fault that is about to happen, false where the connection was
// cut before.
func (r *Relay) struck(c net.Conn, k Kind) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.open[c]; !there {
		return false
	}
	r.counts.Struck[k]++
	return true
}

// dial connects to the server, unless the relay has been closed.
func (r *Relay) dial() (*net.TCPConn, error) {
	up, err := net.Dial("tcp", r.upstream)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = up.Close()
		return nil, net.ErrClosed
	}
	r.counts.Passed++
	r.upward[up] = struct{}{}
	return up.(*net.TCPConn), nil
}

// hangUp ends a connection that dial made.
func (r *Relay) hangUp(up net.Conn) {
	r.mu.Lock()
	delete(r.upward, up)
	r.mu.Unlock()
	_ = up.Close()
}

// pause waits, false where the relay closes first.
func (r *Relay) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.stop:
		return false
	}
}

// reset ends a connection with RST.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
