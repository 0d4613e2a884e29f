// Package report turns a result into what people and programs read.
//
// Every output draws from one Document, so that they cannot disagree, and the
// outputs for people share one model of tables and lines.
package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Document is a result with everything that is derived from it.
type Document struct {
	// Result is nil where earlier results were compared and nothing was run:
	// see NewAgainst.
	Result *bench.Result
	// Comparisons are those of the result's arms with each other.
	Comparisons []compare.Comparison
	// Against is the comparison with earlier results, nil where there was none.
	Against *compare.Against
	// Checks are what became of the conditions that were put to the result.
	Checks  []compare.Check
	Outcome compare.Outcome
	// Worth is what resumption is worth, none where that is not what arms were
	// compared for.
	Worth []compare.Worth
	// MaxRates are the highest rates that a search found, none where the run
	// was no search. There are no Comparisons then.
	MaxRates []compare.MaxRate
}

// NewDocument derives comparisons, outcome and what resumption is worth from a
// result: for these loads, or where there is none for the usual ones.
func NewDocument(r *bench.Result, loads ...compare.Capacity) *Document {
	if r.Plan.FindMax != "" {
		return &Document{Result: r, Outcome: compare.Gate(r), MaxRates: maxRates(r)}
	}
	d := &Document{Result: r, Comparisons: compare.Within(r), Outcome: compare.Gate(r)}
	d.Worth = compare.WorthOf(r, d.Comparisons, loads...)
	return d
}

// Output writes a document in one format.
type Output interface {
	Write(io.Writer, *Document) error
}

// Options are what outputs may want to know of where they write to.
type Options struct {
	// Width is the number of columns for text.
	Width int
}

// format is an output by the name that -o takes.
type format struct {
	name string
	make func(Options) Output
	// against says that it can also write a document without a result.
	against bool
}

// formats lists every output.
func formats() []format {
	return []format{
		{"text", func(o Options) Output { return Text(o) }, true},
		{"json", func(Options) Output { return JSON{} }, true},
		{"markdown", func(Options) Output { return Markdown{} }, true},
		{"plot", func(o Options) Output { return Plot(o) }, false},
		{"csv", func(Options) Output { return CSV{} }, true},
		{"junit", func(Options) Output { return JUnit{} }, true},
		{"gobench", func(Options) Output { return GoBench{} }, false},
		{"openmetrics", func(Options) Output { return OpenMetrics{} }, false},
		{"html", func(Options) Output { return HTML{} }, true},
	}
}

// Formats names the outputs.
func Formats() []string { return names(formats()) }

// New gives the output of that name.
func New(format string, o Options) (Output, error) { return find(formats(), format, o) }

// AgainstFormats names the outputs that NewAgainst knows.
func AgainstFormats() []string { return names(againstFormats()) }

// NewAgainst gives the output of that name for documents whose Result is nil:
// they hold a comparison of earlier results, and no run.
func NewAgainst(format string, o Options) (Output, error) { return find(againstFormats(), format, o) }

func againstFormats() []format {
	return slices.DeleteFunc(formats(), func(f format) bool { return !f.against })
}

func names(all []format) []string {
	var names []string
	for _, f := range all {
		names = append(names, f.name)
	}
	return names
}

func find(all []format, name string, o Options) (Output, error) {
	for _, f := range all {
		if f.name == name {
			return f.make(o), nil
		}
	}
	known := names(all)
	last := len(known) - 1
	return nil, fmt.Errorf("unknown output format %q: want %s or %s", name, strings.Join(known[:last], ", "), known[last])
}

// errNoResult is what outputs say that are of a run only.
var errNoResult = errors.New("this format is for the result of a run, not for a comparison of results")
