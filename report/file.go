package report

import (
	"io"

	"tlsbench/bench/wholefile"
)

// WriteFile writes a document to a file that appears whole or not at all, as
// wholefile.Write does.
func WriteFile(file string, out Output, d *Document) error {
	return wholefile.Write(file, 0o644, func(w io.Writer) error { return out.Write(w, d) })
}

// Writable reports early whether WriteFile can be expected to work.
func Writable(file string) error { return wholefile.Writable(file) }
