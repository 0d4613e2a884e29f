package neterr

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
)

func TestBare(t *testing.T) {
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}
	empty := &net.OpError{Op: "read"}
	for _, tt := range []struct{ err, want error }{
		{&net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}, os.ErrDeadlineExceeded},
		{fmt.Errorf("step: %w", &net.OpError{Op: "write", Err: io.ErrClosedPipe}), io.ErrClosedPipe},
		{alert, alert}, {empty, empty}, {io.EOF, io.EOF}, {nil, nil},
	} {
		if got := Bare(tt.err); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.err, got, tt.want)
		}
	}
}
