//go:build !linux && !windows

package cpu

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

type self struct{}

// Self returns the clock of this process, all its threads, in microseconds.
func Self() (Clock, error) { return self{}, nil }

func (self) Read(context.Context) (Reading, error) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return Reading{}, fmt.Errorf("CPU clock of this process: %w", err)
	}
	return Reading{total: time.Duration(u.Utime.Nano() + u.Stime.Nano())}, nil
}

func (self) String() string { return "this process" }

// Process always fails here: the error wraps [ErrUnavailable].
func Process(pid int) (Clock, error) {
	if err := checkPID(pid); err != nil {
		return nil, err
	}
	return nil, unavailable("another process")
}
