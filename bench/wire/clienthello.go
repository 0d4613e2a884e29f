package wire

// ClientHello is what a ClientHello offers to resume (RFC 8446 section 4.1.2,
// RFC 5246 section 7.4.1.2).
type ClientHello struct {
	// SessionID is legacy_session_id, of up to 32 bytes. In TLS 1.3, and
	// beside a ticket, it may be there only to be echoed.
	SessionID []byte

	// HasTicketExtension says that the client takes tickets of TLS 1.2 and
	// below (session_ticket, RFC 5077 section 3.2). Ticket is the one that it
	// offers, empty for none.
	HasTicketExtension bool
	Ticket             []byte

	PSKs      int  // identities in pre_shared_key (RFC 8446 section 4.2.11)
	PSKModes  bool // psk_key_exchange_modes is there (section 4.2.9)
	EarlyData bool // early_data is there (section 4.2.10)
	KeyShares int  // entries in key_share (section 4.2.8)

	// ECH is the size of the payload of encrypted_client_hello in an outer
	// hello (RFC 9849 section 5), 0 where there is none.
	ECH int
}

// ParseClientHello reads the first message that a client sent; what follows it
// does not matter. With Encrypted ClientHello that is the outer one.
//
// The slices in the result are parts of records and nothing is allocated,
// unless the message is split over several records: then it is joined in new
// memory. Errors are ErrNotHello or ErrTruncated, with the result empty.
func ParseClientHello(records []byte) (ClientHello, error) {
	m := messages{rest: records, failure: ErrNotHello}
	msg, err := m.next()
	if err != nil {
		return ClientHello{}, err
	}
	if msg.record != recordHandshake {
		return ClientHello{}, m.fail("record of type %d first", msg.record)
	}
	if msg.kind != messageClientHello {
		return ClientHello{}, m.fail("handshake message of type %d instead of ClientHello", msg.kind)
	}
	hello, err := clientHello(msg.body)
	if err != nil {
		return ClientHello{}, m.fail("ClientHello: %w", err)
	}
	return hello, nil
}

func clientHello(body []byte) (ClientHello, error) {
	c := cursor{rest: body}
	var h ClientHello
	version := c.uint16()
	c.take(randomSize)
	h.SessionID = c.vector8()
	c.vector16() // cipher_suites
	c.vector8()  // legacy_compression_methods
	if err := checkHello(&c, version, h.SessionID); err != nil {
		return ClientHello{}, err
	}
	exts, err := extensionsOf(&c)
	if err != nil {
		return ClientHello{}, err
	}
	for exts.block.more() {
		kind, ext, err := exts.next()
		if err != nil {
			return ClientHello{}, err
		}
		if err := h.extension(kind, &ext); err != nil {
			return ClientHello{}, err
		}
	}
	return h, nil
}

func (h *ClientHello) extension(kind uint16, ext *cursor) error {
	switch kind {
	case extSessionTicket:
		h.HasTicketExtension = true
		h.Ticket = ext.take(len(ext.rest)) // no length of its own (RFC 5077 section 3.2)
	case extPreSharedKey:
		return h.preSharedKey(ext)
	case extPSKModes:
		h.PSKModes = true
		if len(ext.vector8()) == 0 || !ext.exact() {
			return errShape("psk_key_exchange_modes")
		}
	case extEncryptedClientHello:
		if ext.uint8() != echOuter {
			break // an inner one, which says no more
		}
		ext.take(5)    // cipher_suite and config_id
		ext.vector16() // enc
		h.ECH = len(ext.vector16())
		if !ext.exact() {
			return errShape("encrypted_client_hello")
		}
	case extEarlyData:
		h.EarlyData = true
		if !ext.exact() {
			return errShape("early_data")
		}
	case extKeyShare:
		shares := cursor{rest: ext.vector16()}
		for shares.more() {
			shares.uint16() // group
			shares.vector16()
			h.KeyShares++
		}
		if shares.short || !ext.exact() {
			return errShape("key_share")
		}
	}
	return nil
}

// preSharedKey counts the identities. Each needs a binder.
func (h *ClientHello) preSharedKey(ext *cursor) error {
	identities := cursor{rest: ext.vector16()}
	binders := cursor{rest: ext.vector16()}
	for identities.more() {
		identities.vector16()
		identities.uint32() // obfuscated_ticket_age
		binders.vector8()
		h.PSKs++
	}
	if h.PSKs == 0 || identities.short || !binders.exact() || !ext.exact() {
		return errShape("pre_shared_key")
	}
	return nil
}
