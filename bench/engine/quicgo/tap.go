package quicgo

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/quic-go/quic-go"

	"tlsbench/bench"
)

// tap counts the datagrams of one connection's handshake on a socket that has
// one connection after the other. What arrives late for an earlier one is told
// by its connection ID: they are numbers that go up by one, and those that were
// given away since the attempt began are its own.
//
// A handshake's datagrams are those that begin with a long header, until the
// client has written its first packet under the agreed keys: that goes out with
// or behind its last message. So what is counted does not depend on how fast
// somebody looks.
type tap struct {
	mu          sync.Mutex
	first, next uint32 // of the attempt's connection IDs, and the next one
	open        bool
	version     uint32 // of the first packet
	retried     bool   // a Retry came
	c           counts
	// farewells are the last datagrams of earlier connections: quic-go sends one
	// again to a server that has something left to say.
	farewells [8][]byte
	turn      int
	// gate is held while nothing that came may be handed on.
	gate  sync.Mutex
	opens func() // the gate, where nothing goes out that it is held for
	// sent is told when the client's last message has gone.
	sent chan struct{}
}

type counts struct {
	in, out                   int64 // bytes
	datagramsIn, datagramsOut int64
	retry, negotiated         bool
	refusals                  int64 // datagrams of version negotiation
	strange                   int64 // datagrams that belong to no connection of this socket
}

// idLength is that of quic-go's own connection IDs.
const idLength = 4

func newTap() *tap {
	return &tap{next: rand.Uint32(), sent: make(chan struct{}, 1)}
}

// GenerateConnectionID implements quic.ConnectionIDGenerator.
func (t *tap) GenerateConnectionID() (quic.ConnectionID, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var id [idLength]byte
	binary.BigEndian.PutUint32(id[:], t.next)
	t.next++
	return quic.ConnectionIDFromBytes(id[:]), nil
}

// ConnectionIDLen implements quic.ConnectionIDGenerator.
func (t *tap) ConnectionIDLen() int { return idLength }

// begin is called before an attempt.
func (t *tap) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first, t.open = t.next, true
	t.version, t.retried, t.opens, t.c = 0, false, nil, counts{}
	t.turn++
	select {
	case <-t.sent:
	default:
	}
}

func (t *tap) own(id []byte) bool {
	return len(id) == idLength && binary.BigEndian.Uint32(id)-t.first < t.next-t.first
}

// late reports whether a connection ID may be an earlier attempt's.
func (t *tap) late(id []byte) bool {
	const many = 1 << 16 // of the 2³² that a stranger could hit
	return len(id) == idLength && t.first-1-binary.BigEndian.Uint32(id) < many
}

func (t *tap) received(b []byte) {
	t.pass()
	if len(b) == 0 {
		return
	}
	d := inspect(b)
	to := d.to
	if b[0]&longHeader == 0 && len(b) > idLength {
		to = b[1 : 1+idLength]
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.open:
		return
	case !t.own(to):
		if !t.late(to) {
			t.c.strange++
		}
		return
	case !d.long:
		return
	case d.version == 0:
		t.c.refusals++
	}
	t.c.in += int64(len(b))
	t.c.datagramsIn++
	t.retried = t.retried || d.retry
}

// pass waits for the gate.
func (t *tap) pass() {
	t.gate.Lock()
	defer t.gate.Unlock()
}

// untilSent is how long the gate is held at most. What is to go out has its time,
// unless the session has the server grant no streams.
const untilSent = 5 * time.Second

// hold closes the gate until it is released, or until the first datagram goes out
// of a connection that cannot send 0-RTT data.
func (t *tap) hold() (release func()) {
	t.gate.Lock()
	open := sync.OnceFunc(t.gate.Unlock)
	late := time.AfterFunc(untilSent, open)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opens = open
	return func() {
		late.Stop()
		open()
	}
}

// goesEarly is told of a connection that can send 0-RTT data.
func (t *tap) goesEarly() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opens = nil
}

func (t *tap) wrote(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.open {
		last := &t.farewells[t.turn%len(t.farewells)]
		*last = append((*last)[:0], b...)
		return
	}
	d := inspect(b)
	switch {
	case d.long && !t.own(d.from), !d.long && t.repeats(b):
		return // a farewell to an earlier connection
	case d.long:
		t.c.out += int64(len(b))
		t.c.datagramsOut++
		if t.opens != nil {
			t.opens()
		}
		// That the client acts on them shows that it took them for genuine.
		t.c.negotiated = t.c.negotiated || t.version != 0 && t.version != d.version
		t.c.retry = t.c.retry || t.retried && d.token
		t.version = d.version
	}
	if d.oneRTT && t.c.datagramsIn > 0 {
		t.open = false
		t.sent <- struct{}{}
	}
}

// repeats reports whether a datagram is an earlier connection's farewell. One
// that begins with a short header does not tell whose it is.
func (t *tap) repeats(b []byte) bool {
	return slices.ContainsFunc(t.farewells[:], func(f []byte) bool { return bytes.Equal(f, b) })
}

// fill puts what was counted into the sample.
func (t *tap) fill(s *bench.Sample) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.BytesIn, s.BytesOut = t.c.in, t.c.out
	s.DatagramsIn, s.DatagramsOut = t.c.datagramsIn, t.c.datagramsOut
	s.Retry, s.VersionNegotiation = t.c.retry, t.c.negotiated
}

// untouched reports whether nothing went out.
func (t *tap) untouched() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.c.datagramsOut == 0
}

// answer is what came back.
func (t *tap) answer() answer {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch c := t.c; {
	case c.datagramsIn > c.refusals:
		return answeredQUIC
	case c.refusals > 0:
		return answeredVersions
	case c.strange > 0:
		return answeredElse
	default:
		return answeredNothing
	}
}
