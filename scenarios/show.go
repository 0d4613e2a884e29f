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
// from. Values of headers are left out: they may be secret.
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
		fmt.Fprintf(t, "matrix.%s\t%s\t%s\n", d.Name, strings.Join(d.Values, ", "), s.Where(d.origin))
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
		if o.Path == "http.headers" {
			return names(*p)
		}
		return strings.Join(*p, ", ")
	case *string:
		if o.Path == "target" && len(s.Targets) > 0 {
			var all []string
			for _, t := range s.Targets {
				all = append(all, t.Name+": "+t.URL)
			}
			return strings.Join(all, ", ")
		}
		return *p
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

// names are those of headers.
func names(headers []string) string {
	var all []string
	for _, h := range headers {
		name, _, ok := strings.Cut(h, ":")
		if !ok {
			name = "…" // it may be all value
		}
		all = append(all, strings.TrimSpace(name)+": …")
	}
	return strings.Join(all, ", ")
}
