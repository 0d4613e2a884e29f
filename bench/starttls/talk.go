package starttls

import (
	"fmt"
	"io"

	"tlsbench/bench/neterr"
)

// The bounds: see the package's documentation.
const (
	maxUnit  = 8 << 10
	maxTotal = 64 << 10
)

// usualUnit holds what servers say as a rule. Thousands of connections may be at
// it at the same time.
const usualUnit = 1 << 10

// talk is the state of one preamble under way. It is used again for other
// connections.
type talk struct {
	conn  io.ReadWriter
	frame frame

	buf        []byte // grows as needed
	start, end int    // what is read and not yet taken
	total      int    // read so far

	// What the answer under way has told so far.
	units   int     // before this one
	code    [3]byte // of its first line
	offered bool    // STARTTLS, or what it is called there
	open    bool    // within <features>
	failed  bool    // within <error>

	out   [36]byte // for a step that builds what it sends
	mysql mysqlServer
}

func (t *talk) begin(conn io.ReadWriter, f frame) {
	t.conn, t.frame = conn, f
	t.start, t.end, t.total = 0, 0, 0
}

// forget makes ready for another answer.
func (t *talk) forget() {
	t.units, t.code = 0, [3]byte{}
	t.offered, t.open, t.failed = false, false, false
}

func (t *talk) unread() []byte { return t.buf[t.start:t.end] }

// next takes the next unit, which stays valid until the one after it.
func (t *talk) next() ([]byte, error) {
	for {
		if t.start < t.end {
			unit, n, err := t.frame(t.unread())
			if err != nil {
				return nil, err
			}
			if n > 0 {
				t.start += n
				return unit, nil
			}
		}
		if err := t.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads once.
func (t *talk) fill() error {
	if t.start > 0 {
		t.end = copy(t.buf, t.unread())
		t.start = 0
	}
	switch {
	case t.end < len(t.buf):
	case t.end < maxUnit:
		t.buf = append(t.buf, make([]byte, max(usualUnit, len(t.buf)))...)
	default:
		return fmt.Errorf("the server sent more than %d KiB without an end: %s", maxUnit>>10, said(t.unread()))
	}
	if t.total >= maxTotal {
		return fmt.Errorf("the server sent more than %d KiB and did not come to the point: %s", maxTotal>>10, said(t.unread()))
	}
	n, err := t.conn.Read(t.buf[t.end:min(len(t.buf), t.end+maxTotal-t.total)])
	t.end += n
	t.total += n
	switch {
	case n > 0:
		return nil // an error that came with data comes again
	case err == io.EOF:
		return fmt.Errorf("the server closed the connection: %w", io.EOF)
	case err == nil:
		return io.ErrNoProgress
	default:
		return neterr.Bare(err)
	}
}

// nothingLeft refuses what arrived behind the agreement to begin TLS.
func (t *talk) nothingLeft() error {
	if t.start == t.end {
		return nil
	}
	return fmt.Errorf("%w: %d bytes, %s", ErrInjected, t.end-t.start, said(t.unread()))
}
