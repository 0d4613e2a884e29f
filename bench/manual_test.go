package bench_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// The Go code in the manual is that of the example, which compiles and runs.
func TestManualQuotesTheExample(t *testing.T) {
	lines := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, line)
			}
		}
		return all
	}
	manual, err := os.ReadFile("../cmd/tlsbench/MANUAL.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(manual), "\n```go\n")
	quoted, _, closed := strings.Cut(rest, "\n```")
	if !ok || !closed || len(lines(quoted)) == 0 {
		t.Fatal("the manual quotes no Go")
	}
	for _, line := range lines(quoted) {
		if !slices.Contains(lines(string(example)), line) {
			t.Errorf("the example has no line %q", line)
		}
	}
}

// The manual's table has every scheme with its port, but those of the web.
func TestManualHasTheSchemes(t *testing.T) {
	manual, err := os.ReadFile("../cmd/tlsbench/MANUAL.md")
	if err != nil {
		t.Fatal(err)
	}
	ports := map[string]string{}
	for line := range strings.Lines(string(manual)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		names, values := strings.Split(cells[1], ","), strings.Split(cells[2], ",")
		for i := range min(len(names), len(values)) {
			ports[strings.Trim(names[i], " `")] = strings.TrimSpace(values[i])
		}
	}
	for _, s := range bench.Schemes() {
		if s.Port != "443" && ports[s.Name] != s.Port {
			t.Errorf("%s: port %q in the manual, want %s", s.Name, ports[s.Name], s.Port)
		}
	}
}
