package saved

import (
	"bytes"
	"encoding/json"
)

// splitter takes a list or an object apart that encoding/json has found to be
// valid. To let that package find the parts scans all of them twice on every
// level, which for a long result takes longer than all the rest.
type splitter struct{ rest []byte }

// split enters what begins with the bracket, false where it begins with
// something else.
func split(valid json.RawMessage, bracket byte) (splitter, bool) {
	s := splitter{valid}
	if s.next() != bracket {
		return s, false
	}
	s.rest = s.rest[1:]
	return s, true
}

// next passes over what separates values, and gives the byte that follows.
func (s *splitter) next() byte {
	s.rest = bytes.TrimLeft(s.rest, " \t\r\n,:")
	if len(s.rest) == 0 {
		return 0
	}
	return s.rest[0]
}

// value takes the next value, or the next key of an object; nil after the last.
func (s *splitter) value() json.RawMessage {
	end := 0
	switch s.next() {
	case 0, ']', '}':
		return nil
	case '"':
		end = textEnd(s.rest)
	case '[', '{':
		end = bracketEnd(s.rest)
	default:
		if end = bytes.IndexAny(s.rest, " \t\r\n,:]}"); end < 0 {
			end = len(s.rest)
		}
	}
	one := s.rest[:end:end]
	s.rest = s.rest[end:]
	return json.RawMessage(one)
}

// textEnd is how long the text is that b begins with, quotes included.
func textEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// bracketEnd is how long the list or object is that b begins with.
func bracketEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += textEnd(b[i:]) - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// members hands out the parts of a valid object by name, which encoding/json
// matches with a field's whatever the letter case, the last of several being
// the one that counts.
func members(path string, object json.RawMessage, take func(name string, value json.RawMessage)) error {
	s, ok := split(object, '{')
	if !ok {
		return decode(path, object, &struct{}{}) // null is taken for an empty one
	}
	for key := s.value(); key != nil; key = s.value() {
		var name string
		if err := decode(path, key, &name); err != nil {
			return err
		}
		take(name, s.value())
	}
	return nil
}
