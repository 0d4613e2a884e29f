package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tlsbench/scenarios"
)

// The groups of commands.
const (
	measuring = "measuring"
	results   = "saved"
	files     = "files"
)

// grouped sorts the commands by what they are for.
func grouped(root *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: measuring, Title: "Measure and find out:"},
		&cobra.Group{ID: results, Title: "Work with saved results:"},
		&cobra.Group{ID: files, Title: "Experiments and other files:"},
	)
	for _, c := range root.Commands() {
		switch c.Name() {
		case "run", "probe", "doctor", "noise", "serve":
			c.GroupID = measuring
		case "compare", "merge", "render":
			c.GroupID = results
		case "scenarios", "schema", "sessions":
			c.GroupID = files
		}
	}
}

// flagGroup is flags that stand together in a command's help.
type flagGroup struct {
	title string
	has   func(path string) bool // by an option's path
}

func flagGroups() []flagGroup {
	under := func(parts ...string) func(string) bool {
		return func(path string) bool {
			part, _, _ := strings.Cut(path, ".")
			return slices.Contains(parts, part)
		}
	}
	return []flagGroup{
		{"What is compared, and of which file", under("arms")},
		{"Load and length", under("load")},
		{"Sessions", under("sessions")},
		{"TLS", under("tls")},
		{"Request, and the way to the server", under("http", "net")},
		{"The server's CPU, and processors", under("server", "cpus")},
		{"What the result is put to", under("vs", "checks", "baseline", "save-baseline", "max-regress", "noise", "strict", "force", "capacity")},
		{"Outputs and help", under("samples", "outputs")},
	}
}

// besides are flags that are no options, with the path of one that they stand
// beside.
func besides() map[string]string {
	return map[string]string{"file": "arms", "set": "arms", "vary": "arms", "ipv4": "net.family", "ipv6": "net.family", "quiet": "outputs", "help": "outputs"}
}

// groupedUsage is for commands with most of run's flags.
func groupedUsage(c *cobra.Command) error {
	columns := width(c.Root().OutOrStdout())
	var b strings.Builder
	fmt.Fprintf(&b, "Usage:\n  %s\n", c.UseLine())
	if c.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", c.Example)
	}
	paths := besides()
	for _, option := range scenarios.Options() {
		if option.Flag != "" {
			paths[option.Flag] = option.Path
		}
	}
	groups := flagGroups()
	sets := make([]*pflag.FlagSet, len(groups)+1) // the first: what the command alone has
	for i := range sets {
		sets[i] = pflag.NewFlagSet("", pflag.ContinueOnError)
		sets[i].SortFlags = false
	}
	own := ownFlags(c)
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		i := 1 + slices.IndexFunc(groups, func(g flagGroup) bool { return g.has(paths[f.Name]) })
		if slices.Contains(own, f.Name) {
			i = 0
		}
		sets[i].AddFlag(f)
	})
	for i, set := range sets {
		title := "Flags"
		if i > 0 {
			title = groups[i-1].title
		}
		if set.HasAvailableFlags() {
			fmt.Fprintf(&b, "\n%s:\n%s", title, set.FlagUsagesWrapped(columns))
		}
	}
	_, err := io.WriteString(c.OutOrStderr(), b.String())
	return err
}

// ownFlags are those that mean another thing than run's of that name.
func ownFlags(c *cobra.Command) []string {
	if c.Name() == "noise" {
		return []string{"max-regress"}
	}
	return nil
}
