package report

import (
	"regexp"
	"strings"
	"testing"
)

// No text from outside begins a cell, a line, an element, a link or code.
func TestMarkdownIsNotBrokenByText(t *testing.T) {
	delimiter := regexp.MustCompile(`^\|(:?-+:?\|)+$`)
	markup := regexp.MustCompile("(^|[^\\\\])[`*_~]|<|>|[^\\\\]://|[^\\\\]\\[[^\\]]*[^\\\\]\\]\\(")
	for name, d := range documents(t) {
		text := strings.NewReplacer("**tlsbench", "tlsbench").Replace(output(t, "markdown", d))
		columns := 0
		for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			plain := strings.ReplaceAll(line, `\\`, "")
			switch {
			case i == 0:
				if !strings.HasSuffix(line, "**") {
					t.Errorf("%s: begins with %q", name, line)
				}
				continue
			case line == "":
				columns = 0
				continue
			case strings.HasPrefix(line, "|"):
				n := strings.Count(line, "|")
				if columns == 0 {
					columns = n
				}
				if n != columns || !strings.HasSuffix(line, "|") {
					t.Errorf("%s: a row of %d columns, want %d: %s", name, n, columns, line)
				}
				if delimiter.MatchString(line) {
					continue
				}
			case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "### "):
			case !regexp.MustCompile(`^(\p{L}|&#|\d+([^\d.)]|$))`).MatchString(line):
				t.Errorf("%s: a line begins like markup: %s", name, line)
			}
			if found := markup.FindString(plain); found != "" {
				t.Errorf("%s: %q is markup in: %s", name, found, line)
			}
		}
	}
}

func TestMarkdownLine(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a_b": `a\_b`, "# x": "&#35; x", "1. x": "&#49;. x", "12) x": "&#49;2) x", "0rtt": "0rtt", "4 x": "4 x", "4": "4", "- x": "&#45; x", "    x": "&#32;   x", "–": "–", "<x>|": "&#60;x&gt;&#124;",
		"a\nb": `a\\nb`,
	} {
		if got := markdownLine(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}
