package proxy

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"tlsbench/bench/neterr"
)

// Stream is a connection to a proxy.
type Stream = io.ReadWriter

// answer is what a proxy says, read as it comes: what it sends ahead of its turn
// is then seen, and not taken for the target's.
type answer struct {
	from io.Reader
	// secrets are what no error may show, also where a proxy repeats them.
	secrets []string
	buf     []byte
	used    int
}

// chunk holds what proxies usually answer in one read.
const chunk = 1024

// more reads once.
func (a *answer) more() error {
	a.buf = slices.Grow(a.buf, chunk)
	n, err := a.from.Read(a.buf[len(a.buf):cap(a.buf)])
	a.buf = a.buf[:len(a.buf)+n]
	switch {
	case n > 0:
		return nil // an error that came with data comes again
	case err == io.EOF && len(a.buf) == 0:
		return fmt.Errorf("the proxy closed the connection without an answer: %w", io.EOF)
	case err == io.EOF:
		return fmt.Errorf("the proxy closed the connection within its answer: %w", io.ErrUnexpectedEOF)
	}
	return neterr.Bare(err)
}

// unread is what was read and not yet taken.
func (a *answer) unread() []byte { return a.buf[a.used:] }

// take gives the next bytes.
func (a *answer) take(n int) ([]byte, error) {
	for len(a.unread()) < n {
		if err := a.more(); err != nil {
			return nil, err
		}
	}
	a.used += n
	return a.buf[a.used-n : a.used], nil
}

// rest is what follows an answer, which only a target that greets may have sent.
func (a *answer) rest(greets bool) ([]byte, error) {
	rest := a.unread()
	if len(rest) > 0 && !greets {
		return nil, fmt.Errorf("more follows the proxy's answer before the client has spoken: %s", a.quote(rest))
	}
	return rest, nil
}

// quote shows the beginning of bytes of any kind.
func (a *answer) quote(b []byte) string {
	const most = 24
	text := a.hide(string(b))
	if len(text) > most {
		return fmt.Sprintf("%+q…", text[:most])
	}
	return fmt.Sprintf("%+q", text)
}

func (a *answer) hide(text string) string {
	for _, secret := range a.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// printable cuts a text of the proxy's to what a terminal may be given.
func printable(text string) string {
	const most = 80
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, text))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
