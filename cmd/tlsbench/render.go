package main

import (
	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// renderOptions are the flags of render. Those about what the result is put to
// are run's.
type renderOptions struct {
	options
	file string
}

func newRender(main func(*cobra.Command, *renderOptions) error) *cobra.Command {
	o := &renderOptions{options: options{given: scenarios.Default(), scenario: scenarios.Default()}}
	c := &cobra.Command{
		Use:   "render RESULT.json",
		Short: "Make a report of a saved result, in any format",
		Long: `render reads a result that 'tlsbench run -o json=FILE' saved and writes it in other
formats. What follows from the measurements (summaries, comparisons, checks,
warnings) is computed anew.`,
		Example: `  tlsbench run -o json=result.json
  tlsbench render result.json -o markdown -o csv=rounds.csv --check 'errors == 0'`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[0]
			if err := o.fromFlags(); err != nil {
				return usage(err)
			}
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	o.judgeFlags(f)
	return c
}

func renderMain(c *cobra.Command, o *renderOptions) error {
	outs, err := parseOutputs(o.scenario.Outputs, report.Formats(), c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	result, err := bench.LoadResult(o.file)
	if err != nil {
		return usage(err)
	}
	if err := asked(o.scenario, result.Plan); err != nil {
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
