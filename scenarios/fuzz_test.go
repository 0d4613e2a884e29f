package scenarios

import (
	"errors"
	"strings"
	"testing"
)

// Whatever the text, there is a plan of a bounded size, or one error in one
// line.
func FuzzLoad(f *testing.F) {
	for _, name := range Names() {
		text, _ := Builtin(name)
		f.Add(text)
	}
	for _, text := range []string{
		large, "a: [1\n", "load:\n\tworkers: 3\n", "a: &a [x]\nb: *a\n", "- - - a\n", "? a\n: b\n", "a: !!x |\n  b\n", "\"\\x", "'",
		"{a: {b: {c: [}]}}", "---\n...\n---\n", "%YAML 1.2\n---\na: b\n", "<<: {a: b}\n", "a: >-\n\n\n  b\n", "target: {a: b, c: d}\nexclude: [{target: a}]\n",
		"compare: {dimension: tls, baseline: 1.2}\nmatrix: {tls: 1.2}\n", "arms: []\n", "http: {headers: {a: b, ? c}}\n", "load: {seed: 18446744073709551616}\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Load("f", text)
		if err == nil {
			var shown strings.Builder
			if _, err := s.WriteTo(&shown); err != nil {
				t.Fatal(err)
			}
			p, _, planErr := s.Plan(nil)
			if err = planErr; err == nil && (len(p.Arms) == 0 || len(p.Arms) > MaxArms) {
				t.Fatalf("%d arms", len(p.Arms))
			}
		}
		if err == nil {
			return
		}
		var fault *Fault
		if errors.As(err, &fault) {
			_ = fault.Snippet()
		}
	})
}
