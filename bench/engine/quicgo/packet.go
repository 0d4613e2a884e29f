package quicgo

import "encoding/binary"

// datagram is what the unprotected parts of a datagram's packets tell (RFC 9000
// section 17, RFC 9369 section 3.2).
type datagram struct {
	long    bool // begins with a long header: part of a handshake
	version uint32
	// to and from are the connection IDs of the first packet. One with a short
	// header names no sender, and how long its recipient is knows only that.
	to, from []byte
	token    bool // an Initial that presents one
	retry    bool
	oneRTT   bool // holds a packet with a short header, as there are once the keys are agreed
}

const (
	longHeader = 0x80
	version2   = 0x6b3343cf
)

// packet types of version 1
const (
	initial = iota
	early
	handshake
	retry
)

// inspect reads what is there, and stops where it understands no more.
func inspect(b []byte) (d datagram) {
	for first := true; len(b) > 0; first = false {
		if b[0]&longHeader == 0 {
			d.oneRTT = true
			return d
		}
		s := cursor{b: b[1:]}
		version := s.number(4)
		to := s.bytes(int(s.number(1)))
		from := s.bytes(int(s.number(1)))
		if s.short {
			return d
		}
		kind := typeOf(b[0], version)
		if first {
			d.long, d.version, d.to, d.from = true, version, to, from
			d.retry = version != 0 && kind == retry
		}
		if version == 0 || kind == retry {
			return d // version negotiation, or Retry: they have no length and stand alone
		}
		if kind == initial {
			d.token = len(s.bytes(s.varint())) > 0 || d.token
		}
		s.bytes(s.varint())
		if s.short {
			return d
		}
		b = s.b
	}
	return d
}

func typeOf(head byte, version uint32) int {
	kind := int(head>>4) & 3
	if version == version2 {
		kind = (kind + 3) & 3 // it counts from Retry
	}
	return kind
}

// cursor reads from the front, and notes where something is missing.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.b, c.short = nil, true
		return nil
	}
	var taken []byte
	taken, c.b = c.b[:n], c.b[n:]
	return taken
}

func (c *cursor) number(n int) (v uint32) {
	for _, x := range c.bytes(n) {
		v = v<<8 | uint32(x)
	}
	return v
}

// varint is a variable-length integer (RFC 9000 section 16), -1 where it is no
// length of anything.
func (c *cursor) varint() int {
	if len(c.b) == 0 {
		c.short = true
		return -1
	}
	var buf [8]byte
	n := 1 << (c.b[0] >> 6)
	if copy(buf[8-n:], c.bytes(n)) < n {
		return -1
	}
	buf[8-n] &= 0x3f
	if v := binary.BigEndian.Uint64(buf[:]); v <= 1<<16 {
		return int(v)
	}
	return -1
}
