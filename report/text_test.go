package report

import (
	"strings"
	"testing"
)

func TestWrapParts(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		width      int
		want       string
	}{
		{"all of it fits", "a b   c · d", 20, "a b   c · d\n"},
		{"parts stay whole", "tool 1.0   TLS 1.3 · P-256, 1 intermediate   GET / → 200", 30,
			"tool 1.0   TLS 1.3 ·\n  P-256, 1 intermediate\n  GET / → 200\n"},
		{"groups stay whole", "tool 1.0   TLS 1.3 · P-256   GET / → 200", 20, "tool 1.0\n  TLS 1.3 · P-256\n  GET / → 200\n"},
		{"to the last column", "aaaa · bb cc", 12, "aaaa · bb cc\n"},
		{"one column less", "aaaa · bb cc", 11, "aaaa ·\n  bb cc\n"},
		{"a part that is too long", "one · a part of many words", 12, "one · a part\n  of many\n  words\n"},
		{"what a server says", "a\x00b \x1b[2J", 40, `a\x00b \x1b[2J` + "\n"},
	} {
		var b strings.Builder
		wrapParts(&b, tt.text, "  ", tt.width)
		if got := b.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
