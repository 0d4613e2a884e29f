package starttls_test

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"tlsbench/bench/cpu"
	"tlsbench/bench/starttls"
)

// BenchmarkParsing is what a preamble takes besides the system's calls.
func BenchmarkParsing(b *testing.B) {
	for _, protocol := range starttls.Protocols() {
		b.Run(protocol.Name, func(b *testing.B) {
			p, err := preamble(protocol.Name)
			if err != nil {
				b.Fatal(err)
			}
			server := replay(scripts()[protocol.Name])
			whole, begin := server.answers, server.asked
			answers := make([][]byte, len(whole))
			b.ReportAllocs()
			for b.Loop() {
				copy(answers, whole)
				server.answers, server.asked = answers, begin
				if err := p.Run(server); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRoundTrips compares the CPU time of preambles over loopback with
// that of bare writes and reads of the same bytes; the server's is in both. Blocks
// of both alternate. It reports what a preamble takes of more, the median over
// blocks: at most 20 µs is the goal.
//
//	go test -run '^$' -bench RoundTrips -benchtime 100x ./bench/starttls
func BenchmarkRoundTrips(b *testing.B) {
	clock, err := cpu.Self()
	if err != nil {
		b.Skip(err)
	}
	now := func() time.Duration {
		r, err := clock.Read(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		return r.Total()
	}
	for _, protocol := range starttls.Protocols() {
		b.Run(protocol.Name, func(b *testing.B) {
			p, err := preamble(protocol.Name)
			if err != nil {
				b.Fatal(err)
			}
			script := scripts()[protocol.Name]
			client := again(b, script)
			const block = 200
			spend := func(one func() error) float64 {
				begun := now()
				for range block {
					if _, err := client.Write([]byte("\n")); err != nil {
						b.Fatal(err)
					}
					if err := one(); err != nil {
						b.Fatal(err)
					}
				}
				return float64(now()-begun) / block / 1e3
			}
			buf := make([]byte, 8<<10)
			bare := func() error { return exchange(client, script, buf) }
			whole := func() error { return p.Run(client) }
			var more, bares []float64
			for i := 0; b.Loop(); i++ {
				var with, without float64
				if i%2 == 0 {
					with, without = spend(whole), spend(bare)
				} else {
					without, with = spend(bare), spend(whole)
				}
				more, bares = append(more, with-without), append(bares, without)
			}
			slices.Sort(more)
			slices.Sort(bares)
			b.ReportMetric(more[len(more)/2], "µs-more")
			b.ReportMetric(bares[len(bares)/2], "µs-bare")
		})
	}
}

// again is a connection to a correct server that begins again at every line
// break.
func again(b *testing.B, script []turn) net.Conn {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for one := make([]byte, 1); err == nil; {
			if _, err = io.ReadFull(conn, one); err == nil {
				err = play(conn, script, -1, nil)
			}
		}
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		client.Close()
		listener.Close()
		<-done
	})
	return client
}

// exchange writes and reads what a preamble does.
func exchange(conn net.Conn, script []turn, buf []byte) error {
	for _, t := range script {
		if t.wait != "" {
			if _, err := io.WriteString(conn, t.wait); err != nil {
				return err
			}
		}
		if _, err := io.ReadFull(conn, buf[:len(t.answer)]); err != nil {
			return err
		}
	}
	return nil
}
