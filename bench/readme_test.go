package bench_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The Go code in the README is that of the example, which compiles and runs.
func TestReadmeQuotesTheExample(t *testing.T) {
	lines := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, line)
			}
		}
		return all
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "\n```go\n")
	quoted, _, closed := strings.Cut(rest, "\n```")
	if !ok || !closed || len(lines(quoted)) == 0 {
		t.Fatal("the README quotes no Go")
	}
	for _, line := range lines(quoted) {
		if !slices.Contains(lines(string(example)), line) {
			t.Errorf("the example has no line %q", line)
		}
	}
}
