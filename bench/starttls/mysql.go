package starttls

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// The capabilities that matter here.
const (
	mysqlLongPassword = 1 << 0
	mysqlProtocol41   = 1 << 9
	mysqlSSL          = 1 << 11
	mysqlSecure       = 1 << 15 // longer challenges
	mysqlPluginAuth   = 1 << 19
)

// mysqlServer is what a greeting says.
type mysqlServer struct {
	capabilities uint32
	charset      byte
}

// mysqlPacket is a packet with its header: three bytes of length and a sequence
// number.
func mysqlPacket(data []byte) (unit []byte, n int, err error) {
	if isTLS(data) {
		return nil, 0, errTLSAlready
	}
	if len(data) < 4 {
		return nil, 0, nil
	}
	n = 4 + int(data[0]) + int(data[1])<<8 + int(data[2])<<16
	switch {
	case n == 4 || n > maxUnit:
		return nil, 0, fmt.Errorf("the server sent no MySQL packet: %s", said(data))
	case len(data) < n:
		return nil, 0, nil
	}
	return data[:n], n, nil
}

// mysqlGreeting is Protocol::HandshakeV10, or ERR_Packet.
type mysqlGreeting struct{}

func (mysqlGreeting) take(t *talk, unit []byte) (done bool, err error) {
	sequence, body := unit[3], unit[4:]
	if body[0] == 0xff && len(body) >= 3 {
		return false, fmt.Errorf("the server answered error %d, %s", binary.LittleEndian.Uint16(body[1:]), said(body[3:]))
	}
	server, ok := readMySQLGreeting(body)
	switch {
	case !ok || sequence != 0:
		return false, refused(unit)
	case server.capabilities&mysqlSSL == 0:
		return false, notOffered("TLS: CLIENT_SSL is not among its capabilities")
	}
	t.mysql = server
	return true, nil
}

// readMySQLGreeting reads a greeting of protocol 10: its version, then a
// connection's number (4 bytes), the first part of a challenge (8), a zero, the
// lower half of the capabilities, a character set, a status (2), and the upper
// half. What comes after the lower half may be missing.
func readMySQLGreeting(body []byte) (s mysqlServer, ok bool) {
	end := bytes.IndexByte(body, 0)
	if body[0] != 10 || end < 0 {
		return s, false
	}
	rest := body[end+1:]
	if len(rest) < 4+8+1+2 {
		return s, false
	}
	rest = rest[4+8+1:]
	s.capabilities = uint32(binary.LittleEndian.Uint16(rest))
	if len(rest) >= 2+1+2+2 {
		s.charset = rest[2]
		s.capabilities |= uint32(binary.LittleEndian.Uint16(rest[5:])) << 16
	}
	return s, s.capabilities&mysqlProtocol41 != 0
}

// mysqlSSLRequest is Protocol::SSLRequest: capabilities, the largest packet, the
// server's character set, and 23 zeros. TLS begins right behind it.
func mysqlSSLRequest(t *talk) []byte {
	const largest = 1 << 24
	out := t.out[:4+32]
	clear(out)
	out[0], out[3] = 32, 1
	wanted := uint32(mysqlLongPassword | mysqlProtocol41 | mysqlSSL | mysqlSecure | mysqlPluginAuth)
	binary.LittleEndian.PutUint32(out[4:], wanted&t.mysql.capabilities)
	binary.LittleEndian.PutUint32(out[8:], largest)
	out[12] = t.mysql.charset
	return out
}
