package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/report"
)

// runMain is the run command: flags → plan → run → result → outputs → exit code.
func runMain(c *cobra.Command, o *options) error {
	plan, err := o.plan()
	if err != nil {
		return usage(err)
	}
	outs, err := parseOutputs(o.outputs, c.OutOrStdout())
	if err != nil {
		return usage(err)
	}
	settings, err := embeddedSettings(plan.Arms[0].Target)
	if err != nil {
		return usage(err)
	}
	if err := check(plan); err != nil {
		return usage(err)
	}
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "finishing the attempts in flight")
	defer stop()

	server, closeServer, err := openServer(ctx, &plan, settings, o)
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return err
	}
	defer closeServer()
	result, err := drive(ctx, plan, server, c.ErrOrStderr(), o.quiet)
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return notRun(explain(plan, err))
	}
	d := report.NewDocument(result)
	if err := outs.write(d); err != nil {
		return notRun(err)
	}
	if d.Outcome.Exit != 0 {
		return &exitError{d.Outcome.Exit, d.Outcome.Reasons}
	}
	return nil
}

func drive(ctx context.Context, plan bench.Plan, server bench.Server, stderr io.Writer, quiet bool) (*bench.Result, error) {
	live := &bench.Live{}
	d := &bench.Driver{Plan: plan, Engines: engines(), Server: server, Live: live}
	if !quiet {
		p := newProgress(stderr, live)
		d.Planned = p.start
		defer p.stop()
	}
	return d.Run(ctx)
}

// embeddedSettings reads the settings of an embedded target.
func embeddedSettings(t bench.Target) (target.Settings, error) {
	if !t.Local() {
		return target.Settings{}, nil
	}
	return parseSettings(t.Settings)
}

func parseSettings(query string) (target.Settings, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return target.Settings{}, fmt.Errorf("embedded: %q is no list of settings: want key=value&key=value", query)
	}
	s, err := target.ParseSettings(values)
	if err != nil {
		return s, fmt.Errorf("embedded: %w", err)
	}
	return s, nil
}

// explain adds target, phase and what to try next.
func explain(p bench.Plan, err error) error {
	var f *bench.Failure
	if errors.As(err, &f) {
		return fmt.Errorf("%s: phase %s: %v: %s", p.Arms[0].Target.URL, f.Phase, f.Err, f.Class.Advice())
	}
	return fmt.Errorf("%s: %w", p.Arms[0].Target.URL, err)
}

// startTimeout bounds the start of the embedded server: a large RSA key may
// take some seconds to make.
const startTimeout = time.Minute
