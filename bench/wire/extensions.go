package wire

import "fmt"

// Extensions (RFC 8446 section 4.2; 23 is of RFC 7627, 35 of RFC 5077).
const (
	extExtendedMasterSecret = 23
	extSessionTicket        = 35
	extPreSharedKey         = 41
	extEarlyData            = 42
	extSupportedVersions    = 43
	extPSKModes             = 45
	extKeyShare             = 51
	extEncryptedClientHello = 0xfe0d // RFC 9849 section 5
)

// echOuter is the type of an encrypted_client_hello that holds the inner hello.
const echOuter = 0

// extensions walks through the extensions that end a hello.
type extensions struct {
	block cursor
	seen  uint64 // bit n: extension n was there; all that matter but one are below 64
	ech   bool   // that one was
}

// extensionsOf opens the block. Before TLS 1.3 a hello may end without one.
func extensionsOf(hello *cursor) (extensions, error) {
	if !hello.more() && !hello.short {
		return extensions{}, nil
	}
	block := hello.vector16()
	if !hello.exact() {
		return extensions{}, errShape("hello")
	}
	return extensions{block: cursor{rest: block}}, nil
}

// next is to be called while block has more. Where an extension stands twice
// it is unclear which one counts (RFC 8446 section 4.2 forbids it).
func (e *extensions) next() (kind uint16, body cursor, err error) {
	kind = e.block.uint16()
	body.rest = e.block.vector16()
	if e.block.short {
		return 0, cursor{}, errShape("extensions")
	}
	var twice bool
	switch {
	case kind < 64:
		twice = e.seen&(1<<kind) != 0
		e.seen |= 1 << kind
	case kind == extEncryptedClientHello:
		twice, e.ech = e.ech, true
	}
	if twice {
		return 0, cursor{}, fmt.Errorf("extension %d stands twice", kind)
	}
	return kind, body, nil
}

// errShape is the error of a structure whose lengths do not add up.
func errShape(name string) error {
	return fmt.Errorf("lengths in %s do not add up", name)
}
