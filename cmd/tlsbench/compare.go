package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/saved"
	"tlsbench/report"
)

// compareOptions are the flags of compare.
type compareOptions struct {
	base, next []string // files
	maxRegress []string
	confidence float64
	noise      string
	strict     bool
	force      bool
	outputs    []string
}

func newCompare(main func(*cobra.Command, *compareOptions) error) *cobra.Command {
	o := &compareOptions{}
	c := &cobra.Command{
		Use:   "compare BASE.json NEW.json",
		Short: "Compare saved results of the same experiment",
		Long: `compare tells for every metric of every arm what changed between saved results,
with an interval, and in particular what resumption saves: saving(tls.p50) is
the one that survives a change of machine.

Without --max-regress nothing fails. With it, a metric that got worse by more
than that fails (exit code 3), if the change is significant with all gated
metrics taken together (Holm), and its interval excludes what is allowed.

Rounds inside one run share that run's luck. Several runs a side (--base, --new)
make the run the unit; four a side is the least that can show a change at 95 %.`,
		Example: `  tlsbench compare base.json new.json --max-regress 5%
  tlsbench compare --base a.json,b.json,c.json,d.json --new e.json,f.json,g.json,h.json`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.sides(args); err != nil {
				return usage(err)
			}
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.base, "base", nil, "saved results to compare with")
	f.StringSliceVar(&o.next, "new", nil, "saved results to compare")
	f.StringArrayVar(&o.maxRegress, "max-regress", nil, "fail when a metric got worse by more, as in 5% (the gated ones) or tls.p50=3%,server_cpu=10%")
	f.Float64Var(&o.confidence, "confidence", 0.95, "confidence of the intervals")
	f.StringVar(&o.noise, "noise", "", "a file that tlsbench noise saved, which says what a run is worth here")
	f.BoolVar(&o.strict, "strict", false, "end with exit code 4 where a gated metric is inconclusive")
	f.BoolVar(&o.force, "force", false, "compare results of different experiments")
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "FORMAT[=FILE], repeatable: "+joined(report.AgainstFormats()))
	return c
}

func (o *compareOptions) sides(args []string) error {
	switch {
	case len(args) == 2 && len(o.base)+len(o.next) == 0:
		o.base, o.next = args[:1], args[1:]
		return nil
	case len(args) == 0 && len(o.base) > 0 && len(o.next) > 0:
		return nil
	default:
		return errors.New("want two files, or --base FILES and --new FILES")
	}
}

func compareMain(c *cobra.Command, o *compareOptions) error {
	allowance, err := compare.ParseAllowance(o.maxRegress...)
	if err != nil {
		return usage(fmt.Errorf("--max-regress: %w", err))
	}
	if !(o.confidence > 0.5 && o.confidence <= 0.9999) {
		return usage(fmt.Errorf("--confidence %v: want more than 0.5, and 0.9999 at most", o.confidence))
	}
	outs, err := parseOutputs(o.outputs, report.AgainstFormats(), c.OutOrStdout())
	if err == nil {
		read := given("", slices.Concat(o.base, o.next)...)
		if o.noise != "" {
			read = append(read, given("--noise ", o.noise)...)
		}
		err = outs.apartFrom(nil, read)
	}
	if err != nil {
		return usage(err)
	}
	base, next, err := loadSides(o)
	if err != nil {
		return usage(err)
	}
	if d := compare.Differences(base, next); len(d) > 0 && !o.force {
		return usage(fmt.Errorf("these are results of different experiments: %s: run the same, or add --force", strings.Join(d, "; ")))
	}
	var noise *compare.Noise
	if o.noise != "" {
		if noise, err = loadNoise(o.noise, base[0].Plan, o.force); err != nil {
			return usage(err)
		}
	}
	against, err := compare.Between(base, next, noise, o.confidence)
	if err != nil {
		return usage(withFiles(err, slices.Concat(o.base, o.next)))
	}
	against.Base, against.New = o.base, o.next
	against.Judge(allowance, o.confidence)
	d := &report.Document{Against: against, Checks: allowance.Uncompared(against.Comparisons)}
	if o.force {
		against.Doubts = append(against.Doubts, compare.Differences(base, next)...)
	}
	for i, r := range next {
		if why := compare.NotMeasured(r); why != "" {
			d.Outcome = compare.Outcome{Exit: compare.NotRun, Reasons: []string{o.next[i] + ": " + why}}
			break
		}
	}
	d.Outcome.Judge(compare.Findings{
		Checks: d.Checks, Judged: against.Comparisons, Untold: against.Untold(allowance), Strict: o.strict,
	})
	return ended(d.Outcome, outs.writeAgainst(d))
}

// loadSides reads both sides at once: reading takes longer than comparing.
func loadSides(o *compareOptions) (base, next []*bench.Result, err error) {
	var errBase, errNext error
	var sides sync.WaitGroup
	sides.Go(func() { base, errBase = loadAll(o.base) })
	sides.Go(func() { next, errNext = loadAll(o.next) })
	sides.Wait()
	return base, next, cmp.Or(errBase, errNext)
}

func loadAll(files []string) ([]*bench.Result, error) {
	var all []*bench.Result
	for _, file := range files {
		r, err := saved.Load(file)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// withFiles names the files of which an error counts the results.
func withFiles(err error, files []string) error {
	if clash, ok := errors.AsType[*compare.Clash](err); ok {
		return clash.Named(files)
	}
	return err
}
