// Package cpu reads CPU clocks: how much processor time this process, another
// process, a tree of processes, a cgroup, or whatever a command can see has
// spent so far, user and system together.
//
// Only totals are given: kernels that sample the split into user and system
// get it right over seconds, not over one block of handshakes. What a platform
// cannot measure is an error, never zero.
package cpu

import (
	"context"
	"errors"
	"fmt"
)

// ErrUnavailable is wrapped by the error of a clock that this platform lacks.
// [Command] works everywhere.
var ErrUnavailable = errors.New("CPU clock unavailable")

// Clock is a cumulative CPU clock. It may be read by several goroutines.
type Clock interface {
	// Read returns the CPU time spent so far. It fails when what is measured
	// has ended, or can no longer be read.
	Read(ctx context.Context) (Reading, error)

	// String says what is measured, as in "process 123".
	String() string
}

// checkPID refuses what the system's calls would take for something else than
// one process: zero for the caller, a negative number for a group.
func checkPID(pid int) error {
	if pid <= 0 {
		return fmt.Errorf("no process %d: a process ID is positive", pid)
	}
	return nil
}
