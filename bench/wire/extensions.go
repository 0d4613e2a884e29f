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
)

// extensions walks through the extensions that end a hello.
type extensions struct {
	block cursor
	seen  uint64 // bit n: extension n was there; all that matter are below 64
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
	if kind < 64 {
		if e.seen&(1<<kind) != 0 {
			return 0, cursor{}, fmt.Errorf("extension %d stands twice", kind)
		}
		e.seen |= 1 << kind
	}
	return kind, body, nil
}

// errShape is the error of a structure whose lengths do not add up.
func errShape(name string) error {
	return fmt.Errorf("lengths in %s do not add up", name)
}
