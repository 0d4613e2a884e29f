package starttls

import "io"

// RunAgain is Run with one and the same state each time. Under -race a sync.Pool
// forgets some of what it is given.
func (p *Preamble) RunAgain() func(io.ReadWriter) error {
	t := new(talk)
	return func(conn io.ReadWriter) error { return p.runOver(t, conn) }
}
