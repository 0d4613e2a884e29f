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

// completed is a result with its derived parts, which are for scripts only: a
// reader computes them anew.
type completed struct {
	*bench.Result
	Comparisons []compare.Comparison `json:"comparisons"`
	Worth       []compare.Worth      `json:"worth"`
	MaxRates    []compare.MaxRate    `json:"max_rates,omitempty"`
	derived
}

type derived struct {
	Checks  []compare.Check  `json:"checks"`
	Against *compare.Against `json:"against"`
}

// Write implements Output.
func (JSON) Write(w io.Writer, d *Document) error {
	found := derived{orEmpty(d.Checks), d.Against}
	if d.Result == nil {
		return writeJSON(w, found)
	}
	return writeJSON(w, completed{d.Result, orEmpty(d.Comparisons), orEmpty(d.Worth), d.MaxRates, found})
}

// writeJSON writes one document for programs, which people can read too.
func writeJSON(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(document)
}

// orEmpty makes that a list is never null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
