package quicgo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
)

// What came back decides what a handshake that never ended is called.
func TestTimeoutsTellWhatCameBack(t *testing.T) {
	var own, earlier, stranger [idLength]byte
	binary.BigEndian.PutUint32(own[:], 1<<20)
	binary.BigEndian.PutUint32(earlier[:], 1<<20-1)
	binary.BigEndian.PutUint32(stranger[:], 1<<30)
	versions := header(0xc0, 0, string(own[:]), "src", "", 4)
	for _, tt := range []struct {
		name  string
		came  [][]byte
		class bench.ErrorClass
		says  string // in the error, nothing more where it is empty
	}{
		{"nothing", nil, bench.ClassQUICTimeout, "no datagram came back"},
		{"late for an earlier connection", [][]byte{append([]byte{0x40}, earlier[:]...), header(0xe0, 1, string(earlier[:]), "src", "", 9)},
			bench.ClassQUICTimeout, "no datagram came back"},
		{"something short", [][]byte{{1}}, bench.ClassQUICTimeout, "no QUIC"},
		{"text", [][]byte{[]byte("what do you want?")}, bench.ClassQUICTimeout, "no QUIC"},
		{"somebody else's", [][]byte{header(0xc0, 1, string(stranger[:]), "src", "", 9)}, bench.ClassQUICTimeout, "no QUIC"},
		{"versions", [][]byte{versions, versions}, bench.ClassQUICVersion, "only Version Negotiation"},
		{"versions, then a handshake", [][]byte{versions, header(0xc0, 1, string(own[:]), "src", "", 9)}, bench.ClassHandshakeTimeout, ""},
	} {
		tap := newTap()
		tap.next = 1 << 20
		tap.begin()
		if _, err := tap.GenerateConnectionID(); err != nil {
			t.Fatal(err)
		}
		for _, b := range tt.came {
			tap.received(b)
		}
		f := failure(context.DeadlineExceeded, bench.TLSPhase, tap.answer(), 443)
		if f.Class != tt.class || !errors.Is(f, context.DeadlineExceeded) || !strings.Contains(f.Err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %s: %s", tt.name, f, tt.class, tt.says)
		}
		if tt.says == "" && f.Err != context.DeadlineExceeded {
			t.Errorf("%s: got %v", tt.name, f.Err)
		}
	}
}

func TestClosedPortNamesIt(t *testing.T) {
	f := failure(syscall.ECONNREFUSED, bench.TLSPhase, answeredNothing, 4433)
	if f.Class != bench.ClassConnectRefused || !strings.Contains(f.Err.Error(), "UDP port 4433") || !errors.Is(f, syscall.ECONNREFUSED) {
		t.Errorf("got %v", f)
	}
}

// What http3 does wrong on this side is not the server's fault, whichever of the
// two errors tells of it.
func TestOwnErrorsAreInternal(t *testing.T) {
	for _, remote := range []bool{false, true} {
		class, other := bench.ClassInternal, bench.ClassInternal
		if remote {
			class, other = bench.ClassHTTP, bench.ClassReset
		}
		own := failure(fmt.Errorf("conn unusable: %w", &http3.Error{Remote: remote, ErrorCode: http3.ErrCodeInternalError}), bench.Request, answeredQUIC, 443)
		below := failure(&quic.ApplicationError{Remote: remote, ErrorCode: quic.ApplicationErrorCode(http3.ErrCodeInternalError)}, bench.Request, answeredQUIC, 443)
		if own.Class != class || below.Class != other {
			t.Errorf("remote %t: %v and %v", remote, own, below)
		}
	}
}
