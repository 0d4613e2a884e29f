package enginetest

import (
	"bytes"
	"encoding/binary"
	"net"
	"sync"
)

// witness keeps every byte of the connections of a listener, as the server's
// end of them sees it, and hands out each connection when the server closes
// it.
type witness struct {
	net.Listener
	seen chan *seen
}

func (w *witness) Accept() (net.Conn, error) {
	conn, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &seen{Conn: conn, done: w.seen}, nil
}

type seen struct {
	net.Conn
	mu       sync.Mutex
	up, down bytes.Buffer // to the server, and from it
	once     sync.Once
	done     chan<- *seen
}

func (s *seen) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up.Write(p[:n])
	return n, err
}

func (s *seen) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down.Write(p[:n])
	return n, err
}

func (s *seen) Close() error {
	err := s.Conn.Close()
	s.once.Do(func() { s.done <- s })
	return err
}

// records are the sizes of the TLS records in each direction, headers
// included.
func (s *seen) records() (up, down []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return recordSizes(s.up.Bytes()), recordSizes(s.down.Bytes())
}

func recordSizes(stream []byte) (sizes []int64) {
	const header = 5
	for len(stream) >= header {
		size := min(header+int(binary.BigEndian.Uint16(stream[3:])), len(stream))
		sizes = append(sizes, int64(size))
		stream = stream[size:]
	}
	return sizes
}

func sum(sizes []int64) (total int64) {
	for _, n := range sizes {
		total += n
	}
	return total
}
