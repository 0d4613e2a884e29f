package probe

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench/caret"
	"tlsbench/bench/spelling"
)

// ExpectError is an error in the text of conditions.
type ExpectError = caret.Error

// ParseExpect reads conditions, separated by commas:
//
//	ticket>=1, shared-keys, !tls1.0, lifetime>=1h, certificate-bytes<=4KB
//
// A name alone is a condition that holds at every place, "!name" one that
// holds at none. Names with a value are compared by >=, <=, >, <, = or ==.
// Values are numbers, durations as in 90s, 10m or 2h, or bytes, where KB is
// 1000 and KiB is 1024. An error is an *ExpectError.
func ParseExpect(text string) ([]Condition, error) {
	var all []Condition
	at := 0
	for term := range strings.SplitSeq(text, ",") {
		c, err := parseTerm(text, term, at)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		at += len(term) + 1
	}
	return all, nil
}

const space = " \t\r\n"

// parseTerm reads one condition, which begins at that byte of the text.
func parseTerm(text, term string, at int) (Condition, error) {
	wrong := func(offset int, format string, args ...any) (Condition, error) {
		return Condition{}, caret.At(text, at+offset, format, args...)
	}
	begin := len(term) - len(strings.TrimLeft(term, space))
	rest := strings.Trim(term, space)
	if rest == "" {
		return wrong(begin, "a condition is missing: want one of %s", strings.Join(Names(), ", "))
	}
	var c Condition
	if after, ok := strings.CutPrefix(rest, "!"); ok {
		c.Not = true
		rest = strings.TrimLeft(after, space)
	}
	name := begin + strings.LastIndex(strings.TrimRight(term, space)[begin:], rest)
	end := strings.IndexAny(rest, "<>=!"+space)
	if end < 0 {
		end = len(rest)
	}
	c.Name = rest[:end]
	s, ok := subjectOf(c.Name)
	if !ok {
		return wrong(name, "%s", unknownName(c.Name))
	}
	tail := strings.TrimLeft(rest[end:], space)
	opAt := name + len(rest) - len(tail)
	if tail == "" {
		if s.holds == nil {
			return wrong(name, "%s has to be compared, as in %s", s.name, s.example())
		}
		return c, nil
	}
	c.Op = operator(tail)
	switch {
	case c.Op == "":
		return wrong(opAt, "%q is no comparison: want >=, <=, >, < or =, or a comma before the next condition", firstRune(tail))
	case s.value == nil:
		return wrong(opAt, "%s holds or does not, and is not compared: write %s or !%s", s.name, s.name, s.name)
	case c.Not:
		return wrong(name, "! before a comparison: turn the comparison round")
	}
	value := strings.TrimLeft(tail[len(c.Op):], space)
	valueAt := name + len(rest) - len(value)
	c.unit = s.unit
	var err error
	if c.Value, err = s.unit.parse(value); err != nil {
		return wrong(valueAt, "%v: want a value as in %s", err, s.example())
	}
	if c.Op == "==" {
		c.Op = "="
	}
	return c, nil
}

func operator(text string) string {
	for _, op := range []string{">=", "<=", "==", ">", "<", "="} {
		if strings.HasPrefix(text, op) {
			return op
		}
	}
	return ""
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func (s subject) example() string {
	return s.name + map[unit]string{count: ">=1", span: ">=1h", bytes: "<=4KB"}[s.unit]
}

// parse reads a value: never below zero, never without a number.
func (u unit) parse(text string) (float64, error) {
	if text == "" {
		return 0, fmt.Errorf("the value is missing")
	}
	switch u {
	case span:
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 || d > 1<<62 {
			return 0, fmt.Errorf("%q is no duration", text)
		}
		return float64(d), nil
	case bytes:
		return parseBytes(text)
	}
	v, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return float64(v), nil
}

func parseBytes(text string) (float64, error) {
	digits := text
	if end := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); end >= 0 {
		digits = text[:end]
	}
	v, err := strconv.ParseFloat(digits, 64)
	scale, ok := map[string]float64{
		"": 1, "b": 1, "kb": 1e3, "kib": 1 << 10, "mb": 1e6, "mib": 1 << 20,
	}[strings.ToLower(strings.TrimSpace(text[len(digits):]))]
	if err != nil || !ok || v*scale > 1<<40 {
		return 0, fmt.Errorf("%q is no number of bytes", text)
	}
	return math.Round(v * scale), nil
}

// unknownName suggests the nearest name where one is near.
func unknownName(name string) string {
	known := strings.Join(Names(), ", ")
	if name == "" {
		return "the name of a condition is missing: want one of " + known
	}
	if strings.HasPrefix(name, "tls") {
		return fmt.Sprintf("unknown condition %q: did you mean tls1.0, tls1.1, tls1.2 or tls1.3?", name)
	}
	if nearest, ok := spelling.Nearest(name, Names()); ok {
		return fmt.Sprintf("unknown condition %q: did you mean %s?", name, nearest)
	}
	return fmt.Sprintf("unknown condition %q: want one of %s", name, known)
}
