// Package report turns a result into what people and programs read.
//
// Every output draws from one Document, so that they cannot disagree, and the
// outputs for people share one model of tables and lines.
package report

import (
	"fmt"
	"io"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Document is a result with everything that is derived from it.
type Document struct {
	Result      *bench.Result
	Comparisons []compare.Comparison
	Outcome     compare.Outcome
}

// NewDocument derives comparisons and outcome from a result.
func NewDocument(r *bench.Result) *Document {
	return &Document{Result: r, Comparisons: compare.Within(r), Outcome: compare.Gate(r)}
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

// formats lists every output by the name that -o takes.
func formats() []struct {
	name string
	make func(Options) Output
} {
	return []struct {
		name string
		make func(Options) Output
	}{
		{"text", func(o Options) Output { return Text(o) }},
		{"json", func(Options) Output { return JSON{} }},
	}
}

// Formats names the outputs.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// New gives the output of that name.
func New(format string, o Options) (Output, error) {
	for _, f := range formats() {
		if f.name == format {
			return f.make(o), nil
		}
	}
	return nil, fmt.Errorf("unknown output format %q: want %s", format, strings.Join(Formats(), " or "))
}
