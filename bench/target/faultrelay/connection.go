package faultrelay

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"sync"
)

// noTLS is how another protocol greets.
const noTLS = "SSH-2.0-faultrelay\r\n"

// serve serves one connection to its end.
func (r *Relay) serve(c *net.TCPConn, f Fault) {
	k := &connection{Relay: r, client: c, fault: f, from: bufio.NewReaderSize(c, 20<<10)}
	if f.At == AtAccept && !k.strike(AtAccept) {
		return
	}
	hello, err := readRecord(k.from)
	if err != nil || !k.strike(AfterHello) {
		return
	}
	up, err := r.dial()
	if err != nil {
		return
	}
	defer r.hangUp(up)
	k.server = up
	if _, err := up.Write(hello); err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(k.answers)
	k.asks()
	// What the client sent last is the server's to read: FIN, not RST.
	_ = up.CloseWrite()
	both.Wait()
}

// connection is one that is served.
type connection struct {
	*Relay
	client, server *net.TCPConn
	from           *bufio.Reader // of the client
	fault          Fault
}

// asks passes on what the client says, record by record.
func (k *connection) asks() {
	changed := 0 // records since the client's ChangeCipherSpec; the first is its Finished
	for {
		record, err := readRecord(k.from)
		if len(record) == 0 {
			return
		}
		if changed == 2 && !k.strike(AtRequest) {
			return
		}
		if changed > 0 || record[0] == changeCipherSpec {
			changed++
		}
		if _, werr := k.server.Write(record); err != nil || werr != nil {
			return
		}
	}
}

// answers passes on what the server says.
func (k *connection) answers() {
	var to io.Writer = k.client
	if k.fault.Kind == Drip {
		if !k.struck(k.client, Drip) {
			return
		}
		to = drip{k}
	}
	if k.fault.At == InFlight {
		if _, err := io.CopyN(to, k.server, int64(k.fault.Bytes)); err != nil || !k.strike(InFlight) {
			_ = k.server.Close()
			_ = k.client.Close()
			return
		}
	}
	if _, err := io.Copy(to, k.server); err == nil {
		_ = k.client.CloseWrite()
		return
	}
	// The client is gone. What the server still says must be read, or closing
	// resets it in the middle of what the client sent last.
	_, _ = io.Copy(io.Discard, k.server)
}

// strike does what is to be done at a point, if it is the fault's, and reports
// whether the connection goes on.
func (k *connection) strike(at Point) bool {
	f := k.fault
	if f.At != at || f.Kind == Pass || f.Kind == Drip {
		return true
	}
	if !k.struck(k.client, f.Kind) {
		return false
	}
	switch f.Kind {
	case Stall:
		return k.pause(f.For)
	case Reset:
		reset(k.client)
	case HalfClose:
		_ = k.client.CloseWrite()
		k.outlast()
	case Garbage:
		_, _ = io.WriteString(k.client, noTLS)
		k.outlast()
	case Silence:
		k.outlast()
	}
	return false
}

// outlast reads until the client leaves.
func (k *connection) outlast() { _, _ = io.Copy(io.Discard, k.client) }

// drip writes in pieces.
type drip struct{ *connection }

func (d drip) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		m, err := d.client.Write(p[:min(len(p), d.fault.Piece)])
		n += m
		if err != nil {
			return n, err
		}
		if p = p[m:]; !d.pause(d.fault.For) {
			return n, net.ErrClosed
		}
	}
	return n, nil
}

const (
	changeCipherSpec = 20 // RFC 8446 section 5.1
	headerSize       = 5
)

// readRecord reads a TLS record with its header, or what there was of it.
func readRecord(from *bufio.Reader) ([]byte, error) {
	header, err := from.Peek(headerSize)
	if err != nil {
		rest, _ := io.ReadAll(from)
		return rest, err
	}
	record := make([]byte, headerSize+int(binary.BigEndian.Uint16(header[3:])))
	n, err := io.ReadFull(from, record)
	return record[:n], err
}
