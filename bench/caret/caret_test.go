package caret

import "testing"

func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		text   string
		offset int
		error  string
		caret  string
	}{
		{"abc", 0, "column 1: x is wrong", "abc\n^"},
		{"abc", 3, "column 4: x is wrong", "abc\n   ^"},
		{"äbc", 2, "column 2: x is wrong", "äbc\n ^"},
		{"a\tb\nc", 4, "column 5: x is wrong", "a b c\n    ^"},
		{"", 0, "column 1: x is wrong", "\n^"},
	} {
		e := At(tt.text, tt.offset, "%s is wrong", "x")
		if e.Error() != tt.error || e.Caret() != tt.caret || e.Text != tt.text {
			t.Errorf("%q at %d: %q, %q", tt.text, tt.offset, e.Error(), e.Caret())
		}
	}
}
