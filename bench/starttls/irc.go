package starttls

import "bytes"

// ircMessage splits a line into its command and what follows, without the
// sender that may stand before them (RFC 2812 section 2.3.1).
func ircMessage(unit []byte) (command, rest []byte) {
	if len(unit) > 0 && unit[0] == ':' {
		_, unit, _ = bytes.Cut(unit, []byte(" "))
	}
	command, rest, _ = bytes.Cut(unit, []byte(" "))
	return command, rest
}

// ircUnasked tells what servers say while they look a client up: notices, and
// 020, which asks to wait.
func ircUnasked(unit []byte) bool {
	command, _ := ircMessage(unit)
	return bytes.EqualFold(command, []byte("NOTICE")) || string(command) == "020"
}

// ircCapabilities is the list of what a server can do: CAP * LS :tls …, with an
// asterisk before the colon in all lines of it but the last.
type ircCapabilities struct{}

func (ircCapabilities) take(t *talk, unit []byte) (done bool, err error) {
	command, rest := ircMessage(unit)
	_, rest, _ = bytes.Cut(rest, []byte(" ")) // the client's name, or *
	if !bytes.EqualFold(command, []byte("CAP")) || !beginsWith(rest, "LS") {
		return false, refused(unit)
	}
	rest = bytes.TrimLeft(rest[len("LS"):], " ")
	more := bytes.HasPrefix(rest, []byte("* "))
	if more {
		rest = rest[len("* "):]
	}
	rest = bytes.TrimPrefix(rest, []byte(":"))
	for len(rest) > 0 && !t.offered {
		var name []byte
		name, rest, _ = bytes.Cut(rest, []byte(" "))
		name, _, _ = bytes.Cut(name, []byte("="))
		t.offered = bytes.EqualFold(name, []byte("tls"))
	}
	switch {
	case more:
		return false, nil
	case !t.offered:
		return false, notOffered("tls")
	}
	return true, nil
}

// ircNumeric is the one good command.
type ircNumeric string

func (n ircNumeric) take(_ *talk, unit []byte) (done bool, err error) {
	if command, _ := ircMessage(unit); string(command) != string(n) {
		return false, refused(unit)
	}
	return true, nil
}
