package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

func newMerge(main func(*cobra.Command, *renderOptions) error) *cobra.Command {
	o := newRenderOptions()
	c := &cobra.Command{
		Use:   "merge A.json B.json...",
		Short: "Make one result of several runs of the same plan",
		Long: `merge makes one result of several that 'tlsbench run -o json=FILE' saved: shards
of one experiment, from one machine or several, or runs of it at different times.
Counts and histograms are added up, and percentiles are those of the merged
histograms. Rounds follow each other in the order in which the runs were started.

Plans that differ are refused, as is a run that is there twice. Runs may be longer
or shorter by their number of rounds, but a round of one must be about as long as
of another. Differences between machines or versions become warnings.

Intervals are over the rounds of all runs, paired within each round. What the
rounds of one run share, they do not show: 'tlsbench compare' does, which takes
several runs a side.`,
		Example: `  tlsbench merge a.json b.json c.json
  tlsbench merge shard-*.json -o json=whole.json -o text`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage(errors.New("merge: want at least two results"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, args, main)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	// A result of several plans is none, and no force makes it one.
	o.only(f, slices.DeleteFunc(slices.Clone(judging), func(name string) bool { return name == "force" })...)
	return c
}

func mergeMain(c *cobra.Command, o *renderOptions) error {
	return o.report(c, func() (*bench.Result, error) {
		all, err := loadAll(o.files)
		if err != nil {
			return nil, err
		}
		r, err := compare.Merge(all)
		return r, withFiles(err, o.files)
	})
}
