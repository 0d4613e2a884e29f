package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"tlsbench/bench/wholefile"
	"tlsbench/report"
)

// destination is one -o FORMAT[=FILE].
type destination struct {
	format string
	file   string // empty: stdout
}

type destinations struct {
	stdout io.Writer
	all    []destination
}

// place is where it goes, for people.
func (d destination) place() string {
	if d.file == "" {
		return "stdout"
	}
	return d.file
}

// apartFrom refuses outputs to files that are read, or written otherwise.
func (d destinations) apartFrom(written, read []fileUse) error {
	for _, dest := range d.all {
		if dest.file != "" {
			written = append(written, given("-o "+dest.format+"=", dest.file)...)
		}
	}
	return apart(written, read)
}

func (d destination) collides(other destination) bool {
	if d.file == "" || other.file == "" {
		return d.file == other.file
	}
	return sameFile(d.file, other.file)
}

// readOutput reads one output, of which the command knows some formats.
func readOutput(text string, formats []string) (destination, error) {
	format, file, hasFile := strings.Cut(text, "=")
	if !slices.Contains(formats, format) {
		return destination{}, fmt.Errorf("unknown output format %q: want %s", format, strings.Join(formats, ", "))
	}
	if hasFile && file == "" {
		return destination{}, errors.New("the file's name is missing")
	}
	return destination{format, file}, nil
}

// parseOutputs reads the -o flags, of which the command knows some formats. Text
// goes to stdout unless something else does.
func parseOutputs(flags, formats []string, stdout io.Writer) (destinations, error) {
	d := destinations{stdout: stdout}
	for _, flag := range flags {
		one, err := readOutput(flag, formats)
		if err == nil && slices.ContainsFunc(d.all, one.collides) {
			err = errors.New("another output goes to " + one.place())
		}
		if err == nil && one.file != "" {
			err = wholefile.Writable(one.file)
		}
		if err != nil {
			return d, fmt.Errorf("-o %s: %w", flag, err)
		}
		d.all = append(d.all, one)
	}
	if !slices.ContainsFunc(d.all, destination{}.collides) {
		d.all = append(d.all, destination{format: "text"})
	}
	return d, nil
}

// write writes a run to all outputs.
func (d destinations) write(doc *report.Document) error {
	return d.each(func(format string, w io.Writer) error {
		output, err := report.New(format, report.Options{Width: width(d.stdout)})
		if err != nil {
			return err
		}
		return output.Write(w, doc)
	})
}

// writeAgainst writes a comparison of saved results to all outputs.
func (d destinations) writeAgainst(doc *report.Document) error {
	return d.each(func(format string, w io.Writer) error {
		output, err := report.NewAgainst(format, report.Options{Width: width(d.stdout)})
		if err != nil {
			return err
		}
		return output.Write(w, doc)
	})
}

// writeProbe writes what a probe found to all outputs.
func (d destinations) writeProbe(p report.Probe) error {
	return d.each(func(format string, w io.Writer) error {
		if format == "json" {
			return p.WriteJSON(w)
		}
		return p.WriteText(w, width(d.stdout))
	})
}

// writeNoise writes what a target's noise is to all outputs.
func (d destinations) writeNoise(n report.Noise) error {
	return d.each(func(format string, w io.Writer) error {
		if format == "json" {
			return n.WriteJSON(w)
		}
		return n.WriteText(w, width(d.stdout))
	})
}

// writeDoctor writes what was found out about this machine to all outputs.
func (d destinations) writeDoctor(doctor report.Doctor) error {
	return d.each(func(format string, w io.Writer) error {
		if format == "json" {
			return doctor.WriteJSON(w)
		}
		return doctor.WriteText(w, width(d.stdout))
	})
}

// each calls write for all outputs, also where one of them fails.
func (d destinations) each(write func(format string, w io.Writer) error) error {
	var errs []error
	for _, dest := range d.all {
		to := func(w io.Writer) error { return write(dest.format, w) }
		if dest.file == "" {
			errs = append(errs, to(d.stdout))
		} else {
			errs = append(errs, wholefile.Write(dest.file, 0o644, to))
		}
	}
	return errors.Join(errs...)
}

// narrowest is below what any table of a report fits into.
const narrowest = 20

// width is the terminal's or, where there is none, what COLUMNS says; 0 where
// that says nothing.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	columns, err := strconv.Atoi(os.Getenv("COLUMNS"))
	if err != nil || columns < narrowest {
		return 0
	}
	return columns
}
