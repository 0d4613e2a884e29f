package starttls

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"tlsbench/bench/neterr"
)

// Preamble is what is said before TLS to a server of one name. Any number of
// connections may use it at a time.
type Preamble struct {
	protocol Protocol
	sends    [][]byte // by step
	talks    sync.Pool
}

// New prepares the preamble for a server. host is its name, or its address
// where it is known by no other: XMPP asks for a domain by it. A name with
// anything in it that no host's name has is refused.
func New(p Protocol, host string) (*Preamble, error) {
	pre := &Preamble{protocol: p}
	pre.talks.New = func() any { return new(talk) }
	for _, s := range p.steps {
		if strings.Contains(s.send, "{host}") && !isHost(host) {
			return nil, fmt.Errorf("%s: %q cannot be told to the server as its name: want a host's name or an address", p.Name, host)
		}
		pre.sends = append(pre.sends, []byte(strings.ReplaceAll(s.send, "{host}", host)))
	}
	return pre, nil
}

// isHost keeps out whatever has a meaning in a line of text or in XML. Names
// beyond ASCII are told as the user gave them.
func isHost(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`"'<>&\`, r)
	})
}

// Run brings a fresh connection to where TLS begins. It leaves nothing unread
// that it took from the connection. Its error is an [*Error].
func (p *Preamble) Run(conn io.ReadWriter) error {
	t := p.talks.Get().(*talk)
	defer p.talks.Put(t)
	return p.runOver(t, conn)
}

func (p *Preamble) runOver(t *talk, conn io.ReadWriter) error {
	t.begin(conn, p.protocol.frame)
	defer func() { t.conn = nil }()
	for i := range p.protocol.steps {
		if err := p.cross(t, i); err != nil {
			return &Error{Protocol: p.protocol.Name, Step: p.protocol.steps[i].name, Err: err}
		}
	}
	return nil
}

// cross takes one step.
func (p *Preamble) cross(t *talk, i int) error {
	s := &p.protocol.steps[i]
	out := p.sends[i]
	if s.build != nil {
		out = s.build(t)
	}
	if len(out) > 0 {
		if _, err := t.conn.Write(out); err != nil {
			return neterr.Bare(err)
		}
	}
	if s.expect != nil {
		if err := p.listen(t, s.expect, len(out) > 0); err != nil {
			return err
		}
	}
	if rest := p.protocol.steps[i+1:]; len(rest) > 0 && rest[0].expect != nil {
		return p.early(t)
	}
	return t.nothingLeft() // no answer comes any more
}

// listen reads one answer.
func (p *Preamble) listen(t *talk, expect answer, asked bool) error {
	t.forget()
	for {
		unit, err := t.next()
		if err != nil {
			return err
		}
		if asked && p.protocol.unasked != nil && p.protocol.unasked(unit) {
			continue
		}
		if done, err := expect.take(t, unit); done || err != nil {
			return err
		}
	}
}

// early looks at what came behind an answer, before the next question.
func (p *Preamble) early(t *talk) error {
	for t.start < t.end {
		if p.protocol.unasked == nil {
			return outOfTurn(t.unread())
		}
		unit, n, err := t.frame(t.unread())
		if err != nil || n == 0 {
			return err // the rest is on its way
		}
		if !p.protocol.unasked(unit) {
			return outOfTurn(unit)
		}
		t.start += n
	}
	return nil
}
