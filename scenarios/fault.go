package scenarios

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"tlsbench/bench/caret"
	"tlsbench/bench/spelling"
)

// position is a place in a file, both from 1; zero where there is none.
type position struct{ line, column int }

// document is a file's name and text, for errors.
type document struct {
	name  string
	lines []string
}

// Fault is an error at a place of a file.
type Fault struct {
	File         string
	Line, Column int // from 1
	What         string

	text  string // of the line, or a part of it
	caret int    // the column in text
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.What
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.What)
}

// Snippet is the line of the file and, below what is wrong, a caret; empty
// where there is no such line.
func (f *Fault) Snippet() string {
	if strings.TrimSpace(f.text) == "" {
		return ""
	}
	first := max(0, min(f.caret-1, len([]rune(f.text))))
	return (&caret.Error{Text: f.text, Column: first + 1}).Caret()
}

func (d *document) fault(at position, format string, args ...any) error {
	f := &Fault{File: d.name, Line: at.line, Column: at.column, What: fmt.Sprintf(format, args...)}
	if i := at.line - 1; i >= 0 && i < len(d.lines) && !d.secret(i) {
		f.text, f.caret = shown(d.lines[i], at.column)
	}
	return f
}

// secret reports whether a line may hold a password: a header's value, or that
// of a URL. Such a line is not repeated in errors.
func (d *document) secret(i int) bool {
	indent := func(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
	line := d.lines[i]
	if strings.Contains(line, "headers") || strings.Contains(line, "@") {
		return true
	}
	for own := indent(line); i >= 0 && own > 0; i-- {
		if above := d.lines[i]; strings.TrimSpace(above) != "" && indent(above) < own {
			if own = indent(above); strings.Contains(above, "headers") {
				return true
			}
		}
	}
	return false
}

// shown cuts a line that is too long to print around the column.
func shown(line string, column int) (text string, caret int) {
	const most, before = 160, 60
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, line))
	if len(runes) <= most {
		return string(runes), column
	}
	from := max(0, min(column-1, len(runes))-before)
	return string(runes[from:min(len(runes), from+most)]), column - from
}

// fault is an error about an option's value, where that was given. The format
// goes on after the option's label.
func (s *Scenario) fault(path, format string, args ...any) error {
	text := s.label(path) + fmt.Sprintf(format, args...)
	if o := s.origins[path]; o.Layer == InFile && s.doc != nil {
		return s.doc.fault(o.at, "%s", text)
	}
	return errors.New(text)
}

// Wrong is an error about an option's value, or about an element of its list,
// -1 for all of it, that names where that was given. The format goes on after
// what the option is called there.
func (s *Scenario) Wrong(path string, element int, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	o := s.origins[path]
	if o.Layer != InFile || s.doc == nil {
		return fmt.Errorf("%s%w", s.label(path), err)
	}
	at := o.at
	if 0 <= element && element < len(o.each) {
		at = o.each[element]
	}
	return s.doc.fault(at, "%s%v", s.label(path), err)
}

// conflict is an error about two options that do not go together.
func (s *Scenario) conflict(a, b, why string) error {
	if s.layer(b) > s.layer(a) {
		return s.fault(b, " and %s: %s", s.label(a), why)
	}
	return s.fault(a, " and %s: %s", s.label(b), why)
}

// bare is an error's text without the place, for where that is said already.
func bare(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.What
	}
	return err.Error()
}

// meant is " (did you mean …?)", or "".
func meant(word string, known []string) string {
	if nearest, ok := spelling.Nearest(word, known); ok {
		return fmt.Sprintf(" (did you mean %s?)", nearest)
	}
	return ""
}
