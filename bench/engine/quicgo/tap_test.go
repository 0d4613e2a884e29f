package quicgo

import (
	"encoding/binary"
	"testing"

	"tlsbench/bench"
)

// A server that still has something to say to an earlier connection makes
// quic-go repeat its farewell. That is no end of the present handshake, whose
// last message has then not gone out yet.
func TestFarewellsOfEarlierConnections(t *testing.T) {
	tap := newTap()
	var farewells [][]byte
	for i := range byte(3) {
		tap.begin()
		id, err := tap.GenerateConnectionID()
		if err != nil {
			t.Fatal(err)
		}
		own := string(id.Bytes())
		hello := header(0xc0, 1, "server", own, "", 900)
		last := append(header(0xe0, 1, "server", own, "", 50), 0x40, 1, 2, 3, 4, i)
		answer := header(0xc0, 1, own, "server", "", 800)

		tap.wrote(hello)
		tap.received(answer)
		for _, f := range farewells {
			tap.wrote(f)
		}
		if len(tap.sent) != 0 {
			t.Error("the last message went out early")
		}
		tap.wrote(last)
		if len(tap.sent) != 1 {
			t.Error("the last message did not go out")
		}
		var s bench.Sample
		tap.fill(&s)
		if want := int64(len(hello) + len(last)); s.BytesOut != want || s.DatagramsOut != 2 || s.BytesIn != int64(len(answer)) || s.DatagramsIn != 1 {
			t.Errorf("%d bytes in %d datagrams, and in %d in %d; want %d in 2, and %d in 1", s.BytesOut, s.DatagramsOut, s.BytesIn, s.DatagramsIn, want, len(answer))
		}
		tap.wrote([]byte{0x40, 'a', 'c', 'k', i})
		farewell := binary.BigEndian.AppendUint64([]byte{0x41}, uint64(i))
		farewells = append(farewells, farewell)
		tap.wrote(farewell)
	}
}

// What came is held back only for 0-RTT data that is to go out before it.
func TestGate(t *testing.T) {
	open := func(tap *tap) bool {
		if tap.gate.TryLock() {
			tap.gate.Unlock()
			return true
		}
		return false
	}
	for _, early := range []bool{true, false} {
		tap := newTap()
		tap.begin()
		id, err := tap.GenerateConnectionID()
		if err != nil {
			t.Fatal(err)
		}
		release := tap.hold()
		if early {
			tap.goesEarly()
		}
		if open(tap) {
			t.Errorf("goes early %t: open before anything went out", early)
		}
		tap.wrote(header(0xc0, 1, "server", string(id.Bytes()), "", 900))
		if got := open(tap); got == early {
			t.Errorf("goes early %t: open %t behind the first datagram", early, got)
		}
		release()
		if !open(tap) {
			t.Errorf("goes early %t: closed when it was released", early)
		}
	}
}
