package cpu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	// commandTime bounds one run: room for a login on another machine.
	commandTime = 10 * time.Second
	// lingerTime is how long the output of a command that has ended stays open
	// for descendants, such as the connection that ssh leaves behind to share.
	lingerTime = 250 * time.Millisecond
	// outputLimit is what is kept of each output; one number needs 19 digits.
	outputLimit = 4096
)

type command string

// Command returns a clock that runs a shell command (sh -c, on Windows cmd /C)
// at each reading, which must print one integer: cumulative CPU nanoseconds of
// whatever serves, wherever it runs. Reading fails where the command fails,
// takes longer than 10 s, or prints anything else.
func Command(line string) (Clock, error) {
	if strings.TrimSpace(line) == "" {
		return nil, errors.New("empty command for a CPU clock")
	}
	return command(line), nil
}

// String does not repeat the command, which may hold a password.
func (c command) String() string { return "a command" }

func (c command) Read(ctx context.Context) (Reading, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, commandTime, fmt.Errorf("no end after %v", commandTime))
	defer cancel()
	var stdout, stderr head
	cmd := shell(ctx, string(c))
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &stdout, &stderr, lingerTime
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return Reading{}, fmt.Errorf("%v: %w%s", c, err, quoteLine(stderr.kept))
	}
	text := string(bytes.TrimSpace(stdout.kept))
	if text == "" {
		return Reading{}, fmt.Errorf("%v: no output, want cumulative CPU nanoseconds%s", c, quoteLine(stderr.kept))
	}
	ns, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ns < 0 {
		return Reading{}, fmt.Errorf("%v: output %.60q, want one integer: cumulative CPU nanoseconds", c, text)
	}
	return Reading{total: time.Duration(ns)}, nil
}

// quoteLine returns the first line of an error output, to end a message with.
func quoteLine(stderr []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(stderr), []byte("\n"))
	if len(line) == 0 {
		return ""
	}
	return fmt.Sprintf(": %.200q", bytes.TrimSpace(line))
}

// head keeps the beginning of what is written.
type head struct{ kept []byte }

func (h *head) Write(p []byte) (int, error) {
	h.kept = append(h.kept, p[:min(len(p), outputLimit-len(h.kept))]...)
	return len(p), nil
}
