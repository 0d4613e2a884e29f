package live

import (
	"fmt"
	"io"
	"strings"
)

// Control sequences of ECMA-48, and DEC's private mode 7 and cursor memory, which
// terminals share.
const (
	eraseLine  = "\x1b[K"
	eraseBelow = "\x1b[J"
	wrapOff    = "\x1b[?7l"
	wrapOn     = "\x1b[?7h"
	lineUp     = "\x1b[A"
	lineDown   = "\x1b[B"
	lastRow    = "\x1b[999B"
	remember   = "\x1b7"
	comeBack   = "\x1b8"
)

// Erase goes to the start of the line and erases it with all that stands below:
// with a view, where there is one. It erases the line apart, since some terminals keep
// a screen that is erased from its first line on.
const Erase = "\r" + eraseLine + "\n" + eraseBelow + lineUp

// Screen redraws lines in place, in the last rows of a terminal.
//
// Between two frames the cursor stands above the view, where text goes on: what
// else is written to the terminal stays, and all that is below it is the view's.
// So nothing has to be known of the last frame, nor of the size that it was drawn
// for. Terminals that wrap lines anew when they get narrower let as many rows
// scroll by, from their first one on, as that makes more: even if the last ones
// are empty. A view in the last rows is the last to go, and text keeps its order.
type Screen struct{ w io.Writer }

// NewScreen makes a screen of a terminal, which must obey ECMA-48.
func NewScreen(w io.Writer) *Screen { return &Screen{w} }

// Draw shows lines, none of which may fill its row, in the place of those before
// them. The terminal has a row more than they need. Where it has just got smaller,
// lines are neither wrapped nor scroll by.
func (s *Screen) Draw(lines []string) {
	var b strings.Builder
	b.WriteString(Erase)
	// Make room below the cursor, without a line of the view in it.
	fmt.Fprintf(&b, "%s\x1b[%dA", strings.Repeat("\n", len(lines)), len(lines))
	b.WriteString(remember + wrapOff + lastRow)
	if up := len(lines) - 1; up > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", up)
	}
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\r" + lineDown)
		}
		b.WriteString(line + eraseLine)
	}
	b.WriteString(wrapOn + comeBack)
	s.write(b.String())
}

// Print writes a line that stays, above the view.
func (s *Screen) Print(line string) { s.write(Erase + line + "\n") }

// Clear takes the view away.
func (s *Screen) Clear() { s.write(Erase) }

// write makes one call for all, which nothing comes between. A view that cannot
// be drawn must not end a run.
func (s *Screen) write(text string) { _, _ = io.WriteString(s.w, text) }
