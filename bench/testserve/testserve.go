// Package testserve runs the small servers of tests.
package testserve

import (
	"net"
	"sync"
	"testing"
)

// Each gives every connection to a free port of loopback to serve, in a goroutine
// of its own, and closes it afterwards. With the test all of them end, whatever
// serve waits for.
func Each(t testing.TB, serve func(*net.TCPConn)) (address string) {
	t.Helper()
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var (
		work sync.WaitGroup
		mu   sync.Mutex
		open = map[net.Conn]struct{}{} // nil once the test has ended
	)
	enter := func(c net.Conn) bool {
		mu.Lock()
		defer mu.Unlock()
		if open != nil {
			open[c] = struct{}{}
		}
		return open != nil
	}
	leave := func(c net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		delete(open, c)
	}
	work.Go(func() {
		for {
			conn, err := listener.AcceptTCP()
			if err != nil {
				return
			}
			work.Go(func() {
				defer conn.Close()
				if enter(conn) {
					defer leave(conn)
					serve(conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for c := range open {
			c.Close()
		}
		open = nil
		mu.Unlock()
		work.Wait()
	})
	return listener.Addr().String()
}
