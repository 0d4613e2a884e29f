// Package caret points at the character of a text that is wrong, for the errors
// of every small language that a user may type.
package caret

import (
	"fmt"
	"strings"
	"unicode"
)

// Error is an error in a text.
type Error struct {
	Text   string // all of it
	Column int    // of the character that is wrong, from 1
	What   string
}

// At makes the error that stands at that byte of the text.
func At(text string, offset int, format string, args ...any) *Error {
	return &Error{Text: text, Column: len([]rune(text[:offset])) + 1, What: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.What) }

// Caret gives the text, on one line, and, below the character that is wrong, a
// caret.
func (e *Error) Caret() string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' ' // a tab or a new line would lead the caret astray
		}
		return r
	}, e.Text)
	return line + "\n" + strings.Repeat(" ", e.Column-1) + "^"
}
