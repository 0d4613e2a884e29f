package report

import (
	"encoding/json"
	"io"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// JSON is the saved result: durations in nanoseconds under keys that end in
// _ns, ratios as fractions, null for what was not measured.
type JSON struct{}

// saved is a result with its derived parts, which are for scripts only: a
// reader computes them anew.
type saved struct {
	*bench.Result
	Comparisons []compare.Comparison `json:"comparisons"`
	Checks      []struct{}           `json:"checks"`
}

// Write implements Output.
func (JSON) Write(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	s := saved{Result: d.Result, Comparisons: d.Comparisons, Checks: []struct{}{}}
	if s.Comparisons == nil {
		s.Comparisons = []compare.Comparison{}
	}
	return e.Encode(s)
}
