package wire

import (
	"encoding/binary"
	"slices"
)

// What follows builds messages by hand, right or wrong.

func u16(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }

func vec8(parts ...[]byte) []byte {
	b := slices.Concat(parts...)
	return append([]byte{byte(len(b))}, b...)
}

func vec16(parts ...[]byte) []byte {
	b := slices.Concat(parts...)
	return append(u16(len(b)), b...)
}

func record(kind byte, parts ...[]byte) []byte {
	return slices.Concat([]byte{kind, 3, 3}, vec16(parts...))
}

func msg(kind byte, parts ...[]byte) []byte {
	b := slices.Concat(parts...)
	return slices.Concat([]byte{kind, byte(len(b) >> 16)}, u16(len(b)), b)
}

func ext(kind int, parts ...[]byte) []byte {
	return slices.Concat(u16(kind), vec16(parts...))
}

// split puts handshake bytes into records of at most size bytes.
func split(size int, data []byte) []byte {
	var records []byte
	for part := range slices.Chunk(data, size) {
		records = append(records, record(recordHandshake, part)...)
	}
	return records
}

var (
	someID     = []byte("0123456789abcdef0123456789abcdef")
	someRandom = make([]byte, randomSize)
	ccs        = record(recordChangeCipherSpec, []byte{1})
	encrypted  = record(recordApplicationData, make([]byte, 40))
	in13       = ext(extSupportedVersions, u16(0x0304))
)

// client is a ClientHello with these extensions.
func client(exts ...[]byte) []byte {
	return msg(messageClientHello, u16(0x0303), someRandom, vec8(someID), vec16(u16(0x1301)), vec8([]byte{0}), vec16(exts...))
}

// server is a ServerHello with these extensions.
func server(exts ...[]byte) []byte { return serverWith(string(someRandom), 0x1301, exts...) }

func retry() []byte { return serverWith(helloRetryRequest, 0x1301, in13) }

func serverWith(random string, suite int, exts ...[]byte) []byte {
	return msg(messageServerHello, u16(0x0303), []byte(random), vec8(someID), u16(suite), []byte{0}, vec16(exts...))
}

func identity(size int) []byte { return slices.Concat(vec16(make([]byte, size)), make([]byte, 4)) }

func newTicket(seconds uint32, size int) []byte {
	return msg(messageNewSessionTicket, binary.BigEndian.AppendUint32(nil, seconds), vec16(make([]byte, size)))
}
