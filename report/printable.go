package report

import (
	"strconv"
	"strings"
	"unicode"
)

// printable shows control characters instead of obeying them: error texts and
// names may come from a server or a file, and could else clear the terminal or
// pass for lines of their own.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text { // what is no UTF-8 becomes U+FFFD
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// readable replaces what readers of text files stumble over, NUL and what is no
// UTF-8. Everything else is the format's to escape.
func readable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
