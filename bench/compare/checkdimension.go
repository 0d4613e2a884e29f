package compare

import "tlsbench/bench"

// comparable says why two sides can be neither compared nor added.
func (p *parser) comparable(left, right node, opAt int, what string) error {
	for _, sides := range [][2]node{{left, right}, {right, left}} {
		value, at, ok := bare(sides[1])
		if !ok {
			continue
		}
		name, suffix := dimension(sides[0].unit())
		o, isOperand := sides[0].(*operand)
		if !alike(left.unit(), right.unit()) || what == "compared" && isOperand && o.share() && value > 1 {
			return p.wrong(at, "%s is %s: write %s%s", sides[0], name, sides[1], suffix)
		}
	}
	if alike(left.unit(), right.unit()) {
		return nil
	}
	one, _ := dimension(left.unit())
	other, _ := dimension(right.unit())
	return p.wrong(opAt, "%s is %s and %s is %s: they cannot be %s", left, one, right, other, what)
}

// productUnit is the unit of a product or a quotient. A time of a time is no
// figure, nor is anything by a time but another.
func (p *parser) productUnit(op byte, left, right node, opAt int) (bench.Unit, error) {
	l, r := left.unit(), right.unit()
	if value, at, ok := bare(right); ok && op == '/' && value == 0 {
		return "", p.wrong(at, "nothing can be divided by 0")
	}
	one, _ := dimension(l)
	other, _ := dimension(r)
	switch {
	case scalar(l) && scalar(r):
		return scalarProduct(left, right), nil
	case scalar(r):
		return l, nil
	case op == '*' && scalar(l):
		return r, nil
	case op == '/' && l == r:
		return plainNumber, nil
	case op == '*':
		return "", p.wrong(opAt, "%s times %s is no figure that could be compared", one, other)
	default:
		return "", p.wrong(opAt, "%s by %s is no figure that could be compared", one, other)
	}
}

// scalarProduct keeps a fraction one where it is only multiplied.
func scalarProduct(left, right node) bench.Unit {
	fraction := func(n node) bool { return n.unit() == bench.Fraction }
	constant := func(n node) bool { return len(n.operands()) == 0 }
	if fraction(left) && (fraction(right) || constant(right)) || fraction(right) && constant(left) {
		return bench.Fraction
	}
	return plainNumber
}
