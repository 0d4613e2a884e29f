package compare

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefix is the beginning of s as long as all is of that kind.
func prefix(s string, of func(rune) bool) string {
	if end := strings.IndexFunc(s, func(r rune) bool { return !of(r) }); end >= 0 {
		return s[:end]
	}
	return s
}

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.'
}

// largest is more than any figure here, and all integers below it are exact.
const largest = 1e15

func (p *parser) number() (node, error) {
	n := &number{at: p.at, digits: prefix(p.rest(), func(r rune) bool { return r == '.' || '0' <= r && r <= '9' })}
	p.at += len(n.digits)
	unit, err := p.unit()
	if err != nil {
		return nil, err
	}
	v, err := strconv.ParseFloat(n.digits+"e"+strconv.Itoa(unit.power), 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return nil, p.wrong(n.at, "%q is no number", n.digits)
	}
	n.suffix, n.of, n.value = unit.name, unit.of, v*unit.factor
	if n.value > largest {
		return nil, p.wrong(n.at, "%s is too large", n)
	}
	if n.value == 0 && n.suffix == "" {
		n.of = anyUnit
	}
	return n, nil
}

// unit reads the unit of a number, if there is one.
func (p *parser) unit() (literalUnit, error) {
	after := p.at
	p.space()
	word := prefix(p.rest(), inName)
	if first, _ := utf8.DecodeRuneInString(word); !unicode.IsLetter(first) {
		word = ""
	}
	switch {
	case strings.HasPrefix(p.rest(), "%"):
		word = "%"
	case strings.HasPrefix(p.rest(), "/s") && prefix(p.rest()[1:], inName) == "s":
		word = "/s"
	case word == "":
		p.at = after
		return literalUnit{factor: 1}, nil
	}
	u, ok := literalUnitOf(word)
	if !ok {
		return u, p.wrong(p.at, "unknown unit %q: want %s", word, literalUnitNames())
	}
	p.at += len(word)
	return u, nil
}

// operand reads a name with its arm.
func (p *parser) operand() (node, error) {
	o := &operand{at: p.at}
	name := prefix(p.rest(), inName)
	p.at += len(name)
	if name == "saving" {
		return p.saving(o)
	}
	var ok bool
	if o.what, ok = quantityOf(name); !ok {
		hyphened := prefix(p.text[o.at:], func(r rune) bool { return r == '-' || inName(r) })
		if meant, ok := quantityOf(strings.ReplaceAll(hyphened, "-", "_")); ok {
			return nil, p.wrong(o.at, "unknown name %q: did you mean %s?", hyphened, meant.Name)
		}
		return nil, p.wrong(o.at, "%s", unknownQuantity(name))
	}
	if _, ok := p.take("("); !ok {
		return o, nil
	}
	return o, p.arm(o, "leave the parentheses out, or write %s(resumed)", o.name())
}

func (p *parser) saving(o *operand) (node, error) {
	o.saving = true
	if _, ok := p.take("("); !ok {
		return nil, p.wrong(p.at, "saving is that of a metric: write saving(tls.p50)")
	}
	p.space()
	nameAt := p.at
	name := prefix(p.rest(), inName)
	if name == "saving" {
		return nil, p.wrong(nameAt, "a saving of a saving is no figure: want the name of a metric, as in saving(tls.p50)")
	}
	var ok bool
	if o.what, ok = quantityOf(name); !ok {
		return nil, p.wrong(nameAt, "%s", unknownQuantity(name))
	}
	if !o.what.compared {
		return nil, p.wrong(nameAt, "%s is not compared between arms: want %s", name, strings.Join(comparedLike(o.what), ", "))
	}
	p.at += len(name)
	if _, ok := p.take("("); ok {
		return nil, p.wrong(p.at-1, "the arm of a saving follows a comma: saving(%s, resumed)", name)
	}
	if _, ok := p.take(","); !ok {
		return o, p.closing()
	}
	return o, p.arm(o, "leave the comma out, or write saving(%s, resumed)", name)
}

// arm reads what tells an arm, and the parenthesis that follows it.
func (p *parser) arm(o *operand, hint string, args ...any) error {
	p.space()
	o.armAt = p.at
	open := 0
	for i, r := range p.rest() {
		switch {
		case r == '(':
			open++
		case r == ')' && open > 0:
			open--
		case r == ')':
			o.arm = strings.TrimRightFunc(p.rest()[:i], unicode.IsSpace)
			p.at += i + 1
			if !slices.ContainsFunc([]rune(o.arm), func(r rune) bool { return !betweenParts(r) }) {
				return p.wrong(o.armAt, "the arm is missing: "+hint, args...)
			}
			return nil
		}
	}
	return p.wrong(len(p.text), "a closing ) is missing here")
}
