package report

import (
	"fmt"
	"strings"
	"unicode"
)

// markdownEscape keeps text from being taken for markup, in and outside of
// tables. The | is an entity, since not every reader takes \| inside a table
// alike; the colon of a URL is escaped so that a server's error makes no link.
var markdownEscape = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`, "[", `\[`, "]", `\]`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;", "://", `\://`,
)

// markdownText makes text safe inside a line or a cell.
func markdownText(text string) string { return markdownEscape.Replace(printable(text)) }

// markdownLine makes text safe at the start of a line, where digits, dashes and
// signs begin lists and headings.
func markdownLine(text string) string {
	text = printable(text)
	if text == "" || unicode.IsLetter([]rune(text)[0]) || text[0] > unicode.MaxASCII {
		return markdownText(text)
	}
	if rest := strings.TrimLeft(text, "0123456789"); rest != text && (rest == "" || rest[0] != '.' && rest[0] != ')') {
		return markdownText(text) // a number that begins no list
	}
	return fmt.Sprintf("&#%d;", text[0]) + markdownText(text[1:])
}
