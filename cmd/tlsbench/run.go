package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/limits"
	"tlsbench/bench/selfwatch"
	"tlsbench/bench/yardstick"
	"tlsbench/report"
)

// runMain is the run command: flags → plan → run → result → outputs → exit code.
func runMain(c *cobra.Command, o *options) error {
	plan, err := o.plan(servable())
	if err != nil {
		return usage(err)
	}
	if err := asked(o.scenario, plan, scenarioFile(o.file)...); err != nil {
		return usage(err)
	}
	outs, err := parseOutputs(o.scenario.Outputs, report.Formats(), c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	if err := o.pin(plan); err != nil {
		return usage(err)
	}
	if plan, err = o.preflight(plan, limits.Read()); err != nil {
		return usage(err)
	}
	files, err := o.openSessions(plan, c.ErrOrStderr())
	if err != nil {
		return usage(err)
	}
	judge, err := o.judge(plan)
	if err != nil {
		return usage(err)
	}
	attempts, err := o.openSamples()
	if err != nil {
		return usage(err)
	}
	defer attempts.close()
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "finishing the attempts in flight")
	defer stop()

	server, err := openServers(ctx, &plan, o)
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return err
	}
	defer server.close()
	result, err := o.drive(ctx, plan, server, files, attempts, c.ErrOrStderr())
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return notRun(explain(plan, err))
	}
	result.Command = o.commandLine()
	d, err := judge.document(result)
	if err != nil {
		return notRun(err)
	}
	// The report goes first, so that nothing measured is lost.
	written := outs.write(d)
	saved := errors.Join(files.save(c.ErrOrStderr(), o.quiet), judge.save(d), attempts.saved(result))
	if written != nil {
		return ended(compare.Outcome{}, written, saved)
	}
	return ended(d.Outcome, saved)
}

// ended is how a run ends that has a result: by its outcome, and by what could
// not be written.
func ended(outcome compare.Outcome, failed ...error) error {
	e := &exitError{code: outcome.Exit, reasons: slices.Clone(outcome.Reasons)}
	for _, err := range failed {
		if err == nil {
			continue
		}
		e.reasons = append(e.reasons, err.Error())
		if e.code == compare.Passed {
			e.code = compare.NotRun
		}
	}
	if e.code == compare.Passed {
		return nil
	}
	return e
}

func (o *options) drive(ctx context.Context, plan bench.Plan, s servers, files *sessionFiles, attempts sampleFile, stderr io.Writer) (*bench.Result, error) {
	d := &bench.Driver{
		Plan: plan, Engines: engines(), Server: s.common, Servers: s.byArm,
		Warnings: o.warnings, Sessions: files.in, Watch: selfwatch.New(), Pinned: o.pinned,
	}
	if plan.FindMax != "" {
		d.Schedule = func(p bench.Plan) (bench.Schedule, error) { return compare.NewSearch(p) }
	}
	if files.out != "" {
		d.Export = files.take
	}
	if attempts.File != nil {
		d.Samples = attempts
	}
	if y, err := yardstick.New(); err == nil { // without one, a comparison knows less of the machine
		defer y.Close()
		d.Pace = y.Read
	}
	if !o.quiet {
		d.Live = &bench.Live{}
		shown, stop := newProgress(stderr, d.Live)
		defer stop()
		d.Planned = func(p bench.Plan) { shown.Print(announce(p)) }
	}
	return d.Run(ctx)
}

// explain adds target, phase and what to try next.
func explain(p bench.Plan, err error) error {
	var f *bench.Failure
	if errors.As(err, &f) {
		return fmt.Errorf("%s: %v", p.Arms[0].Target.URL, f.Note())
	}
	return fmt.Errorf("%s: %w", p.Arms[0].Target.URL, err)
}

// startTimeout bounds the start of local servers: a large RSA key may take some
// seconds to make.
const startTimeout = time.Minute
