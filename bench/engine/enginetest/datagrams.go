package enginetest

import (
	"encoding/binary"
	"net"
	"sync"
	"testing"

	"tlsbench/bench"
)

// listenDatagrams answers each datagram with what answer makes of it, if that is
// anything.
func listenDatagrams(t *testing.T, answer func([]byte) []byte) (address string) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, from, err := socket.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer == nil {
				continue
			}
			if reply := answer(buf[:n]); len(reply) > 0 {
				_, _ = socket.WriteTo(reply, from)
			}
		}
	})
	t.Cleanup(func() {
		socket.Close()
		work.Wait()
	})
	return socket.LocalAddr().String()
}

// Versions of QUIC.
const (
	version1 = 1
	version2 = 0x6b3343cf
	draft29  = 0xff00001d
)

// forge answers with a packet that offers these versions of QUIC (RFC 9000
// section 17.2.1), unless it is asked for one of them.
func forge(versions ...uint32) func([]byte) []byte {
	return func(asked []byte) []byte {
		if len(asked) < 6 || asked[0]&0x80 == 0 {
			return nil
		}
		to := asked[6:][:asked[5]]
		from := asked[6+len(to)+1:][:asked[6+len(to)]]
		b := []byte{0xc0, 0, 0, 0, 0, byte(len(from))}
		b = append(append(b, from...), byte(len(to)))
		b = append(b, to...)
		for _, v := range versions {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
}

// never offers whatever version it is not asked for.
func never(asked []byte) []byte {
	if len(asked) >= 5 && binary.BigEndian.Uint32(asked[1:]) == version1 {
		return forge(version2)(asked)
	}
	return forge(version1)(asked)
}

func echo(b []byte) []byte { return b }

// path stands between client and server and notes the datagrams that begin with
// a long header, until the client sends what begins with a short one.
type path struct {
	mu      sync.Mutex
	in, out []int64
	over    bool
}

func (p *path) note(all *[]int64, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b[0]&0x80 == 0 {
		p.over = p.over || all == &p.out
		return
	}
	if !p.over {
		*all = append(*all, int64(len(b)))
	}
}

// between leads the datagrams of one client at a time to a server.
func between(t *testing.T, server string) (*path, string) {
	t.Helper()
	p := &path{}
	front, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	back, err := net.Dial("udp", server)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var client net.Addr
	var work sync.WaitGroup
	work.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, from, err := front.ReadFrom(buf)
			if err != nil {
				return
			}
			mu.Lock()
			client = from
			mu.Unlock()
			p.note(&p.out, buf[:n])
			_, _ = back.Write(buf[:n])
		}
	})
	work.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, err := back.Read(buf)
			if err != nil {
				return
			}
			p.note(&p.in, buf[:n])
			mu.Lock()
			to := client
			mu.Unlock()
			_, _ = front.WriteTo(buf[:n], to)
		}
	})
	t.Cleanup(func() {
		front.Close()
		back.Close()
		work.Wait()
	})
	return p, front.LocalAddr().String()
}

// datagrams compares what the engine counted with the first datagrams that
// passed a relay, one for each attempt. More may follow with a long header:
// acknowledgements, and the client's farewell.
func (s suite) datagrams(t *testing.T) {
	server, roots := s.embedded(t, nil)
	version := s.resumption()[0].version
	session := primed(t, s.open(t, s.arm(server.Address, roots, version)))
	for _, offer := range []bench.Offer{{}, {Session: session}} {
		for range 10 {
			p, address := between(t, server.Address)
			sample, _ := Succeed(t, s.open(t, s.arm(address, roots, version)), offer)
			if sample.Kind.Resumed() == offer.Session.IsZero() {
				t.Fatalf("kind %v", sample.Kind)
			}
			var in, out []int64
			Eventually(func() bool { // what the client has sent is on its way
				p.mu.Lock()
				defer p.mu.Unlock()
				in, out = p.in, p.out
				return len(out) >= int(sample.DatagramsOut)
			})
			nIn, nOut := int(sample.DatagramsIn), int(sample.DatagramsOut)
			if nIn < 1 || nOut < 2 || nIn > len(in) || nOut > len(out) || sample.BytesIn != sum(in[:nIn]) || sample.BytesOut != sum(out[:nOut]) {
				t.Errorf("%v: the engine counted %d bytes in %d datagrams and out %d in %d, the relay %v and %v",
					sample.Kind, sample.BytesIn, nIn, sample.BytesOut, nOut, in, out)
			}
			if sample.TicketBytes != 0 || sample.RoundTrips != 0 {
				t.Errorf("%d ticket bytes and %d round trips, which nobody can see", sample.TicketBytes, sample.RoundTrips)
			}
		}
	}
}
