package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/report"
	"tlsbench/scenarios"
)

func newScenarios() *cobra.Command {
	c := &cobra.Command{
		Use:   "scenarios",
		Short: "List, show and validate experiments",
		Long: `scenarios tells what 'tlsbench run -f NAME|FILE' would do. A scenario is a YAML
file that describes an experiment: target, load, TLS options, sessions, and a
matrix of what is compared. Some are built in.`,
		Args: cobra.NoArgs,
		// A command that runs something takes no unknown command for a request
		// for help.
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newScenariosList(), newScenariosShow(), newScenariosValidate())
	return c
}

// completeNames offers the built-in scenarios and files.
func completeNames(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, name := range scenarios.Names() {
		if s, err := scenarios.Open(name); err == nil {
			name += "\t" + s.Description
		}
		all = append(all, name)
	}
	return all, cobra.ShellCompDirectiveDefault
}

func newScenariosList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the built-in scenarios",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, name := range scenarios.Names() {
				text, _ := scenarios.Builtin(name)
				s, err := scenarios.Load(name, text)
				if err != nil {
					return notRun(err)
				}
				fmt.Fprintf(w, "%s\t%s\n", name, s.Description)
			}
			if err := w.Flush(); err != nil {
				return notRun(err)
			}
			return nil
		},
	}
}

func newScenariosShow() *cobra.Command {
	o := &options{given: scenarios.Default()}
	var raw bool
	c := &cobra.Command{
		Use:   "show NAME|FILE [TARGET]",
		Short: "Print the plan that a scenario makes, and run nothing",
		Long: `show prints what 'tlsbench run -f NAME|FILE' with the same flags would do: its
arms, which values are not defaults and where each came from, and how long it
would take. --raw prints the file itself, to begin one of your own with.`,
		Example: `  tlsbench scenarios show wan
  tlsbench scenarios show wan -d 2s --vary rtt=20ms,80ms
  tlsbench scenarios show wan --raw > mine.yaml`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[0]
			if err := o.takeTarget(args[1:]); err != nil {
				return err
			}
			if raw {
				return showRaw(c.OutOrStdout(), o.file)
			}
			p, err := o.plan(servable())
			if err != nil {
				return usage(err)
			}
			if err := asked(o.scenario, p, scenarioFile(o.file)...); err != nil {
				return usage(err)
			}
			if _, err := o.scenario.WriteTo(c.OutOrStdout()); err != nil {
				return notRun(err)
			}
			// As it would begin: a count is enough for so many rounds only.
			fitted, warnings := p.Begun()
			if err := writePlan(c.OutOrStdout(), o.scenario, fitted, slices.Concat(o.warnings, warnings)); err != nil {
				return notRun(err)
			}
			return nil
		},
		ValidArgsFunction: completeFirst,
	}
	c.Flags().BoolVar(&raw, "raw", false, "print the file itself")
	o.runFlags(c)
	for _, hidden := range []string{"file", "quiet"} {
		_ = c.Flags().MarkHidden(hidden)
	}
	return c
}

func completeFirst(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeNames(c, args, word)
}

func showRaw(w io.Writer, name string) error {
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		var ok bool
		if text, ok = scenarios.Builtin(name); ok {
			err = nil
		} else {
			_, err = scenarios.Open(name)
		}
	}
	if err != nil {
		return usage(err)
	}
	if _, err := w.Write(text); err != nil {
		return notRun(err)
	}
	return nil
}

// writePlan tells what would be run.
func writePlan(out io.Writer, s *scenarios.Scenario, p bench.Plan, warnings []bench.Warning) error {
	length := fmt.Sprintf("%v per arm, about %v in all", p.Duration, p.Expected().Round(time.Second))
	switch {
	case p.FindMax != "":
		length = "a search of the highest rate with " + p.FindMax + " in each"
	case p.Count > 0:
		length = report.Plural(p.Count, "attempt") + " per arm"
	case p.Duration == 0:
		length = "a storm per arm in each"
	}
	seed := "random"
	if s.Given("load.seed") {
		seed = fmt.Sprint(p.Seed)
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "plan: %s in %s, compared along %s · %d rounds · %s · seed %s\n",
		report.Plural(len(p.Arms), "arm"), report.Plural(len(p.Groups()), "group"), p.Compare, p.Rounds, length, seed)
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for i, group := range p.Groups() {
		if i > 0 {
			fmt.Fprintln(w)
		}
		for j, k := range group {
			a, baseline := p.Arms[k], ""
			if j == 0 && len(group) > 1 {
				baseline = "baseline"
			}
			sessions := string(a.Session.Policy)
			if a.Want.Resumes() {
				sessions += ", " + string(a.Session.Scope)
			}
			fmt.Fprintf(w, "  %s\t%s\tTLS %s\t%s\t%s\t%s\n", a.Name, a.Target.URL,
				versions(a.TLS), report.LoadText(a.Load), sessions, baseline)
		}
	}
	w.Flush() // into memory
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	for _, warning := range warnings {
		if _, err := fmt.Fprintf(out, "warning: %s\n", warning.Text); err != nil {
			return err
		}
	}
	return nil
}

func versions(t bench.TLS) string {
	if t.MinVersion == t.MaxVersion {
		return t.MinVersion.String()
	}
	return t.MinVersion.String() + "-" + t.MaxVersion.String()
}

func newScenariosValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check scenario files, and run nothing",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			failed := usage(errors.New(""))
			failed.reasons = nil
			for _, name := range args {
				// As it stands, whatever the environment says.
				s, err := scenarios.Open(name)
				var p bench.Plan
				var warnings []bench.Warning
				if err == nil {
					p, warnings, err = s.Plan(servable())
				}
				if err == nil {
					err = asked(s, p, scenarioFile(name)...)
				}
				if err != nil {
					text := err.Error()
					if !strings.HasPrefix(text, name+":") {
						text = name + ": " + text
					}
					failed.reasons = append(failed.reasons, text)
					failed.shown = append(failed.shown, snippet(err)...)
					continue
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: %s, compared along %s\n", name, report.Plural(len(p.Arms), "arm"), p.Compare)
				for _, w := range warnings {
					fmt.Fprintf(c.OutOrStdout(), "%s: warning: %s\n", name, w.Text)
				}
			}
			if len(failed.reasons) > 0 {
				return failed
			}
			return nil
		},
		ValidArgsFunction: completeNames,
	}
}
