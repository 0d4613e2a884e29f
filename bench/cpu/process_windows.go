package cpu

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/windows"
)

type self struct{}

// Self returns the clock of this process, all its threads, in steps of the
// system's tick (about 15.6 ms).
func Self() (Clock, error) { return self{}, nil }

func (self) Read(context.Context) (Reading, error) {
	total, _, err := times(windows.CurrentProcess())
	if err != nil {
		return Reading{}, fmt.Errorf("CPU clock of this process: %w", err)
	}
	return Reading{total: total}, nil
}

func (self) String() string { return "this process" }

type process struct {
	pid  int
	born windows.Filetime
}

// Process returns the clock of another process: all its threads, none of its
// children. It fails where there is no such process, or it may not be queried.
func Process(pid int) (Clock, error) {
	_, born, err := processTimes(pid)
	if err != nil {
		return nil, err
	}
	return process{pid, born}, nil
}

func (p process) Read(context.Context) (Reading, error) {
	total, born, err := processTimes(p.pid)
	if err != nil {
		return Reading{}, err
	}
	if born != p.born {
		return Reading{}, fmt.Errorf("process %d has ended, its ID belongs to another one", p.pid)
	}
	return Reading{total: total}, nil
}

func (p process) String() string { return fmt.Sprintf("process %d", p.pid) }

// processTimes opens the process anew each time, so that a clock needs no Close.
func processTimes(pid int) (total time.Duration, born windows.Filetime, err error) {
	if err := checkPID(pid); err != nil {
		return 0, born, err
	}
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return 0, born, fmt.Errorf("no process %d", pid)
	}
	if err != nil {
		return 0, born, fmt.Errorf("process %d: %w", pid, err)
	}
	defer windows.CloseHandle(h)
	if total, born, err = times(h); err != nil {
		return 0, born, fmt.Errorf("process %d: %w", pid, err)
	}
	return total, born, nil
}

func times(h windows.Handle) (total time.Duration, born windows.Filetime, err error) {
	var exit, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(h, &born, &exit, &kernel, &user); err != nil {
		return 0, born, err
	}
	return ticks(kernel) + ticks(user), born, nil
}

// ticks converts an amount of time; Filetime.Nanoseconds would take it for a date.
func ticks(t windows.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
