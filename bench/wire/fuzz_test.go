package wire

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
	"unsafe"
)

func FuzzClientHello(f *testing.F) {
	for _, h := range captured(f) {
		f.Add(h.sent, uint16(len(h.sent)/2), uint8(1))
	}
	f.Add(record(recordHandshake, client(ext(extEarlyData))), uint16(40), uint8(3))
	f.Add(split(9, client(ext(extSessionTicket, someID))), uint16(40), uint8(100))
	f.Add(record(recordAlert, []byte{2, 40}), uint16(6), uint8(0))
	f.Fuzz(func(t *testing.T, records []byte, cut uint16, size uint8) {
		before := string(records)
		whole, err := ParseClientHello(records)
		if string(records) != before {
			t.Fatal("the records were written to")
		}
		if err != nil {
			if !reflect.DeepEqual(whole, ClientHello{}) {
				t.Fatalf("%v came with %+v", err, whole)
			}
			if errors.Is(err, ErrNotHello) == errors.Is(err, ErrTruncated) {
				t.Fatalf("error %q is of no one kind", err)
			}
		} else {
			if len(whole.SessionID) > maxSessionID {
				t.Fatalf("session ID of %d bytes", len(whole.SessionID))
			}
			if len(whole.Ticket) > 0 && !whole.HasTicketExtension {
				t.Fatal("a ticket without its extension")
			}
			// An entry takes 4 bytes of key_share, or 7 of pre_shared_key, at least.
			if len(whole.SessionID)+len(whole.Ticket)+4*whole.KeyShares+7*whole.PSKs > len(records) {
				t.Fatalf("%+v in %d bytes", whole, len(records))
			}
			if inOneRecord(records) && (!within(records, whole.SessionID) || !within(records, whole.Ticket)) {
				t.Fatal("a result lies outside the records")
			}
			again, err := ParseClientHello(resplit(records, int(size)+1))
			if err != nil || !reflect.DeepEqual(again, whole) {
				t.Fatalf("split anew: %+v, %v; was %+v", again, err, whole)
			}
		}

		// What is once decided stays so, whatever bytes follow.
		part, partErr := ParseClientHello(records[:min(int(cut), len(records))])
		if !errors.Is(partErr, ErrTruncated) && (!reflect.DeepEqual(part, whole) || !sameError(partErr, err)) {
			t.Fatalf("a prefix gives %+v, %v; the whole %+v, %v", part, partErr, whole, err)
		}
	})
}

func FuzzServerFlight(f *testing.F) {
	for _, h := range captured(f) {
		f.Add(h.received, uint16(len(h.received)/2), uint8(1))
	}
	f.Add(split(9, append(server(), newTicket(300, 20)...)), uint16(70), uint8(100))
	f.Add(append(record(recordHandshake, retry()), record(recordAlert, []byte{2, 40})...), uint16(80), uint8(3))
	f.Add(append(record(recordAlert, []byte{1, 112}), record(recordHandshake, server())...), uint16(7), uint8(3))
	f.Fuzz(func(t *testing.T, records []byte, cut uint16, size uint8) {
		before := string(records)
		whole, err := ParseServerFlight(records)
		if string(records) != before {
			t.Fatal("the records were written to")
		}
		if err != nil && !errors.Is(err, ErrBrokenOff) {
			if !reflect.DeepEqual(whole, ServerFlight{}) {
				t.Fatalf("%v came with %+v", err, whole)
			}
			if errors.Is(err, ErrNotHello) == errors.Is(err, ErrTruncated) {
				t.Fatalf("error %q is of no one kind", err)
			}
		}
		bytes := len(whole.SessionID)
		for _, ticket := range whole.Tickets {
			bytes += 10 + ticket.Size
			if ticket.LifetimeHint < 0 {
				t.Fatalf("lifetime %v", ticket.LifetimeHint)
			}
		}
		if max(bytes, whole.CertificateBytes) > len(records) || len(whole.SessionID) > maxSessionID {
			t.Fatalf("%+v in %d bytes", whole, len(records))
		}
		if !whole.HelloRetryRequest && inOneRecord(records) && !within(records, whole.SessionID) {
			t.Fatal("the session ID lies outside the records")
		}
		if err == nil {
			again, err := ParseServerFlight(resplit(records, int(size)+1))
			if err != nil || !reflect.DeepEqual(again, whole) {
				t.Fatalf("split anew: %+v, %v; was %+v", again, err, whole)
			}
		}

		// A prefix says as much or less, and never anything else.
		part, partErr := ParseServerFlight(records[:min(int(cut), len(records))])
		switch {
		case errors.Is(partErr, ErrTruncated):
		case partErr != nil:
			if !reflect.DeepEqual(part, whole) || !sameError(partErr, err) {
				t.Fatalf("a prefix gives %+v, %v; the whole %+v, %v", part, partErr, whole, err)
			}
		case part.Version != whole.Version || part.Suite != whole.Suite || part.HelloRetryRequest != whole.HelloRetryRequest ||
			len(part.Tickets) > len(whole.Tickets):
			t.Fatalf("a prefix gives %+v; the whole %+v", part, whole)
		}
	})
}

// inOneRecord says whether the first message sits in the first record.
func inOneRecord(records []byte) bool {
	if len(records) < recordHeader+messageHeader || records[0] != recordHandshake {
		return false
	}
	length := binary.BigEndian.Uint32(records[recordHeader:]) & 0xffffff
	return messageHeader+int(length) <= int(binary.BigEndian.Uint16(records[3:]))
}

func within(outer, inner []byte) bool {
	if len(inner) == 0 {
		return true
	}
	from := uintptr(unsafe.Pointer(unsafe.SliceData(inner)))
	base := uintptr(unsafe.Pointer(unsafe.SliceData(outer)))
	return from >= base && from+uintptr(len(inner)) <= base+uintptr(len(outer))
}

// resplit puts the handshake bytes of records into records of at most size.
func resplit(records []byte, size int) []byte {
	var out []byte
	for len(records) >= recordHeader {
		end := min(recordHeader+int(binary.BigEndian.Uint16(records[3:])), len(records))
		if records[0] == recordHandshake {
			out = append(out, split(size, records[recordHeader:end])...)
		} else {
			out = append(out, records[:end]...)
		}
		records = records[end:]
	}
	return append(out, records...)
}

// sameError compares what a caller can tell by; a text may quote more bytes
// where there are more.
func sameError(a, b error) bool {
	var one, two tls.AlertError
	return errors.As(a, &one) == errors.As(b, &two) && one == two &&
		errors.Is(a, ErrNotHello) == errors.Is(b, ErrNotHello) &&
		errors.Is(a, ErrTruncated) == errors.Is(b, ErrTruncated) &&
		errors.Is(a, ErrBrokenOff) == errors.Is(b, ErrBrokenOff)
}
