package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/compare"
	"tlsbench/scenarios"
)

// interruptTime is how long a run of its own may take to end once it was asked
// to.
const interruptTime = 15 * time.Second

// withoutJudging leaves out variables about what a result is put to: that is for
// whoever asked for the runs.
func withoutJudging(environment []string) []string {
	var others []string
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.ContainsFunc(scenarios.Options(), func(o scenarios.Option) bool {
			return o.Env() == name && slices.Contains(judging, o.Flag)
		}) {
			others = append(others, entry)
		}
	}
	return others
}

// runOnce runs this binary, which lies at self, in a process of its own, with all
// flags that it needs of what its result is put to. Its error tells the exit code
// and what the process said.
func runOnce(ctx context.Context, self string, args []string) error {
	var said strings.Builder
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = withoutJudging(os.Environ())
	cmd.Stderr = &said
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptTime
	err := cmd.Run()
	if err == nil {
		return nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return notRun(err)
	}
	var reasons []string
	for line := range strings.Lines(said.String()) {
		reasons = append(reasons, strings.TrimPrefix(strings.TrimSpace(line), "tlsbench: "))
	}
	code := compare.Exit(exit.ExitCode())
	if code < 0 || len(reasons) == 0 {
		return notRun(err) // it was killed
	}
	return &exitError{code: code, reasons: reasons}
}
