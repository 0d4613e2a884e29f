package wire

import "encoding/binary"

// cursor reads fields off the front of a message. A field that is not there
// reads as zero or nil, empties the cursor and is remembered, so that the
// reader asks once, at the end.
type cursor struct {
	rest  []byte
	short bool
}

// take cuts off n bytes. They have no spare capacity: an append to them cannot
// reach the bytes that follow.
func (c *cursor) take(n int) []byte {
	if n > len(c.rest) {
		c.rest, c.short = nil, true
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) uint8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// vector8 and vector16 read a vector behind its length (RFC 8446 section 3.4).

func (c *cursor) vector8() []byte { return c.take(int(c.uint8())) }

func (c *cursor) vector16() []byte { return c.take(int(c.uint16())) }

// more says whether there is anything left to read.
func (c *cursor) more() bool { return len(c.rest) > 0 }

// exact says whether every field was there, and nothing beside them.
func (c *cursor) exact() bool { return !c.short && !c.more() }
