package scenarios

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench/spelling"
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
		return errors.New(unknownPath(path))
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

// unknownPath says of a path that cannot be set what may have been meant, or
// what there is in its section.
func unknownPath(path string) string {
	switch path {
	case "exclude":
		return "it is for files only"
	case "matrix":
		return "want matrix.DIMENSION, as in matrix.tls=1.2,1.3"
	}
	section, name, _ := strings.Cut(path, ".")
	if within := keys(section + "."); len(within) > 0 {
		nearest, ok := spelling.Nearest(name, within)
		all := section + "." + strings.Join(within, ", "+section+".")
		switch {
		case name == "":
			return "it is a section: want one of " + all
		case ok:
			return fmt.Sprintf("unknown %q (did you mean %s.%s?)", path, section, nearest)
		}
		return fmt.Sprintf("unknown %q: want one of %s", path, all)
	}
	var paths []string
	for _, o := range Options() {
		paths = append(paths, o.Path)
	}
	if hint := meant(path, paths); hint != "" {
		return fmt.Sprintf("unknown %q%s", path, hint)
	}
	var first []string
	for _, name := range keys("") {
		switch {
		case len(keys(name+".")) > 0 || name == "matrix":
			first = append(first, name+".…")
		case name != "exclude":
			first = append(first, name)
		}
	}
	return fmt.Sprintf("unknown %q: want one of %s", path, strings.Join(first, ", "))
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
