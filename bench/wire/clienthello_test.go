package wire

import (
	"bytes"
	"crypto/tls"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestClientHelloOfGo(t *testing.T) {
	for name, want := range map[string]ClientHello{
		full12:    {HasTicketExtension: true, SessionID: someID},
		ticket12:  {HasTicketExtension: true, Ticket: []byte("some"), SessionID: someID},
		noTicket:  {HasTicketExtension: true, SessionID: someID},
		full13:    {HasTicketExtension: true, PSKModes: true, KeyShares: 2, SessionID: someID},
		resumed13: {HasTicketExtension: true, PSKModes: true, PSKs: 1, KeyShares: 2, SessionID: someID},
		retry13:   {HasTicketExtension: true, PSKModes: true, KeyShares: 1, SessionID: someID},
	} {
		t.Run(name, func(t *testing.T) {
			h := captured(t)[name]
			got, err := ParseClientHello(h.sent)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.SessionID) != len(want.SessionID) || (len(got.Ticket) > 0) != (len(want.Ticket) > 0) {
				t.Errorf("session ID of %d bytes, ticket of %d", len(got.SessionID), len(got.Ticket))
			}
			got.SessionID, got.Ticket = want.SessionID, want.Ticket // random
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// What the client offers is what the server sent before.
func TestTicketIsTheOneThatCame(t *testing.T) {
	flight, err := ParseServerFlight(captured(t)[full12].received)
	if err != nil {
		t.Fatal(err)
	}
	hello, err := ParseClientHello(captured(t)[ticket12].sent)
	if err != nil {
		t.Fatal(err)
	}
	if len(flight.Tickets) != 1 || flight.Tickets[0].Size != len(hello.Ticket) {
		t.Errorf("came %v, offered %d bytes", flight.Tickets, len(hello.Ticket))
	}
	if !bytes.Contains(captured(t)[full12].received, hello.Ticket) {
		t.Error("the offered ticket is not the one that came")
	}
}

func TestClientHello(t *testing.T) {
	ticket := []byte("ticket")
	everything := client(
		ext(0x0a0a), // GREASE, twice
		ext(0x0a0a),
		ext(extSessionTicket, ticket),
		ext(extEarlyData),
		ext(extPSKModes, vec8([]byte{1})),
		ext(extKeyShare, vec16(u16(29), vec16(make([]byte, 32)), u16(23), vec16(make([]byte, 65)))),
		ext(extPreSharedKey, vec16(identity(10), identity(20)), vec16(vec8(make([]byte, 32)), vec8(make([]byte, 48)))),
	)
	all := ClientHello{
		SessionID: someID, HasTicketExtension: true, Ticket: ticket,
		PSKs: 2, PSKModes: true, EarlyData: true, KeyShares: 2,
	}
	plain := ClientHello{SessionID: someID}
	bare := msg(messageClientHello, u16(0x0301), someRandom, vec8(), vec16(u16(0x2f)), vec8([]byte{0}))
	for _, tt := range []struct {
		name    string
		records []byte
		want    ClientHello
	}{
		{"everything", record(recordHandshake, everything), all},
		{"split in two", split(len(everything)/2+1, everything), all},
		{"split inside the header", split(3, everything), all},
		{"one byte a record", split(1, everything), all},
		{"no extensions", record(recordHandshake, client()), plain},
		{"no extension block", record(recordHandshake, bare), ClientHello{}},
		{"empty ticket", record(recordHandshake, client(ext(extSessionTicket))), ClientHello{SessionID: someID, HasTicketExtension: true}},
		{"no key shares", record(recordHandshake, client(ext(extKeyShare, vec16()))), plain},
		{"outer hello", record(recordHandshake, client(ext(extEncryptedClientHello, []byte{0}, u16(1), u16(1), []byte{7}, vec16(make([]byte, 32)), vec16(make([]byte, 239))))),
			ClientHello{SessionID: someID, ECH: 239}},
		{"inner hello", record(recordHandshake, client(ext(extEncryptedClientHello, []byte{1}))), plain},
		{"followed by early data", slices.Concat(record(recordHandshake, everything), ccs, encrypted), all},
		{"followed by nonsense", append(record(recordHandshake, everything), "GET /"...), all},
		{"followed in its record", record(recordHandshake, everything, []byte{99}), all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseClientHello(tt.records)
			if err != nil {
				t.Fatal(err)
			}
			got.SessionID, got.Ticket = nonEmpty(got.SessionID), nonEmpty(got.Ticket)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func nonEmpty(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

func TestMalformedClientHello(t *testing.T) {
	hello := func(exts ...[]byte) []byte { return record(recordHandshake, client(exts...)) }
	body := func(parts ...[]byte) []byte { return record(recordHandshake, msg(messageClientHello, parts...)) }
	start := slices.Concat(u16(0x0303), someRandom)
	fixed := slices.Concat(start, vec8(), vec16(u16(0x1301)), vec8([]byte{0}))
	alert := tls.AlertError(40)
	for _, tt := range []struct {
		name    string
		records []byte
		is      error
		text    string
	}{
		{"nothing", nil, ErrTruncated, ""},
		{"half a record header", []byte{22, 3}, ErrTruncated, ""},
		{"half a message header", record(recordHandshake, []byte{1, 0}), ErrTruncated, ""},
		{"half a message", hello()[:30], ErrTruncated, ""},
		{"a length that never comes", record(recordHandshake, []byte{1, 255, 255, 255}), ErrTruncated, ""},
		{"half an alert", record(recordAlert, []byte{2, 40})[:6], ErrTruncated, ""},
		{"HTTP", []byte("GET / HTTP/1.1\r\n"), ErrNotHello, `not a TLS record: "GET /"`},
		{"SSH", []byte("SSH-2.0"), ErrNotHello, `not a TLS record: "SSH-2"`},
		{"one byte of HTTP", []byte("H"), ErrNotHello, `not a TLS record: "H"`},
		{"SSL 2", []byte{0x80, 0x2e, 1, 0, 2}, ErrNotHello, "not a TLS record"},
		{"DTLS", []byte{22, 0xfe, 0xfd, 0, 0}, ErrNotHello, "not a TLS record"},
		{"heartbeat", record(24, []byte{1}), ErrNotHello, "not a TLS record"},
		{"empty record", record(recordHandshake), ErrNotHello, "record of type 22 with 0 bytes"},
		{"record too long", []byte{22, 3, 1, 0x40, 1}, ErrNotHello, "record of type 22 with 16385 bytes"},
		{"alert", record(recordAlert, []byte{2, 40}), alert, "alert 40: "},
		{"alert is no hello", record(recordAlert, []byte{2, 40}), ErrNotHello, ""},
		{"close_notify", record(recordAlert, []byte{1, 0}), tls.AlertError(0), "alert 0: "},
		{"alert of three bytes", record(recordAlert, []byte{2, 40, 0}), ErrNotHello, "record of type 21 with 3 bytes"},
		{"change_cipher_spec", ccs, ErrNotHello, "record of type 20 first"},
		{"change_cipher_spec of 2", record(recordChangeCipherSpec, []byte{2}), ErrNotHello, "record of type 20 with 1 bytes"},
		{"application data", encrypted, ErrNotHello, "record of type 23 first"},
		{"interleaved", slices.Concat(split(20, client())[:25], ccs), ErrNotHello, "record of type 20 inside a handshake message"},
		{"a ServerHello", record(recordHandshake, server()), ErrNotHello, "handshake message of type 2 instead of ClientHello"},
		{"empty hello", body(), ErrNotHello, "lengths in hello"},
		{"no session ID", body(start), ErrNotHello, "lengths in hello"},
		{"wrong version", body(u16(0xfefd), fixed[2:]), ErrNotHello, "version 0xfefd"},
		{"session ID too long", body(start, vec8(make([]byte, 33)), fixed[35:]), ErrNotHello, "session ID of 33 bytes"},
		{"session ID beyond the end", body(start, []byte{32, 0}), ErrNotHello, "lengths in hello"},
		{"suites beyond the end", body(start, vec8(), []byte{0, 9, 0}), ErrNotHello, "lengths in hello"},
		{"half a block length", body(fixed, []byte{0}), ErrNotHello, "lengths in hello"},
		{"block beyond the end", body(fixed, []byte{0, 1}), ErrNotHello, "lengths in hello"},
		{"bytes after the block", body(fixed, vec16(), []byte{0}), ErrNotHello, "lengths in hello"},
		{"half an extension", hello([]byte{0, 35, 0}), ErrNotHello, "lengths in extensions"},
		{"extension beyond the block", hello([]byte{0, 35, 0, 1}), ErrNotHello, "lengths in extensions"},
		{"extension twice", hello(ext(35), ext(35)), ErrNotHello, "extension 35 stands twice"},
		{"ECH twice", hello(ext(0xfe0d, []byte{1}), ext(0xfe0d, []byte{1})), ErrNotHello, "extension 65037 stands twice"},
		{"early_data with content", hello(ext(extEarlyData, []byte{0})), ErrNotHello, "lengths in early_data"},
		{"no psk modes", hello(ext(extPSKModes, vec8())), ErrNotHello, "lengths in psk_key_exchange_modes"},
		{"bytes after psk modes", hello(ext(extPSKModes, vec8([]byte{1}), []byte{1})), ErrNotHello, "lengths in psk_key_exchange_modes"},
		{"half an outer hello", hello(ext(extEncryptedClientHello, []byte{0, 0, 1})), ErrNotHello, "lengths in encrypted_client_hello"},
		{"half a key share", hello(ext(extKeyShare, vec16(u16(29), u16(32)))), ErrNotHello, "lengths in key_share"},
		{"bytes after key shares", hello(ext(extKeyShare, vec16(), []byte{0})), ErrNotHello, "lengths in key_share"},
		{"empty pre_shared_key", hello(ext(extPreSharedKey)), ErrNotHello, "lengths in pre_shared_key"},
		{"no identities", hello(ext(extPreSharedKey, vec16(), vec16())), ErrNotHello, "lengths in pre_shared_key"},
		{"half an identity", hello(ext(extPreSharedKey, vec16(vec16([]byte{1}), []byte{0}), vec16(vec8([]byte{1})))), ErrNotHello, "lengths in pre_shared_key"},
		{"too few binders", hello(ext(extPreSharedKey, vec16(identity(1), identity(1)), vec16(vec8([]byte{1})))), ErrNotHello, "lengths in pre_shared_key"},
		{"too many binders", hello(ext(extPreSharedKey, vec16(identity(1)), vec16(vec8([]byte{1}), vec8([]byte{1})))), ErrNotHello, "lengths in pre_shared_key"},
		{"bytes after binders", hello(ext(extPreSharedKey, vec16(identity(1)), vec16(vec8([]byte{1})), []byte{0})), ErrNotHello, "lengths in pre_shared_key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseClientHello(tt.records)
			if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %q, want %q with %q", err, tt.is, tt.text)
			}
			if !reflect.DeepEqual(got, ClientHello{}) {
				t.Errorf("an error came with %+v", got)
			}
		})
	}
}

// An append to a result must not write into the records.
func TestResultsHaveNoSpareCapacity(t *testing.T) {
	hello, err := ParseClientHello(captured(t)[ticket12].sent)
	if err != nil {
		t.Fatal(err)
	}
	if cap(hello.SessionID) != len(hello.SessionID) || cap(hello.Ticket) != len(hello.Ticket) {
		t.Errorf("capacity %d of %d, %d of %d", cap(hello.SessionID), len(hello.SessionID), cap(hello.Ticket), len(hello.Ticket))
	}
}

func TestClientHelloAllocatesNothing(t *testing.T) {
	for name, h := range captured(t) {
		if n := testing.AllocsPerRun(100, func() {
			if _, err := ParseClientHello(h.sent); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkClientHello(b *testing.B) {
	for _, name := range []string{full12, ticket12, full13, resumed13} {
		records := captured(b)[name].sent
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseClientHello(records); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
