package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/limits"
	"tlsbench/bench/saved"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// noiseOptions are the flags of noise: those of a run's plan, and its own.
type noiseOptions struct {
	options
	runs    int
	allowed []string // --max-regress
	outputs []string
	// passed are the plan's flags as they were given, for the runs.
	passed []string
}

func newNoise(main func(*cobra.Command, *noiseOptions) error) *cobra.Command {
	o := &noiseOptions{options: options{given: scenarios.Default()}}
	c := &cobra.Command{
		Use:   "noise [TARGET]",
		Short: "Find out how small a change can be seen on this machine",
		Long: `noise compares a target with itself, several times and each time in a fresh
process, and prints the changes that were found although there was none:

  within a run      what --vs faces
  between runs      what compare faces, of runs in different processes

It says which rounds, runs and --max-regress tell a real change from noise.
With -o json=FILE the noise is saved: compare --noise FILE then knows what a
single run a side is worth, and run --noise FILE does for --vs and --baseline.

It takes the flags of run that say what is run, and they should be those of the
runs that will be compared. Nothing else should use the machine meanwhile,
unless it does so when the regression check runs too.`,
		Example: `  tlsbench noise
  tlsbench noise https://server.example/ -d 2s --runs 12 -o json=noise.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.takeTarget(args); err != nil {
				return err
			}
			o.passed = givenFlags(c.Flags(), "runs", "max-regress", "output", "quiet")
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.IntVar(&o.runs, "runs", 8, fmt.Sprintf("processes to learn from, at least %d", compare.MinNoiseRuns))
	f.StringArrayVar(&o.allowed, "max-regress", []string{"5%"}, "the allowance for which rounds and runs are recommended")
	o.planFlags(c)
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "FORMAT[=FILE], repeatable: text, json")
	return c
}

// givenFlags repeats the flags that were given, but for some.
func givenFlags(f *pflag.FlagSet, but ...string) []string {
	var all []string
	f.Visit(func(flag *pflag.Flag) {
		if slices.Contains(but, flag.Name) {
			return
		}
		for _, v := range flagValues(flag) {
			all = append(all, "--"+flag.Name+"="+v)
		}
	})
	return all
}

func noiseMain(c *cobra.Command, o *noiseOptions) error {
	plan, err := o.plan(servable())
	if err != nil {
		return usage(err)
	}
	allowance, err := compare.ParseAllowance(o.allowed...)
	if err != nil {
		return usage(fmt.Errorf("--max-regress: %w", err))
	}
	switch {
	case o.runs < compare.MinNoiseRuns || o.runs > 1000:
		return usage(fmt.Errorf("--runs %d: want %d to 1000", o.runs, compare.MinNoiseRuns))
	case allowance.Gated == nil || *allowance.Gated <= 0:
		return usage(errors.New("--max-regress: want one share for all gated metrics, such as 5%"))
	case plan.Compare == scenarios.Target:
		return usage(errors.New("the scenario compares targets: name the one whose noise you want"))
	case o.scenario.Sessions.In != "" || o.scenario.Sessions.Out != "":
		return usage(errors.New("session files are of one run: leave --sessions-in and --sessions-out out"))
	case o.scenario.Samples != "":
		return usage(errors.New("a file of samples is of one run: leave --samples out"))
	}
	outs, err := parseOutputs(o.outputs, report.NoiseFormats(), c.OutOrStdout())
	if err == nil {
		written, read := filesOf(o.scenario)
		err = outs.apartFrom(written, append(read, scenarioFile(o.file)...))
	}
	if err != nil {
		return usage(err)
	}
	if err := o.readPins(plan); err != nil {
		return usage(err)
	}
	if plan, err = o.preflight(plan, limits.Read()); err != nil {
		return usage(err)
	}
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "finishing the attempts in flight")
	defer stop()
	began := time.Now()
	runs, err := o.measure(ctx, plan, c.ErrOrStderr())
	cut := ctx.Err() != nil
	if err != nil && !cut {
		return err
	}
	noise, err := compare.MeasureNoise(plan.Fitted(), runs)
	switch {
	case err != nil && cut:
		return &exitError{code: compare.Interrupted, reasons: []string{fmt.Sprintf("interrupted after %d of %d runs: the noise between them takes %d", len(runs), o.runs, compare.MinNoiseRuns)}}
	case err != nil:
		return notRun(err)
	}
	outcome := compare.Outcome{}
	if cut {
		outcome = compare.Outcome{Exit: compare.Interrupted, Reasons: []string{fmt.Sprintf("interrupted: the noise is that of %d runs instead of %d", len(runs), o.runs)}}
	}
	return ended(outcome, outs.writeNoise(report.Noise{
		Noise: noise, Allowed: *allowance.Gated, Took: time.Since(began),
	}))
}

// measure compares the target with itself in one process after the other, and
// gives what was complete when it ended.
func (o *noiseOptions) measure(ctx context.Context, plan bench.Plan, stderr io.Writer) ([]*bench.Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, notRun(err)
	}
	folder, err := os.MkdirTemp("", "tlsbench-noise-")
	if err != nil {
		return nil, notRun(err)
	}
	defer os.RemoveAll(folder)
	target := plan.Arms[0].Target.URL
	file := filepath.Join(folder, "run.json")
	args := slices.Concat([]string{"run"}, o.passed, []string{"--vs", target, "--quiet", "-o", "json=" + file, "--", target})
	var results []*bench.Result
	began := time.Now()
	for i := range o.runs {
		if !o.quiet {
			fmt.Fprintln(stderr, noiseProgress(i, o.runs, plan, time.Since(began)))
		}
		if err := runOnce(ctx, self, args); err != nil {
			return results, err
		}
		r, err := saved.Load(file)
		if err != nil {
			return results, notRun(err)
		}
		if r.Partial {
			return results, notRun(fmt.Errorf("run %d: the result is partial (%s)", i+1, r.Ended))
		}
		results = append(results, r)
	}
	return results, nil
}

// noiseProgress says which run begins and for how long the rest will take.
func noiseProgress(done, of int, plan bench.Plan, elapsed time.Duration) string {
	each := 2 * plan.Expected()
	if done > 0 {
		each = elapsed / time.Duration(done)
	}
	text := fmt.Sprintf("run %d of %d", done+1, of)
	if each > 0 {
		text += fmt.Sprintf(", about %v left", (each * time.Duration(of-done)).Round(time.Second))
	}
	return text
}
