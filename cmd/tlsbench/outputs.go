package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"tlsbench/report"
)

// destination is one -o FORMAT[=FILE].
type destination struct {
	output report.Output
	file   string // empty: stdout
}

type destinations struct {
	stdout io.Writer
	all    []destination
}

// parseOutputs reads the -o flags. Text goes to stdout unless something else
// does.
func parseOutputs(flags []string, stdout io.Writer) (destinations, error) {
	d := destinations{stdout: stdout}
	options := report.Options{Width: width(stdout)}
	taken := map[string]bool{}
	for _, flag := range flags {
		format, file, hasFile := strings.Cut(flag, "=")
		output, err := report.New(format, options)
		if err != nil {
			return d, fmt.Errorf("-o %s: %w", flag, err)
		}
		if hasFile && file == "" {
			return d, fmt.Errorf("-o %s: the file's name is missing", flag)
		}
		if taken[file] {
			where := "stdout"
			if file != "" {
				where = file
			}
			return d, fmt.Errorf("-o %s: another output goes to %s", flag, where)
		}
		taken[file] = true
		if file != "" {
			if err := report.Writable(file); err != nil {
				return d, fmt.Errorf("-o %s: %w", flag, err)
			}
		}
		d.all = append(d.all, destination{output, file})
	}
	if !taken[""] {
		text, err := report.New("text", options)
		if err != nil {
			return d, err
		}
		d.all = append(d.all, destination{output: text})
	}
	return d, nil
}

// write writes all outputs, also where one of them fails.
func (d destinations) write(doc *report.Document) error {
	var errs []error
	for _, dest := range d.all {
		if dest.file == "" {
			errs = append(errs, dest.output.Write(d.stdout, doc))
		} else {
			errs = append(errs, report.WriteFile(dest.file, dest.output, doc))
		}
	}
	return errors.Join(errs...)
}

// width is the terminal's, 0 where there is none.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
