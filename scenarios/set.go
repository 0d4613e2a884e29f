package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Set gives an option the value that a text holds: lists are separated by
// commas, or by line breaks where their elements may hold commas. The path
// "matrix.DIMENSION" varies that dimension. Errors do not name the origin.
func (s *Scenario) Set(path, text string, from Origin) error {
	if name, ok := strings.CutPrefix(path, "matrix."); ok {
		return s.Vary(name, strings.Split(text, ","), from)
	}
	if path == "compare" {
		path = "compare.dimension"
	}
	option, ok := find(path)
	if !ok {
		var paths []string
		for _, o := range Options() {
			paths = append(paths, o.Path)
		}
		return errors.New(unknown(path, paths))
	}
	list := []string{text}
	if _, isList := option.In(s).(*[]string); isList {
		separator := ","
		if option.Whole {
			separator = "\n"
		}
		list = nil
		for one := range strings.SplitSeq(text, separator) {
			if one = strings.TrimSpace(one); one != "" {
				list = append(list, one)
			}
		}
	}
	if err := assign(option.In(s), list); err != nil {
		return err
	}
	s.record(option.Path, from)
	return nil
}

// Take takes an option's value from another scenario, such as one that holds
// flags.
func (s *Scenario) Take(option Option, of *Scenario, from Origin) {
	copyValue(option.In(s), option.In(of))
	s.record(option.Path, from)
}

// Vary makes a dimension take values, instead of those that it took, or beside
// the others.
func (s *Scenario) Vary(name string, values []string, from Origin) error {
	d := Dimension{Name: name, origin: from}
	if d.origin.label == "" {
		d.origin.label = from.Name
	}
	if _, ok := dimensionByName(name); !ok {
		return errors.New("dimension: " + unknown(name, dimensionNames()))
	}
	for _, v := range values {
		d.Values = append(d.Values, strings.TrimSpace(v))
	}
	if err := d.check(); err != nil {
		return err
	}
	for i := range s.Matrix {
		if s.Matrix[i].Name == name {
			s.Matrix[i] = d
			return nil
		}
	}
	s.Matrix = append(s.Matrix, d)
	return nil
}

// assign reads texts into what p points to; texts is one text unless that is a
// list.
func assign(p any, texts []string) error {
	if list, ok := p.(*[]string); ok {
		*list = texts
		return nil
	}
	text := texts[0]
	var err error
	wanted := "a whole number"
	switch p := p.(type) {
	case *string:
		*p = text
	case *bool:
		wanted = "true or false"
		switch text {
		case "true", "false":
			*p = text == "true"
		default:
			err = strconv.ErrSyntax
		}
	case *int:
		*p, err = strconv.Atoi(text)
	case *int64:
		*p, err = strconv.ParseInt(text, 10, 64)
	case *uint64:
		*p, err = strconv.ParseUint(text, 10, 64)
	case *time.Duration:
		wanted = "a duration such as 5s or 300ms"
		*p, err = time.ParseDuration(text)
	default:
		err = fmt.Errorf("no option is a %T", p)
	}
	if err != nil {
		return fmt.Errorf("%q: want %s", cut(text), wanted)
	}
	return nil
}

func copyValue(to, from any) {
	switch to := to.(type) {
	case *string:
		*to = *from.(*string)
	case *bool:
		*to = *from.(*bool)
	case *int:
		*to = *from.(*int)
	case *int64:
		*to = *from.(*int64)
	case *uint64:
		*to = *from.(*uint64)
	case *time.Duration:
		*to = *from.(*time.Duration)
	case *[]string:
		*to = *from.(*[]string)
	}
}

// number is a value that has bounds, false where it has none.
func number(p any) (int64, bool) {
	switch p := p.(type) {
	case *int:
		return int64(*p), true
	case *int64:
		return *p, true
	case *time.Duration:
		return int64(*p), true
	}
	return 0, false
}

// cut keeps what somebody wrote from filling the screen.
func cut(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
