package scenarios

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// section reads a mapping of a file. prefix is what its keys' paths begin with.
func (s *Scenario) section(n ast.Node, prefix string) error {
	what := strings.TrimSuffix(prefix, ".")
	if what == "" {
		what = "a scenario"
	}
	entries, err := s.doc.entries(n, what)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := prefix + e.key
		switch _, isMap := e.value.(ast.MapNode); {
		case path == "matrix":
			err = s.matrix(e)
		case path == "exclude":
			err = s.exclude(e)
		case path == "target" && isMap:
			err = s.targets(e)
		case path == "http.headers":
			err = s.headers(e)
		case path == "compare" && !isMap:
			err = s.option("compare.dimension", e)
			o := s.origins["compare.dimension"]
			o.label = path
			s.origins["compare.dimension"] = o
		default:
			err = s.key(path, prefix, what, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Scenario) key(path, prefix, what string, e entry) error {
	if _, ok := find(path); ok {
		return s.option(path, e)
	}
	if len(keys(path+".")) > 0 && !strings.Contains(e.key, ".") {
		return s.section(e.value, path+".")
	}
	return s.doc.fault(e.at, "%s: %s", what, unknown(cut(e.key), keys(prefix)))
}

// option reads the value of one.
func (s *Scenario) option(path string, e entry) error {
	option, _ := find(path)
	at := place(e.value)
	if at == (position{}) {
		at = e.at
	}
	p := option.In(s)
	var list []string
	var each []position
	var err error
	if _, ok := p.(*[]string); ok {
		list, each, err = s.doc.texts(e.value, path)
	} else {
		var one string
		one, err = s.doc.one(e.value, path)
		list = []string{one}
	}
	if err != nil {
		return err
	}
	if err := assign(p, list); err != nil {
		return s.doc.fault(at, "%s: %v", path, err)
	}
	s.origins[path] = Origin{Layer: InFile, at: at, each: each}
	return nil
}

// headers are a mapping of names to values.
func (s *Scenario) headers(e entry) error {
	entries, err := s.doc.entries(e.value, "http.headers")
	if err != nil {
		return err
	}
	s.HTTP.Headers = nil
	for _, h := range entries {
		value, err := s.doc.one(h.value, "http.headers")
		if err != nil {
			return err
		}
		s.HTTP.Headers = append(s.HTTP.Headers, h.key+": "+value)
	}
	s.origins["http.headers"] = Origin{Layer: InFile, at: e.at}
	return nil
}

// targets are a mapping of names to targets.
func (s *Scenario) targets(e entry) error {
	entries, err := s.doc.entries(e.value, "target")
	if err != nil {
		return err
	}
	for _, t := range entries {
		url, err := s.doc.one(t.value, "target")
		if err != nil {
			return err
		}
		if err := (Dimension{Name: Target, Values: []string{t.key}}).check(); err != nil {
			return s.doc.fault(t.at, "target: %v", err)
		}
		s.Targets = append(s.Targets, Named{t.key, url})
	}
	if len(s.Targets) == 0 {
		return s.doc.fault(e.at, "target: there is none: want NAME: URL")
	}
	s.origins["target"] = Origin{Layer: InFile, at: e.at}
	return nil
}

func (s *Scenario) matrix(e entry) error {
	entries, err := s.doc.entries(e.value, "matrix")
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return s.doc.fault(e.at, "matrix: there is no dimension in it: want one such as 'tls: [1.2, 1.3]', or leave it out")
	}
	for _, e := range entries {
		if _, ok := dimensionByName(e.key); !ok {
			return s.doc.fault(e.at, "matrix: %s", unknown(cut(e.key), dimensionNames()))
		}
		d, err := s.dimension(e, "matrix."+e.key)
		if err != nil {
			return err
		}
		s.Matrix = append(s.Matrix, d)
	}
	return nil
}

func (s *Scenario) dimension(e entry, what string) (Dimension, error) {
	d := Dimension{Name: e.key, origin: Origin{Layer: InFile, at: e.at, label: what}}
	var err error
	if d.Values, d.at, err = s.doc.texts(e.value, what); err != nil {
		return d, err
	}
	if err := d.check(); err != nil {
		at := e.at
		var v *valueError
		if errors.As(err, &v) {
			at = d.at[v.index]
		}
		return d, s.doc.fault(at, "%s: %v", what, err)
	}
	return d, nil
}

func (s *Scenario) exclude(e entry) error {
	list, ok := e.value.(*ast.SequenceNode)
	if !ok {
		return s.doc.fault(e.at, "exclude: want a list of mappings such as {tls: 1.3, workers: 256}, and this is %s", kind(e.value))
	}
	for _, one := range list.Values {
		entries, err := s.doc.entries(one, "exclude")
		if err != nil {
			return err
		}
		x := Exclusion{at: place(one)}
		for _, e := range entries {
			d, err := s.dimension(e, "exclude."+e.key)
			if err != nil {
				return err
			}
			x.Of = append(x.Of, d)
		}
		if len(x.Of) == 0 {
			return s.doc.fault(place(one), "exclude: an empty mapping would leave out every arm")
		}
		s.Exclude = append(s.Exclude, x)
	}
	return nil
}
