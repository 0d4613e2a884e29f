package main

import (
	"fmt"
	"io"
)

// clearLine moves to the start of the line and erases it (ECMA-48, EL).
const clearLine = "\r\x1b[K"

// teller says on stderr what is being done: in one line that changes where that
// is a terminal, else in a line for each thing.
type teller struct {
	w     io.Writer
	quiet bool
	line  bool
}

func (o *probeOptions) teller(w io.Writer) *teller {
	_, line := redrawable(w)
	return &teller{w: w, quiet: o.quiet, line: line}
}

func (t *teller) say(what string) {
	switch {
	case t.quiet:
	case t.line:
		fmt.Fprintf(t.w, "%s%s", clearLine, what)
	default:
		fmt.Fprintln(t.w, what)
	}
}

// event tells what is to stay on the screen.
func (t *teller) event(what string) {
	t.done()
	if !t.quiet {
		fmt.Fprintln(t.w, what)
	}
}

func (t *teller) done() {
	if t.line && !t.quiet {
		fmt.Fprint(t.w, clearLine)
	}
}
