package compare

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/caret"
)

// Assertion is a condition on a result, as in "tls.p95(resumed) < 2ms". It is
// not changed by its methods.
type Assertion struct {
	text        string
	op          string
	left, right node
}

// String is the condition as ParseCheck reads it, with usual spaces and no
// needless parentheses.
func (a *Assertion) String() string { return a.left.String() + " " + a.op + " " + a.right.String() }

// CheckAll puts conditions to a result. An error is that of ParseCheck or of
// Bind; that a condition does not hold is none.
func CheckAll(r *bench.Result, conditions ...string) ([]Check, error) {
	var all []Check
	comparisons := Within(r)
	for _, text := range conditions {
		a, err := ParseCheck(text)
		if err == nil {
			err = a.Bind(r.Plan)
		}
		if err != nil {
			return nil, fmt.Errorf("check %q: %w", text, err)
		}
		all = append(all, a.Check(r, comparisons))
	}
	return all, nil
}

// Bind says what is wrong with the condition in a plan, so that it is refused
// before anything is measured: arms that do not exist or are not clear, and
// figures that cannot exist. The error is a *caret.Error.
func (a *Assertion) Bind(p bench.Plan) error {
	_, err := a.bind(p)
	return err
}

func (a *Assertion) operands() []*operand { return append(a.left.operands(), a.right.operands()...) }

func (a *Assertion) bind(p bench.Plan) (map[*operand]place, error) {
	places := map[*operand]place{}
	for _, o := range a.operands() {
		at, err := o.bind(p, a.text)
		if err != nil {
			return nil, err
		}
		places[o] = at
	}
	return places, nil
}

// CheckVerdict says whether a result meets a condition.
type CheckVerdict string

// The verdicts. Too little data, or none, is inconclusive: it does not pass.
const (
	CheckPass         CheckVerdict = "pass"
	CheckFail         CheckVerdict = "fail"
	CheckInconclusive CheckVerdict = "inconclusive"
)

// Check is what became of one condition.
type Check struct {
	Expr string `json:"expr"` // as it was written
	// Value and Bound are the left and the right side in Unit, nil where not
	// known.
	Value *float64 `json:"value"`
	Bound *float64 `json:"bound"`
	// Unit is empty for counts and plain numbers.
	Unit    bench.Unit   `json:"unit"`
	Verdict CheckVerdict `json:"verdict"`
	// Why gives the measured values, or what is missing and what to do.
	Why string `json:"why"`
}

// Check applies the condition to a result, and to the comparisons of its arms.
func (a *Assertion) Check(r *bench.Result, within []Comparison) Check {
	c := Check{Expr: strings.TrimSpace(a.text), Unit: a.unit(), Verdict: CheckInconclusive}
	places, err := a.bind(r.Plan)
	if wrong := (*caret.Error)(nil); errors.As(err, &wrong) {
		c.Why = wrong.What
		return c
	}
	e := &evaluation{result: r, within: within, places: places}
	left, right := a.left.eval(e), a.right.eval(e)
	c.Value, c.Bound = known(left), known(right)
	switch {
	case len(e.missing) > 0:
		c.Why = strings.Join(e.missing, "; ")
	case c.Value == nil || c.Bound == nil:
		c.Why = "the values are too large to be compared"
	case !holds(left, a.op, right):
		c.Verdict, c.Why = CheckFail, a.why(e, left, right)
	case e.few != "":
		c.Why = a.why(e, left, right) + ", but " + e.few
	default:
		c.Verdict, c.Why = CheckPass, a.why(e, left, right)
	}
	return c
}

func (a *Assertion) unit() bench.Unit {
	return common(a.left.unit(), a.right.unit())
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func holds(left float64, op string, right float64) bool {
	switch op {
	case "<":
		return left < right
	case "<=":
		return left <= right
	case ">":
		return left > right
	case ">=":
		return left >= right
	case "==":
		return left == right
	default:
		return left != right
	}
}

// why gives what was measured. Where a side is more than one figure, its value
// comes first.
func (a *Assertion) why(e *evaluation, left, right float64) string {
	names := map[string]bool{}
	for _, r := range e.readings {
		names[r.of.name()] = true
	}
	digits := digitsApart(left, right)
	var parts []string
	for _, r := range e.readings {
		text := r.text(digits)
		if len(names) > 1 {
			text = r.of.name() + " " + text
		}
		parts = append(parts, text)
	}
	all := strings.Join(parts, ", ")
	if plain(a.left) && plain(a.right) {
		return all
	}
	return show(left, a.unit(), digits) + " against " + show(right, a.unit(), digits) + ": " + all
}

// plain is a side that is one figure or has none.
func plain(n node) bool {
	_, one := n.(*operand)
	return one || len(n.operands()) == 0
}
