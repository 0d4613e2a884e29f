package starttls

import (
	"errors"
	"fmt"
	"strconv"
)

// Error is why a connection did not come to TLS. It wraps what the connection
// failed with: a timeout, a reset, or io.EOF where the server closed it. All
// else is a server that refuses, or that speaks something else.
type Error struct {
	Protocol string
	Step     string
	Err      error
}

func (e *Error) Error() string { return e.Protocol + ": " + e.Step + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// ErrInjected means that something came in clear behind the agreement to begin
// TLS.
var ErrInjected = errors.New("the server's agreement came with bytes in clear behind it, which may be injected")

// refused is an answer that does not lead to TLS.
func refused(unit []byte) error { return fmt.Errorf("the server answered %s", said(unit)) }

// outOfTurn is an answer that came before its question.
func outOfTurn(unit []byte) error {
	return fmt.Errorf("the server went on before it was asked: %s", said(unit))
}

// notOffered is a server whose list of what it can do lacks TLS.
func notOffered(name string) error { return fmt.Errorf("the server does not offer %s", name) }

// said shows what a server said: on one line, in printable characters, cut.
func said(text []byte) string {
	const most = 120
	if len(text) > most {
		return strconv.Quote(string(text[:most])) + "…"
	}
	return strconv.Quote(string(text))
}
