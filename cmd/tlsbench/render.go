package main

import (
	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/saved"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// renderOptions are the flags of commands that report on saved results. Those
// about what the result is put to are run's.
type renderOptions struct {
	options
	files []string
}

func newRenderOptions() *renderOptions {
	return &renderOptions{options: options{given: scenarios.Default(), scenario: scenarios.Default()}}
}

func newRender(main func(*cobra.Command, *renderOptions) error) *cobra.Command {
	o := newRenderOptions()
	c := &cobra.Command{
		Use:   "render RESULT.json",
		Short: "Make a report of a saved result, in any format",
		Long: `render reads a result that 'tlsbench run -o json=FILE' saved, packed by gzip or
not, and writes it in other formats. What follows from the measurements
(summaries, comparisons, checks, warnings) is computed anew.`,
		Example: `  tlsbench run -o json=result.json
  tlsbench render result.json -o markdown -o csv=rounds.csv --check 'errors == 0'`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, args, main)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	o.judgeFlags(f)
	return c
}

// run takes files and flags.
func (o *renderOptions) run(c *cobra.Command, files []string, main func(*cobra.Command, *renderOptions) error) error {
	o.files = files
	if err := o.inherit("capacity"); err != nil {
		return usage(err)
	}
	if err := o.fromFlags(); err != nil {
		return usage(err)
	}
	return main(c, o)
}

func renderMain(c *cobra.Command, o *renderOptions) error {
	return o.report(c, func() (*bench.Result, error) { return saved.Load(o.files[0]) })
}

// report puts a saved result to what was asked, and writes it to all outputs.
func (o *renderOptions) report(c *cobra.Command, load func() (*bench.Result, error)) error {
	outs, err := parseOutputs(o.scenario.Outputs, report.Formats(), c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	result, err := load()
	if err != nil {
		return usage(err)
	}
	if err := asked(o.scenario, result.Plan, given("", o.files...)...); err != nil {
		return usage(err)
	}
	judge, err := o.judge(result.Plan)
	if err != nil {
		return usage(err)
	}
	d, err := judge.document(result)
	if err != nil {
		return notRun(err)
	}
	return ended(d.Outcome, outs.write(d), judge.save(d))
}
