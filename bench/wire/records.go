package wire

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
)

// Record types and sizes (RFC 8446 section 5.1).
const (
	recordHeader = 5
	maxPlaintext = 1 << 14

	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23
)

// Handshake messages (RFC 8446 section 4, RFC 5246 section 7.4).
const (
	messageHeader = 4

	messageClientHello      = 1
	messageServerHello      = 2
	messageNewSessionTicket = 4
	messageCertificate      = 11
)

// Alerts (RFC 5246 section 7.2).
const (
	alertWarning     = 1
	alertCloseNotify = 0
)

// message is one handshake message. Where record is another type than
// recordHandshake, such a record stands in its place: from there on the bytes
// may be encrypted.
type message struct {
	record uint8
	kind   uint8
	body   []byte
}

// messages reads handshake messages out of records, however they are split.
// A message that sits in one record is not copied.
type messages struct {
	rest   []byte // records not yet opened
	data   []byte // handshake bytes of opened records, not yet read
	copied bool   // data is memory of its own

	failure error // what a failure at this point of the handshake is

	warned  bool
	warning tls.AlertError // the last one
}

// next returns ErrTruncated at the end of the bytes.
func (m *messages) next() (message, error) {
	for {
		if msg, ok := m.cut(); ok {
			return msg, nil
		}
		kind, fragment, err := m.record()
		if err != nil {
			return message{}, err
		}
		switch kind {
		case recordHandshake:
			m.join(fragment)
		case recordAlert:
			if err := m.alert(fragment); err != nil {
				return message{}, err
			}
		default:
			if len(m.data) > 0 {
				return message{}, m.fail("record of type %d inside a handshake message", kind)
			}
			return message{record: kind}, nil
		}
	}
}

// cut takes the next message off data, if all of it is there.
func (m *messages) cut() (message, bool) {
	if len(m.data) < messageHeader {
		return message{}, false
	}
	end := messageHeader + int(binary.BigEndian.Uint32(m.data)&0xffffff)
	if len(m.data) < end {
		return message{}, false
	}
	msg := message{record: recordHandshake, kind: m.data[0], body: m.data[messageHeader:end:end]}
	m.data = m.data[end:]
	return msg, true
}

// join puts a fragment behind the bytes that wait for it.
func (m *messages) join(fragment []byte) {
	if len(m.data) == 0 {
		m.data, m.copied = fragment, false
		return
	}
	if !m.copied {
		m.data, m.copied = m.data[:len(m.data):len(m.data)], true
	}
	m.data = append(m.data, fragment...)
}

// record opens the next record. Where the bytes end inside one of handshake
// messages, its fragment is what there is: a message may be whole in it.
func (m *messages) record() (kind uint8, fragment []byte, err error) {
	if len(m.rest) == 0 {
		return 0, nil, m.truncated()
	}
	header := m.rest[:min(recordHeader, len(m.rest))]
	kind = header[0]
	if kind < recordChangeCipherSpec || kind > recordApplicationData || len(header) > 1 && header[1] != 3 {
		return 0, nil, m.fail("not a TLS record: %q", header)
	}
	if len(header) < recordHeader {
		return 0, nil, m.truncated()
	}
	length := int(binary.BigEndian.Uint16(header[3:]))
	m.rest = m.rest[recordHeader:]
	fragment = m.rest[:min(length, len(m.rest))]
	m.rest = m.rest[len(fragment):]

	var ok bool
	switch kind {
	case recordHandshake:
		ok = length > 0 && length <= maxPlaintext
	case recordAlert:
		ok = length == 2
	case recordChangeCipherSpec:
		ok = length == 1 && (len(fragment) == 0 || fragment[0] == 1)
	default:
		ok = true // encrypted: never read
	}
	if !ok {
		return 0, nil, m.fail("record of type %d with %d bytes that make none", kind, length)
	}
	if kind != recordHandshake && len(fragment) < length {
		return 0, nil, m.truncated()
	}
	return kind, fragment, nil
}

// alert passes over a warning, as TLS stacks do: before TLS 1.3 a server may
// say so that it does not know the name, and go on.
func (m *messages) alert(fragment []byte) error {
	alert := tls.AlertError(fragment[1])
	if fragment[0] == alertWarning && alert != alertCloseNotify {
		m.warned, m.warning = true, alert
		return nil
	}
	return m.fail("alert %d: %w", uint8(alert), alert)
}

func (m *messages) truncated() error {
	if m.warned {
		return fmt.Errorf("%w, behind a warning, alert %d: %w", ErrTruncated, uint8(m.warning), m.warning)
	}
	return ErrTruncated
}

func (m *messages) fail(format string, args ...any) error {
	return fmt.Errorf("%w: %w", m.failure, fmt.Errorf(format, args...))
}
