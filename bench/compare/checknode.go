package compare

import (
	"math"

	"tlsbench/bench"
)

// node is a part of a condition that has a value.
type node interface {
	unit() bench.Unit
	eval(*evaluation) float64 // NaN where it is not known
	operands() []*operand
	String() string
}

// number is a number as it was written.
type number struct {
	at     int
	digits string
	suffix string // its unit
	of     bench.Unit
	value  float64
}

func (n *number) unit() bench.Unit         { return n.of }
func (n *number) eval(*evaluation) float64 { return n.value }
func (n *number) operands() []*operand     { return nil }
func (n *number) String() string           { return n.digits + n.suffix }

// negated never is a negative zero, which would be printed.
func negated(v float64) float64 { return 0 - v }

// negation is a node's value below zero.
type negation struct {
	at int
	of node
}

func (n *negation) unit() bench.Unit           { return n.of.unit() }
func (n *negation) eval(e *evaluation) float64 { return negated(n.of.eval(e)) }
func (n *negation) operands() []*operand       { return n.of.operands() }
func (n *negation) String() string             { return "-" + inParens(n.of, isBinary(n.of)) }

// binary is a sum, difference, product or quotient.
type binary struct {
	op          byte
	left, right node
	of          bench.Unit
}

func (b *binary) unit() bench.Unit     { return b.of }
func (b *binary) operands() []*operand { return append(b.left.operands(), b.right.operands()...) }

func (b *binary) eval(e *evaluation) float64 {
	left, right := b.left.eval(e), b.right.eval(e)
	switch b.op {
	case '+':
		return left + right
	case '-':
		return left - right
	case '*':
		return left * right
	}
	if right == 0 {
		e.miss("%s is 0, by which nothing can be divided", b.right)
		return math.NaN()
	}
	return left / right
}

func (b *binary) String() string {
	return inParens(b.left, isSum(b.left) && !isSum(b)) + " " + string(b.op) + " " +
		inParens(b.right, isBinary(b.right) && (isSum(b.right) || !isSum(b)))
}

func inParens(n node, needed bool) string {
	if needed {
		return "(" + n.String() + ")"
	}
	return n.String()
}

func isBinary(n node) bool {
	_, ok := n.(*binary)
	return ok
}

func isSum(n node) bool {
	b, ok := n.(*binary)
	return ok && (b.op == '+' || b.op == '-')
}

// bare is a number without a unit, also below zero, and the byte of the text
// where it begins.
func bare(n node) (value float64, at int, ok bool) {
	switch n := n.(type) {
	case *number:
		return n.value, n.at, n.suffix == ""
	case *negation:
		value, _, ok = bare(n.of)
		return negated(value), n.at, ok
	}
	return 0, 0, false
}

// operand is a figure of the result: of one arm, of all together, or what an
// arm saves against its baseline.
type operand struct {
	at     int
	what   quantity
	saving bool
	arm    string // as it was written, "" where it was left out
	armAt  int
}

func (o *operand) unit() bench.Unit {
	if o.saving {
		return bench.Fraction
	}
	return o.what.Unit
}

func (o *operand) operands() []*operand { return []*operand{o} }

// name is the operand without its arm.
func (o *operand) name() string {
	if o.saving {
		return "saving(" + o.what.Name + ")"
	}
	return o.what.Name
}

func (o *operand) String() string { return o.of(o.arm) }

// of writes the operand with another arm.
func (o *operand) of(arm string) string {
	switch {
	case arm == "":
		return o.name()
	case o.saving:
		return "saving(" + o.what.Name + ", " + arm + ")"
	default:
		return o.what.Name + "(" + arm + ")"
	}
}

// share is a fraction of which there is never more than 1.
func (o *operand) share() bool {
	return o.unit() == bench.Fraction && (!o.saving || o.what.Better == bench.LowerIsBetter)
}
