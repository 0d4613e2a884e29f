package quicgo

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// header makes a long header up to and with the length of what follows.
func header(head byte, version uint32, to, from, token string, length int) []byte {
	b := binary.BigEndian.AppendUint32([]byte{head}, version)
	b = append(append(b, byte(len(to))), to...)
	b = append(append(b, byte(len(from))), from...)
	if typeOf(head, version) == initial {
		b = append(append(b, byte(len(token))), token...)
	}
	b = binary.BigEndian.AppendUint16(b, 0x4000|uint16(length))
	return append(b, make([]byte, length)...)
}

func TestInspect(t *testing.T) {
	initial1 := header(0xc0, 1, "dest", "src", "", 900)
	for _, tt := range []struct {
		name string
		b    []byte
		want datagram
	}{
		{"Initial", initial1, datagram{long: true, version: 1}},
		{"Initial with a token", header(0xc0, 1, "dest", "src", "token", 300), datagram{long: true, version: 1, token: true}},
		{"Initial of version 2", header(0xd0, version2, "dest", "src", "token", 300), datagram{long: true, version: version2, token: true}},
		{"0-RTT behind Initial", append(bytes.Clone(initial1), header(0xd0, 1, "dest", "src", "", 50)...), datagram{long: true, version: 1}},
		{"Handshake and 1-RTT", append(header(0xe0, 1, "dest", "src", "", 50), 0x40, 1, 2, 3), datagram{long: true, version: 1, oneRTT: true}},
		{"Retry", header(0xf0, 1, "dest", "src", "", 50), datagram{long: true, version: 1, retry: true}},
		{"Retry of version 2", header(0xc0, version2, "dest", "src", "", 50), datagram{long: true, version: version2, retry: true}},
		{"version negotiation", header(0xf0, 0, "dest", "src", "", 50), datagram{long: true}},
	} {
		d := inspect(tt.b)
		if string(d.to) != "dest" || string(d.from) != "src" {
			t.Errorf("%s: to %q from %q", tt.name, d.to, d.from)
		}
		d.to, d.from = nil, nil
		if d.long != tt.want.long || d.version != tt.want.version || d.token != tt.want.token || d.retry != tt.want.retry || d.oneRTT != tt.want.oneRTT {
			t.Errorf("%s: %+v, want %+v", tt.name, d, tt.want)
		}
	}
	if d := inspect([]byte{0x40, 1, 2, 3, 4}); d.long || !d.oneRTT {
		t.Errorf("1-RTT: %+v", d)
	}
}

// Anybody may send a datagram.
func FuzzInspect(f *testing.F) {
	f.Add(header(0xc0, 1, "dest", "src", "token", 30))
	f.Add(header(0xf0, 0, "", "", "", 3))
	f.Add([]byte{0xc0, 0, 0, 0, 1, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		d := inspect(b)
		if len(d.to) > 255 || len(d.from) > 255 || d.long && b[0]&longHeader == 0 {
			t.Errorf("%+v", d)
		}
	})
}
