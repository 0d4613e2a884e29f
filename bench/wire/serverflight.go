package wire

import (
	"crypto/tls"
	"errors"
	"time"
)

// ServerFlight is the plaintext part of what a server sent.
type ServerFlight struct {
	Version uint16 // negotiated
	Suite   uint16

	// SessionID is, in a full handshake of TLS 1.2 and below, the ID under
	// which the server keeps the session, empty for none. In TLS 1.3, and
	// where a session or ticket is resumed, it is the echo of the client's.
	SessionID []byte

	ExtendedMasterSecret bool // RFC 7627; TLS 1.3 has no need of it
	TicketExtension      bool // the server is going to send a ticket (TLS 1.2 and below)
	HelloRetryRequest    bool // the server asked for another hello first (RFC 8446 section 4.1.4)

	Tickets          []Ticket // TLS 1.2 and below (RFC 5077 section 3.3); later ones are encrypted
	CertificateBytes int      // body of the Certificate message, TLS 1.2 and below; 0 where not seen
}

// Ticket is a session ticket as the server announced it.
type Ticket struct {
	LifetimeHint time.Duration // 0: not said
	Size         int           // 0: the server changed its mind and sent none
}

// helloRetryRequest is the random that makes a ServerHello a HelloRetryRequest
// (RFC 8446 section 4.1.3).
const helloRetryRequest = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

// ParseServerFlight reads what came from the server, from the first byte of
// the connection to where encryption begins, or to the end of the bytes.
//
// Bytes that end after a complete ServerHello are no error, nor are those that
// end after a HelloRetryRequest, which then stands for the ServerHello.
// ErrNotHello and ErrTruncated come with an empty flight, ErrBrokenOff with
// what was read before.
//
// SessionID is part of records, unless ServerHello is split over several.
func ParseServerFlight(records []byte) (ServerFlight, error) {
	m := messages{rest: records, failure: ErrNotHello}
	msg, err := m.next()
	if err != nil {
		return ServerFlight{}, err
	}
	f, err := m.serverHello(msg)
	if err != nil {
		return ServerFlight{}, err
	}
	m.failure = ErrBrokenOff
	switch {
	case f.HelloRetryRequest:
		err = m.afterRetry(&f)
	case f.Version < tls.VersionTLS13:
		err = m.untilEncrypted(&f)
	}
	if errors.Is(err, ErrTruncated) {
		err = nil
	}
	return f, err
}

// afterRetry reads the ServerHello that follows a HelloRetryRequest.
// ChangeCipherSpec may stand between them, to please middleboxes (RFC 8446
// appendix D.4).
func (m *messages) afterRetry(f *ServerFlight) error {
	for {
		msg, err := m.next()
		if err != nil {
			return err
		}
		if msg.record == recordChangeCipherSpec {
			continue
		}
		hello, err := m.serverHello(msg)
		if err != nil {
			return err
		}
		if hello.HelloRetryRequest {
			return m.fail("second HelloRetryRequest")
		}
		if hello.Version != f.Version || hello.Suite != f.Suite {
			return m.fail("version %#04x and suite %#04x after a HelloRetryRequest of version %#04x and suite %#04x",
				hello.Version, hello.Suite, f.Version, f.Suite)
		}
		hello.HelloRetryRequest = true
		*f = hello
		return nil
	}
}

// untilEncrypted reads what follows ServerHello in TLS 1.2 and below.
func (m *messages) untilEncrypted(f *ServerFlight) error {
	for {
		msg, err := m.next()
		if err != nil {
			return err
		}
		if msg.record != recordHandshake {
			return nil
		}
		switch msg.kind {
		case messageServerHello:
			return m.fail("second ServerHello")
		case messageCertificate:
			f.CertificateBytes = len(msg.body)
		case messageNewSessionTicket:
			c := cursor{rest: msg.body}
			ticket := Ticket{LifetimeHint: time.Duration(c.uint32()) * time.Second, Size: len(c.vector16())}
			if !c.exact() {
				return m.fail("NewSessionTicket: %w", errShape("ticket"))
			}
			f.Tickets = append(f.Tickets, ticket)
		}
	}
}

func (m *messages) serverHello(msg message) (ServerFlight, error) {
	if msg.record != recordHandshake {
		return ServerFlight{}, m.fail("record of type %d instead of ServerHello", msg.record)
	}
	if msg.kind != messageServerHello {
		return ServerFlight{}, m.fail("handshake message of type %d instead of ServerHello", msg.kind)
	}
	f, err := serverHello(msg.body)
	if err != nil {
		return ServerFlight{}, m.fail("ServerHello: %w", err)
	}
	return f, nil
}

func serverHello(body []byte) (ServerFlight, error) {
	c := cursor{rest: body}
	var f ServerFlight
	f.Version = c.uint16()
	f.HelloRetryRequest = string(c.take(randomSize)) == helloRetryRequest
	f.SessionID = c.vector8()
	f.Suite = c.uint16()
	c.uint8() // legacy_compression_method
	if err := checkHello(&c, f.Version, f.SessionID); err != nil {
		return ServerFlight{}, err
	}
	exts, err := extensionsOf(&c)
	if err != nil {
		return ServerFlight{}, err
	}
	for exts.block.more() {
		kind, ext, err := exts.next()
		if err != nil {
			return ServerFlight{}, err
		}
		if err := f.extension(kind, &ext); err != nil {
			return ServerFlight{}, err
		}
	}
	if f.HelloRetryRequest && f.Version < tls.VersionTLS13 {
		return ServerFlight{}, errors.New("HelloRetryRequest before TLS 1.3")
	}
	return f, nil
}

func (f *ServerFlight) extension(kind uint16, ext *cursor) error {
	switch kind {
	case extSupportedVersions: // overrides legacy_version
		f.Version = ext.uint16()
		if !ext.exact() {
			return errShape("supported_versions")
		}
	case extExtendedMasterSecret:
		f.ExtendedMasterSecret = true
		if !ext.exact() {
			return errShape("extended_master_secret")
		}
	case extSessionTicket:
		f.TicketExtension = true
		if !ext.exact() {
			return errShape("session_ticket")
		}
	}
	return nil
}
