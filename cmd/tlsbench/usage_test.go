package main

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestEveryCommandHasAGroup(t *testing.T) {
	for _, c := range newRoot().Commands() {
		if c.GroupID == "" && !c.Hidden {
			t.Errorf("%s is in no group", c.Name())
		}
	}
}

// No flag is left out of a grouped help, or is there twice, or has no group that
// says what it is for.
func TestUsageHasEveryFlag(t *testing.T) {
	for name, own := range map[string][]string{"run": nil, "noise": {"runs", "max-regress"}} {
		root := newRoot()
		root.SetOut(io.Discard)
		c, _, err := root.Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		c.InitDefaultHelpFlag()
		text := c.UsageString()
		plain := "" // what stands under no group's title
		if _, after, ok := strings.Cut(text, "\nFlags:\n"); ok {
			plain, _, _ = strings.Cut(after, "\n\n")
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			line := regexp.MustCompile(`(?m)^  (-.,|   ) --` + f.Name + `( |$)`)
			if n := len(line.FindAllString(text, -1)); n != 1 {
				t.Errorf("%s: --%s is there %d times", name, f.Name, n)
			}
			if line.MatchString(plain) != slices.Contains(own, f.Name) {
				t.Errorf("%s: --%s has no group, or should have none", name, f.Name)
			}
		})
	}
}
