package wire

import (
	"crypto/tls"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestServerFlightOfGo(t *testing.T) {
	for _, tt := range []struct {
		name           string
		echo, ticket   bool // the client's session ID comes back; a ticket is promised and sent
		chain, resumed bool
	}{
		{name: full12, ticket: true, chain: true},
		{name: ticket12, echo: true, ticket: true, resumed: true},
		{name: noTicket, chain: true},
		{name: full13, echo: true},
		{name: resumed13, echo: true, resumed: true},
		{name: retry13, echo: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := captured(t)[tt.name]
			f, err := ParseServerFlight(h.received)
			if err != nil {
				t.Fatal(err)
			}
			hello, err := ParseClientHello(h.sent)
			if err != nil {
				t.Fatal(err)
			}
			if h.state.DidResume != tt.resumed {
				t.Fatalf("resumed: %v", h.state.DidResume)
			}
			if f.Version != h.state.Version || f.Suite != h.state.CipherSuite {
				t.Errorf("version %#04x and suite %#04x, client says %#04x and %#04x",
					f.Version, f.Suite, h.state.Version, h.state.CipherSuite)
			}
			if f.HelloRetryRequest != h.state.HelloRetryRequest || f.HelloRetryRequest != (tt.name == retry13) {
				t.Errorf("retry: %v, client says %v", f.HelloRetryRequest, h.state.HelloRetryRequest)
			}
			if want := f.Version == tls.VersionTLS12; f.ExtendedMasterSecret != want {
				t.Errorf("extended master secret: %v", f.ExtendedMasterSecret)
			}
			if echo := len(f.SessionID) > 0 && string(f.SessionID) == string(hello.SessionID); echo != tt.echo {
				t.Errorf("session ID %x, the client's is %x", f.SessionID, hello.SessionID)
			}
			if f.TicketExtension != tt.ticket || (len(f.Tickets) == 1) != tt.ticket {
				t.Errorf("ticket promised: %v, came: %v", f.TicketExtension, f.Tickets)
			}
			want := 0
			if tt.chain {
				want = 3 + 3 + h.certificates // lengths of the list and of its one entry
			}
			if f.CertificateBytes != want {
				t.Errorf("certificate of %d bytes, want %d", f.CertificateBytes, want)
			}
		})
	}
}

