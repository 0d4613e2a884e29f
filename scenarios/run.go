package scenarios

import (
	"errors"
	"fmt"
	"slices"
)

// run makes the arms and refuses what was asked for and came to nothing: a
// value of which there is no arm, an exclusion that leaves none out.
func (x *expansion) run(s *Scenario) error {
	if err := x.exclusions(s); err != nil {
		return err
	}
	if err := x.expand(s, nil, nil); err != nil {
		return err
	}
	if len(x.arms) == 0 {
		if x.first != nil {
			return x.first
		}
		return errors.New("exclude leaves no arm")
	}
	for _, a := range x.axes {
		if a.implied || a.origin.Layer == ByDefault {
			continue
		}
		for j, value := range a.Values {
			if a.arms[j] == 0 && a.refused[j] != nil {
				return s.noArm(a, j, fmt.Sprintf("%s=%s is in no arm: %s", a.Name, value, bare(a.refused[j])))
			}
		}
	}
	if len(s.replaced) > 0 || slices.ContainsFunc(x.axes, func(a axis) bool { return a.origin.Layer > InFile }) {
		return nil // an exclusion may be about what was there before
	}
	for i, used := range x.excluded {
		if !used {
			return s.doc.fault(x.exclude[i].at, "exclude: there is no such arm")
		}
	}
	return nil
}

func (s *Scenario) noArm(a axis, value int, text string) error {
	switch {
	case a.origin.Layer != InFile || s.doc == nil:
		return errors.New(text)
	case value < len(a.at):
		return s.doc.fault(a.at[value], "%s", text)
	default:
		return s.doc.fault(a.origin.at, "%s", text)
	}
}

// exclusions checks their dimensions. Those of a dimension that is no longer
// there are about nothing.
func (x *expansion) exclusions(s *Scenario) error {
	var kept []Exclusion
next:
	for _, e := range x.exclude {
		for _, d := range e.Of {
			if slices.Contains(s.replaced, d.Name) {
				continue next
			}
			var names []string
			for _, a := range x.axes {
				names = append(names, a.Name)
			}
			if !slices.Contains(names, d.Name) {
				return s.doc.fault(e.at, "exclude: %s does not vary%s", cut(d.Name), meant(d.Name, names))
			}
		}
		kept = append(kept, e)
	}
	x.exclude, x.excluded = kept, make([]bool, len(kept))
	return nil
}
