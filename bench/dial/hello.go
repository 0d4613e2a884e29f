package dial

import "tlsbench/bench/wire"

// Hello is what a ClientHello offered to resume. Under Encrypted Client Hello
// that is in the inner one, of which only the size shows.
type Hello struct {
	// Ticket says that a ticket of TLS 1.2 or below was offered, PSK that one
	// of TLS 1.3 was.
	Ticket, PSK bool
	// ECH is the size of the encrypted ClientHello in it, 0 for none (RFC 9849).
	ECH int
	// Sent is false while none has been written.
	Sent bool
	// Err is why the ClientHello could not be read.
	Err error

	id     [32]byte
	length int
}

// SessionID is the hello's session ID. crypto/tls always sends one, if only a
// random one (RFC 8446 section 4.1.2, RFC 5077 section 3.4).
func (h *Hello) SessionID() []byte { return h.id[:h.length] }

func (h *Hello) read(records []byte) {
	hello, err := wire.ParseClientHello(records)
	h.Sent = true
	h.Ticket, h.PSK, h.Err = len(hello.Ticket) > 0, hello.PSKs > 0, err
	h.ECH = hello.ECH
	h.length = copy(h.id[:], hello.SessionID)
}
