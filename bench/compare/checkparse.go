package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/caret"
)

// longestCheck bounds how deep a condition can be.
const longestCheck = 4096

// ParseCheck reads a condition:
//
//	tls.p95(resumed) < 2ms
//	saving(tls.p50) >= 40%
//	server_cpu(resumed) <= 0.5 * server_cpu(full)
//	errors == 0
//
// Two sides are compared by <, <=, >, >=, == or !=. A side is made of numbers
// and names with +, -, *, / and parentheses. Numbers may have a unit: ns, us,
// ms, s, min, %, B, kB, KiB, MB, MiB or /s.
//
// Names are those of bench.Metrics; every <phase>.<stat>, the statistics being
// min, mean, p50, p90, p95, p99, p999 and max; attempts, completed, errors
// (attempts that failed) and fallbacks (completed handshakes that were not of
// the wanted kind). The arm follows in parentheses, by its name or by as many
// of its coordinates, or of their values, as tell it from all others:
// tls.p50(session=resumed), tls.p50(resumed), tls.p50(1.2, ticket). Where the
// plan has one arm it may be left out, and a count without an arm is that of
// all arms together.
//
// saving(METRIC) and saving(METRIC, ARM) are what the arm saves against its
// baseline, estimated over pairs of rounds, as a fraction: above 0 where it is
// the better one.
//
// An error is a *caret.Error.
func ParseCheck(text string) (*Assertion, error) {
	p := &parser{text: text}
	if len(text) > longestCheck {
		return nil, p.wrong(0, "a check of %d bytes: want no more than %d", len(text), longestCheck)
	}
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	op, opAt := p.comparison()
	if op == "" {
		return nil, p.noComparison()
	}
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	if op, at := p.comparison(); op != "" {
		return nil, p.wrong(at, "a second comparison: make two checks of it")
	}
	if !p.ended() {
		return nil, p.unexpected()
	}
	if err := p.comparable(left, right, opAt, "compared"); err != nil {
		return nil, err
	}
	a := &Assertion{text: text, op: op, left: left, right: right}
	if len(a.operands()) == 0 {
		return nil, p.wrong(opAt, "nothing measured is compared: name a figure, as in tls.p95(resumed) < 2ms")
	}
	return a, nil
}

type parser struct {
	text string
	at   int // the byte that is read next
}

func (p *parser) wrong(at int, format string, args ...any) error {
	return caret.At(p.text, at, format, args...)
}

func (p *parser) rest() string { return p.text[p.at:] }

func (p *parser) space() { p.at = len(p.text) - len(strings.TrimLeftFunc(p.rest(), unicode.IsSpace)) }

func (p *parser) ended() bool {
	p.space()
	return p.at == len(p.text)
}

// take reads one of the characters.
func (p *parser) take(chars string) (byte, bool) {
	if p.ended() || strings.IndexByte(chars, p.text[p.at]) < 0 {
		return 0, false
	}
	p.at++
	return p.text[p.at-1], true
}

func (p *parser) unexpected() error {
	r, _ := utf8.DecodeRuneInString(p.rest())
	return p.wrong(p.at, "%q was not expected here", r)
}

// comparison reads an operator that compares, if there is one.
func (p *parser) comparison() (op string, at int) {
	p.space()
	at = p.at
	for _, op := range []string{"<=", ">=", "==", "!=", "<", ">"} {
		if strings.HasPrefix(p.rest(), op) {
			p.at += len(op)
			return op, at
		}
	}
	return "", at
}

func (p *parser) noComparison() error {
	switch {
	case p.ended():
		return p.wrong(p.at, "a comparison is missing: want <, <=, >, >=, == or != and a value")
	case strings.HasPrefix(p.rest(), "="):
		return p.wrong(p.at, "= is no comparison: write ==, <= or >=")
	}
	return p.unexpected()
}

func (p *parser) sum() (node, error) {
	left, err := p.product()
	for err == nil {
		op, ok := p.take("+-")
		if !ok {
			return left, nil
		}
		opAt := p.at - 1
		var right node
		if right, err = p.product(); err != nil {
			break
		}
		if err = p.comparable(left, right, opAt, "added"); err == nil {
			left = &binary{op: op, left: left, right: right, of: common(left.unit(), right.unit())}
		}
	}
	return nil, err
}

func (p *parser) product() (node, error) {
	left, err := p.signed()
	for err == nil {
		op, ok := p.take("*/")
		if !ok {
			return left, nil
		}
		opAt := p.at - 1
		var right node
		if right, err = p.signed(); err != nil {
			break
		}
		var of bench.Unit
		if of, err = p.productUnit(op, left, right, opAt); err == nil {
			left = &binary{op: op, left: left, right: right, of: of}
		}
	}
	return nil, err
}

func (p *parser) signed() (node, error) {
	if _, ok := p.take("-"); ok {
		at := p.at - 1
		of, err := p.signed()
		if err != nil {
			return nil, err
		}
		return &negation{at: at, of: of}, nil
	}
	return p.primary()
}

func (p *parser) primary() (node, error) {
	if _, ok := p.take("("); ok {
		inner, err := p.sum()
		if err != nil {
			return nil, err
		}
		return inner, p.closing()
	}
	if p.ended() {
		return nil, p.wrong(p.at, "a value is missing")
	}
	r, _ := utf8.DecodeRuneInString(p.rest())
	switch {
	case r == '.' || '0' <= r && r <= '9':
		return p.number()
	case unicode.IsLetter(r):
		return p.operand()
	}
	return nil, p.unexpected()
}

func (p *parser) closing() error {
	if _, ok := p.take(")"); !ok {
		return p.wrong(p.at, "a closing ) is missing here")
	}
	return nil
}
