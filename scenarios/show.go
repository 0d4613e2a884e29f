package scenarios

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteTo writes, for people, which values are not defaults and where each came
// from. What may be secret is left out: see [Public].
func (s *Scenario) WriteTo(w io.Writer) (int64, error) {
	var text bytes.Buffer
	if s.Description != "" {
		fmt.Fprintf(&text, "%s\n\n", s.Description)
	}
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, o := range Options() {
		if o.Path == "description" || !s.Given(o.Path) {
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", o.Path, s.value(o), s.Where(s.Origin(o.Path)))
	}
	for _, d := range s.Matrix {
		fmt.Fprintf(t, "matrix.%s\t%s\t%s\n", d.Name, Public("matrix."+d.Name, strings.Join(d.Values, ", ")), s.Where(d.origin))
	}
	for _, e := range s.Exclude {
		var parts []string
		for _, d := range e.Of {
			parts = append(parts, d.Name+"="+strings.Join(d.Values, "|"))
		}
		fmt.Fprintf(t, "exclude\t%s\t%s\n", strings.Join(parts, ", "), s.Where(Origin{Layer: InFile, at: e.at}))
	}
	t.Flush() // into memory
	if s.anyGiven() {
		text.WriteByte('\n')
	}
	return text.WriteTo(w)
}

func (s *Scenario) anyGiven() bool {
	return len(s.Matrix)+len(s.Exclude) > 0 || slices.ContainsFunc(Options(), func(o Option) bool {
		return o.Path != "description" && s.Given(o.Path)
	})
}

func (s *Scenario) value(o Option) string {
	switch p := o.In(s).(type) {
	case *[]string:
		var all []string
		for _, one := range *p {
			all = append(all, Public(o.Path, one))
		}
		return strings.Join(all, ", ")
	case *string:
		if o.Path == "target" && len(s.Targets) > 0 {
			var all []string
			for _, t := range s.Targets {
				all = append(all, t.Name+": "+Public(o.Path, t.URL))
			}
			return strings.Join(all, ", ")
		}
		return Public(o.Path, *p)
	case *time.Duration:
		return p.String()
	case *bool:
		return fmt.Sprint(*p)
	case *int:
		return fmt.Sprint(*p)
	case *int64:
		return fmt.Sprint(*p)
	case *uint64:
		return fmt.Sprint(*p)
	}
	return ""
}
