package starttls

import (
	"errors"
	"fmt"
)

// ldapStartTLS is message 1: an extended request with the name of StartTLS and
// no value (RFC 4511 sections 4.12 and 4.14.1).
const ldapStartTLS = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + "1.3.6.1.4.1.1466.20037"

// berHeader reads a tag and a length (RFC 4511 section 5.1: definite lengths
// only). n is the header's size, 0 where it has not all arrived.
func berHeader(data []byte) (size, n int, err error) {
	if len(data) < 2 {
		return 0, 0, nil
	}
	if data[1] < 0x80 {
		return int(data[1]), 2, nil
	}
	octets := int(data[1] & 0x7f)
	if octets == 0 || octets > 4 {
		return 0, 0, errors.New("a length in no form that LDAP has")
	}
	if len(data) < 2+octets {
		return 0, 0, nil
	}
	for _, b := range data[2 : 2+octets] {
		size = size<<8 | int(b)
	}
	return size, 2 + octets, nil
}

// berMessage is one LDAPMessage.
func berMessage(data []byte) (unit []byte, n int, err error) {
	if isTLS(data) {
		return nil, 0, errTLSAlready
	}
	if data[0] != 0x30 {
		return nil, 0, fmt.Errorf("the server sent no LDAP message: %s", said(data))
	}
	size, header, err := berHeader(data)
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("the server sent %w: %s", err, said(data))
	case header == 0:
		return nil, 0, nil
	case header+size > maxUnit:
		return nil, 0, fmt.Errorf("the server announced a message of more than %d KiB", maxUnit>>10)
	case len(data) < header+size:
		return nil, 0, nil
	}
	return data[:header+size], header + size, nil
}

// berElement splits off the first element, whose tag must be that one.
func berElement(data []byte, tag byte) (body, rest []byte, ok bool) {
	size, n, err := berHeader(data)
	if err != nil || n == 0 || data[0] != tag || size > len(data)-n {
		return nil, nil, false
	}
	return data[n : n+size], data[n+size:], true
}

// ldapResponse is the answer to message 1: result code 0, or another with a
// text.
type ldapResponse struct{}

func (ldapResponse) take(_ *talk, unit []byte) (done bool, err error) {
	const (
		sequence, integer, octets, enumerated = 0x30, 0x02, 0x04, 0x0a
		extendedResponse                      = 0x78
	)
	message, _, ok1 := berElement(unit, sequence)
	id, message, ok2 := berElement(message, integer)
	response, _, ok3 := berElement(message, extendedResponse)
	code, response, ok4 := berElement(response, enumerated)
	if !ok1 || !ok2 || !ok3 || !ok4 || len(code) != 1 || len(id) != 1 {
		return false, refused(unit)
	}
	_, response, _ = berElement(response, octets) // the matched name
	text, _, _ := berElement(response, octets)
	switch {
	case id[0] == 0: // RFC 4511 section 4.4.1
		return false, fmt.Errorf("the server ends the connection: result %d, %s", code[0], said(text))
	case id[0] != 1:
		return false, fmt.Errorf("the server answered message %d, which was not sent", id[0])
	case code[0] != 0:
		return false, fmt.Errorf("the server answered result %d, %s", code[0], said(text))
	}
	return true, nil
}
