package cpu

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

type self struct{}

// Self returns the clock of this process, all its threads.
func Self() (Clock, error) { return self{}, nil }

func (self) Read(context.Context) (Reading, error) {
	total, err := gettime(unix.CLOCK_PROCESS_CPUTIME_ID)
	if err != nil {
		return Reading{}, fmt.Errorf("CPU clock of this process: %w", err)
	}
	return Reading{total: total}, nil
}

func (self) String() string { return "this process" }

type process int

// Process returns the clock of another process: all its threads, also those
// that ended, but none of its children. It needs no privilege. It fails where
// there is no such process.
func Process(pid int) (Clock, error) {
	if _, err := processTime(pid); err != nil {
		return nil, err
	}
	return process(pid), nil
}

func (p process) Read(context.Context) (Reading, error) {
	total, err := processTime(int(p))
	return Reading{total: total}, err
}

func (p process) String() string { return fmt.Sprintf("process %d", int(p)) }

// errGone says that a process does not exist, or no longer.
var errGone = errors.New("it does not exist or has ended")

// processTime reads the clock whose number the kernel derives from a process
// ID (MAKE_PROCESS_CPUCLOCK with CPUCLOCK_SCHED, linux/posix-timers_types.h):
// exact nanoseconds, where /proc/PID/stat counts in ticks of 10 ms.
func processTime(pid int) (time.Duration, error) {
	if err := checkPID(pid); err != nil {
		return 0, err
	}
	total, err := gettime(int32(^uint32(pid))<<3 | 2)
	if err == nil {
		return total, nil
	}
	if errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
		return 0, fmt.Errorf("no process %d: %w", pid, errGone)
	}
	return 0, fmt.Errorf("%w: process %d: %w", ErrUnavailable, pid, err)
}

func gettime(clock int32) (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(clock, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}
