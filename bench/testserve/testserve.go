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
		work  sync.WaitGroup
		mu    sync.Mutex
		conns []net.Conn
	)
	work.Go(func() {
		for {
			conn, err := listener.AcceptTCP()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			work.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		work.Wait()
	})
	return listener.Addr().String()
}
