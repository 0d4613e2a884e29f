package compare

import (
	"errors"
	"fmt"

	"tlsbench/bench"
)

// breakable refuses conditions that no rate holds, or every one does: a search
// would go down or up for long and find nothing. It understands a figure that is
// held against a number; others are left to the search.
func (a *Assertion) breakable() error {
	figure, op, bound := a.left, a.op, a.right
	if len(figure.operands()) == 0 {
		mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
		figure, bound = bound, figure
		if m, ok := mirrored[op]; ok {
			op = m
		}
	}
	o, one := figure.(*operand)
	if !one || len(bound.operands()) > 0 {
		return nil
	}
	limit := bound.eval(nil)
	better := o.what.Better
	if o.what.counts != nil && (o.what.Name == "errors" || o.what.Name == "fallbacks") {
		better = bench.LowerIsBetter
	}
	below := op == "<" || op == "<=" || op == "==" && limit == 0
	above := op == ">" || op == ">="
	switch {
	case o.what.Unit == bench.PerSecond, better == "":
		return fmt.Errorf("%s grows with the rate itself: want a figure that gets worse, as in tls.p99 < 20ms", o.what.Name)
	case better == bench.LowerIsBetter && !below, better == bench.HigherIsBetter && !above:
		return fmt.Errorf("higher rates hold it rather than lower ones: want a bound that they break, as in tls.p99 < 20ms")
	case limit < 0, limit == 0 && op == "<":
		return errors.New("no rate holds it")
	}
	return nil
}
