package wire

import "fmt"

// What both hellos have in common (RFC 8446 section 4.1).
const (
	randomSize   = 32
	maxSessionID = 32
)

// checkHello looks at the fixed part of a hello, when c has read it.
func checkHello(c *cursor, version uint16, sessionID []byte) error {
	if c.short {
		return errShape("hello")
	}
	if version>>8 != 3 {
		return fmt.Errorf("version %#04x", version)
	}
	if len(sessionID) > maxSessionID {
		return fmt.Errorf("session ID of %d bytes", len(sessionID))
	}
	return nil
}
