package live

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// style is a colour or weight by its SGR parameter (ECMA-48 section 8.3.117). It
// never carries a meaning alone.
type style string

const (
	plain  style = ""
	faint  style = "2"
	bold   style = "1"
	red    style = "31"
	yellow style = "33"
	cyan   style = "36"
)

// span is text, free of control characters, in one style.
type span struct {
	text  string
	style style
}

type spans []span

// columns is how many columns of a terminal text takes.
func columns(text string) int { return displaywidth.String(text) }

// cut shortens text to a number of columns.
func cut(text string, width int) string {
	if width <= 0 {
		return ""
	}
	return displaywidth.TruncateString(text, width, "…")
}

// shorten leaves out the middle of a name: what tells arms apart may stand at
// either end.
func shorten(name string, width int) string {
	if columns(name) <= width {
		return name
	}
	head := cut(name, (width+2)/2)
	tail, over := name, columns(name)-(width-columns(head))
	for g := displaywidth.StringGraphemes(name); over > 0 && g.Next(); over -= g.Width() {
		tail = tail[len(g.Value()):]
	}
	return head + tail
}

// left and right pad text to a number of columns.
func left(text string, width int) string  { return text + padding(text, width) }
func right(text string, width int) string { return padding(text, width) + text }

func padding(text string, width int) string {
	return strings.Repeat(" ", max(0, width-columns(text)))
}

// painted is what of the spans fits into a width.
func (s spans) painted(width int, color bool) string {
	var b strings.Builder
	on := plain
	turn := func(to style) {
		if !color || to == on {
			return
		}
		if on != plain {
			b.WriteString("\x1b[m")
		}
		if to != plain {
			b.WriteString("\x1b[" + string(to) + "m")
		}
		on = to
	}
	for _, one := range s {
		text, taken := one.text, columns(one.text)
		if taken > width {
			text, taken = cut(text, width), width // nothing follows a cut
		}
		width -= taken
		if text != "" {
			turn(one.style)
			b.WriteString(text)
		}
	}
	turn(plain)
	return strings.TrimRight(b.String(), " ")
}
