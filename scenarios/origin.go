package scenarios

import "fmt"

// Layer is where a value comes from. A later one wins over an earlier one.
type Layer int

// The layers, the weakest first.
const (
	ByDefault Layer = iota
	InFile
	InEnvironment
	OnCommandLine // a flag, or the target
	BySet         // --set and --vary, which come after all flags
)

// Origin says where a value came from.
type Origin struct {
	Layer Layer
	// Name is that of the flag or of the environment variable.
	Name string

	at     position
	each   []position // of a list's elements
	label  string     // instead of the option's own
	varied bool       // it is a value of a dimension
}

// standing is the layer by which one option makes another one moot. A dimension
// is no later word than the flags that it stands among.
func (o Origin) standing() Layer {
	if o.varied {
		return min(o.Layer, OnCommandLine)
	}
	return o.Layer
}

// Origin says where an option's value came from.
func (s *Scenario) Origin(path string) Origin { return s.origins[path] }

// Where is the origin for people: the flag, the variable, or the file's line.
func (s *Scenario) Where(o Origin) string {
	switch {
	case o.Layer == ByDefault:
		return "default"
	case o.Layer == InFile && s.doc != nil:
		return fmt.Sprintf("%s:%d", s.doc.name, o.at.line)
	}
	return o.Name
}

// Given reports whether an option was given, in whatever way.
func (s *Scenario) Given(path string) bool { return s.layer(path) > ByDefault }

func (s *Scenario) layer(path string) Layer { return s.origins[path].Layer }

// label is what an option is called where its value was given, so that an error
// speaks of what its reader wrote.
func (s *Scenario) label(path string) string {
	o := s.origins[path]
	switch {
	case o.label != "":
		return o.label
	case o.Layer == InFile:
		return path
	case o.Layer == InEnvironment, o.Layer == BySet:
		return o.Name
	}
	option, _ := find(path)
	if option.Flag == "" && o.Name != "" {
		return o.Name // of a flag that is not the option's own
	}
	return option.label()
}

// record notes where an option's value came from, and lets it take the place
// of what an earlier layer said otherwise.
func (s *Scenario) record(path string, o Origin) {
	s.origins[path] = o
	if path == "target" {
		s.Targets = nil
	}
	for _, d := range dimensions() {
		if d.path != path {
			continue
		}
		kept := s.Matrix[:0:0]
		for _, own := range s.Matrix {
			if own.Name == d.name && own.origin.Layer < o.Layer {
				s.replaced = append(s.replaced, d.name)
				continue
			}
			kept = append(kept, own)
		}
		s.Matrix = kept
	}
}
