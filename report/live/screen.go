package live

import (
	"fmt"
	"io"
	"strings"
)

// Control sequences of ECMA-48, and DEC's private mode 7, which terminals share.
const (
	eraseLine  = "\x1b[K"
	eraseBelow = "\x1b[J"
	wrapOff    = "\x1b[?7l"
	wrapOn     = "\x1b[?7h"
	lineUp     = "\x1b[A"
)

// Erase goes to the start of the line and erases it with all that stands below:
// a view, where there is one. It erases the line apart, since some terminals keep
// a screen that is erased from its first line on.
const Erase = "\r" + eraseLine + "\n" + eraseBelow + lineUp

// Screen redraws lines in place, at the end of what a terminal shows.
//
// Between two frames the cursor stands where the view begins. Terminals that
// wrap lines anew when they get narrower keep it there, so that nothing has to be
// known of the size that the last frame was drawn for; only where they then have
// too few rows, some lines stay behind above the screen. And whatever else is
// written to the terminal takes the view's place and stays: the next frame is
// drawn below it.
type Screen struct{ w io.Writer }

// NewScreen makes a screen of a terminal, which must obey ECMA-48.
func NewScreen(w io.Writer) *Screen { return &Screen{w} }

// Draw shows lines, none of which may fill its row, in the place of those before
// them. One that is too wide, since the terminal has just got narrower, is not
// wrapped.
func (s *Screen) Draw(lines []string) {
	var b strings.Builder
	b.WriteString("\r" + wrapOff)
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(line + eraseLine)
	}
	b.WriteString(eraseBelow + wrapOn + "\r")
	if up := len(lines) - 1; up > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", up)
	}
	s.write(b.String())
}

// Print writes a line that stays, above the view.
func (s *Screen) Print(line string) { s.write(Erase + line + "\n") }

// Clear takes the view away.
func (s *Screen) Clear() { s.write(Erase) }

// write makes one call for all, which nothing comes between. A view that cannot
// be drawn must not end a run.
func (s *Screen) write(text string) { _, _ = io.WriteString(s.w, text) }