func TestServerFlight(t *testing.T) {
	hs := func(messages ...[]byte) []byte { return record(recordHandshake, messages...) }
	hello := ServerFlight{Version: 0x0303, Suite: 0x1301, SessionID: someID}
	with := func(change func(*ServerFlight)) ServerFlight {
		f := hello
		change(&f)
		return f
	}
	ticketExt := ext(extSessionTicket)
	chain := msg(messageCertificate, make([]byte, 300))
	rest := slices.Concat(chain, msg(12, make([]byte, 80)), msg(14), newTicket(7200, 180))
	whole := with(func(f *ServerFlight) {
		f.TicketExtension, f.CertificateBytes = true, 300
		f.Tickets = []Ticket{{2 * time.Hour, 180}}
	})
	tls13 := with(func(f *ServerFlight) { f.Version = 0x0304 })
	retried := with(func(f *ServerFlight) { f.Version, f.HelloRetryRequest = 0x0304, true })
	bare := msg(messageServerHello, u16(0x0301), someRandom, vec8(), u16(0x2f), []byte{0})

	for _, tt := range []struct {
		name    string
		records []byte
		want    ServerFlight
	}{
		{"hello alone", hs(server()), hello},
		{"no extension block", hs(bare), ServerFlight{Version: 0x0301, Suite: 0x2f}},
		{"extended master secret", hs(server(ext(extExtendedMasterSecret))), with(func(f *ServerFlight) { f.ExtendedMasterSecret = true })},
		{"one message a record", slices.Concat(hs(server(ticketExt)), hs(rest), ccs, hs([]byte{9, 9, 9, 9})), whole},
		{"all in one record", slices.Concat(hs(server(ticketExt), rest), ccs), whole},
		{"split anywhere", slices.Concat(split(7, slices.Concat(server(ticketExt), rest)), ccs), whole},
		{"one byte a record", slices.Concat(split(1, slices.Concat(server(ticketExt), rest)), ccs, []byte("encrypted")), whole},
		{"two tickets, one of no life and size", hs(server(), newTicket(0, 0), newTicket(1<<32-1, 9)), with(func(f *ServerFlight) {
			f.Tickets = []Ticket{{}, {(1<<32 - 1) * time.Second, 9}}
		})},
		{"abbreviated", slices.Concat(hs(server()), ccs, hs(newTicket(1, 1))), hello},
		{"encrypted without change", slices.Concat(hs(server()), encrypted, hs(newTicket(1, 1))), hello},
		{"ends inside a certificate", hs(server(), chain[:20]), hello},
		{"ends inside a record", hs(server(), chain)[:200], hello},
		{"ends inside a header", append(hs(server()), 22, 3), hello},
		{"a warning first", append(record(recordAlert, []byte{1, 112}), hs(server())...), hello},
		{"a warning last", append(hs(server()), record(recordAlert, []byte{1, 90})...), hello},
		{"1.3", slices.Concat(hs(server(in13)), ccs, encrypted), tls13},
		{"1.3, whatever follows", append(hs(server(in13)), "nonsense"...), tls13},
		{"retry", slices.Concat(hs(retry()), hs(server(in13)), ccs, encrypted), retried},
		{"retry for middleboxes", slices.Concat(hs(retry()), ccs, hs(server(in13)), encrypted), retried},
		{"retry in pieces", slices.Concat(split(5, retry()), ccs, split(5, server(in13)), encrypted), retried},
		{"retry alone", append(hs(retry()), ccs...), retried},
		{"retry and half a hello", append(hs(retry()), split(9, server(in13))[:40]...), retried},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseServerFlight(tt.records)
			if err != nil {
				t.Fatal(err)
			}
			got.SessionID = nonEmpty(got.SessionID)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestMalformedServerFlight(t *testing.T) {
	hs := func(messages ...[]byte) []byte { return record(recordHandshake, messages...) }
	alert := record(recordAlert, []byte{2, 80})
	warning := record(recordAlert, []byte{1, 112})
	hello := server()
	for _, tt := range []struct {
		name    string
		records []byte
		is      error
		text    string
	}{
		{"nothing", nil, ErrTruncated, ""},
		{"half a hello", hs(hello)[:50], ErrTruncated, ""},
		{"a warning alone", warning, ErrTruncated, "alert 112: "},
		{"a warning can be asked for", warning, tls.AlertError(112), ""},
		{"HTTP", []byte("HTTP/1.1 400 Bad Request"), ErrNotHello, `not a TLS record: "HTTP/"`},
		{"alert", alert, ErrNotHello, "alert 80: "},
		{"alert can be asked for", alert, tls.AlertError(80), ""},
		{"alert after a warning", append(warning, alert...), tls.AlertError(80), ""},
		{"a ClientHello", hs(client()), ErrNotHello, "handshake message of type 1 instead of ServerHello"},
		{"change_cipher_spec", append(ccs, hs(hello)...), ErrNotHello, "record of type 20 instead of ServerHello"},
		{"application data", encrypted, ErrNotHello, "record of type 23 instead of ServerHello"},
		{"empty hello", hs(msg(messageServerHello)), ErrNotHello, "ServerHello: lengths in hello"},
		{"no suite", hs(msg(messageServerHello, hello[4:4+34], []byte{0})), ErrNotHello, "lengths in hello"},
		{"wrong version", hs(msg(messageServerHello, u16(0x0200), hello[6:])), ErrNotHello, "version 0x0200"},
		{"session ID too long", hs(msg(messageServerHello, hello[4:4+34], vec8(make([]byte, 33)), []byte{0x13, 1, 0})), ErrNotHello, "session ID of 33 bytes"},
		{"bytes after the block", hs(msg(messageServerHello, hello[4:], []byte{0})), ErrNotHello, "lengths in hello"},
		{"extension beyond the block", hs(server([]byte{0, 35, 0, 1})), ErrNotHello, "lengths in extensions"},
		{"extension twice", hs(server(in13, in13)), ErrNotHello, "extension 43 stands twice"},
		{"half a version", hs(server(ext(extSupportedVersions, []byte{3}))), ErrNotHello, "lengths in supported_versions"},
		{"two versions", hs(server(ext(extSupportedVersions, u16(0x0304), u16(0x0303)))), ErrNotHello, "lengths in supported_versions"},
		{"session_ticket with content", hs(server(ext(extSessionTicket, []byte{1}))), ErrNotHello, "lengths in session_ticket"},
		{"extended_master_secret with content", hs(server(ext(extExtendedMasterSecret, []byte{1}))), ErrNotHello, "lengths in extended_master_secret"},
		{"retry of 1.2", hs(serverWith(helloRetryRequest, 0x1301)), ErrNotHello, "HelloRetryRequest before TLS 1.3"},

		{"alert after the hello", append(hs(hello), alert...), ErrBrokenOff, "alert 80: "},
		{"that alert can be asked for", append(hs(hello), alert...), tls.AlertError(80), ""},
		{"nonsense after the hello", append(hs(hello), "nonsense"...), ErrBrokenOff, `not a TLS record: "nonse"`},
		{"second ServerHello", hs(hello, hello), ErrBrokenOff, "second ServerHello"},
		{"change_cipher_spec inside a message", slices.Concat(hs(hello, []byte{11, 0, 0, 9}), ccs), ErrBrokenOff, "record of type 20 inside a handshake message"},
		{"ticket too short", hs(hello, msg(messageNewSessionTicket, make([]byte, 5))), ErrBrokenOff, "lengths in ticket"},
		{"bytes after a ticket", hs(hello, msg(messageNewSessionTicket, make([]byte, 7))), ErrBrokenOff, "lengths in ticket"},
		{"two retries", hs(retry(), retry()), ErrBrokenOff, "second HelloRetryRequest"},
		{"retry, then 1.2", hs(retry(), hello), ErrBrokenOff, "version 0x0303 and suite 0x1301 after"},
		{"retry, then another suite", hs(retry(), serverWith(string(someRandom), 0x1302, in13)), ErrBrokenOff, "suite 0x1302 after"},
		{"retry, then a broken hello", hs(retry(), msg(messageServerHello)), ErrBrokenOff, "lengths in hello"},
		{"retry, then an alert", slices.Concat(hs(retry()), ccs, alert), tls.AlertError(80), "alert 80: "},
		{"retry, then application data", slices.Concat(hs(retry()), encrypted), ErrBrokenOff, "record of type 23 instead of ServerHello"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseServerFlight(tt.records)
			if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %q, want %q with %q", err, tt.is, tt.text)
			}
			if kept := got.Version != 0; kept != errors.Is(err, ErrBrokenOff) {
				t.Errorf("%v came with %+v", err, got)
			}
		})
	}
}
