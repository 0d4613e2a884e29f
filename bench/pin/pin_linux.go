package pin

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Allowed are the processors that this process may use: those of its main
// thread, which the others inherit.
func Allowed() (Set, error) {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(os.Getpid(), &mask); err != nil {
		return nil, fmt.Errorf("which CPUs this process may use: %w", err)
	}
	var s Set
	for cpu := range most {
		if mask.IsSet(cpu) {
			s = append(s, cpu)
		}
	}
	return s, nil
}

// pinThreads pins every thread of this process. A thread inherits what the one
// that starts it has, so it is over when a whole pass has found none unpinned.
func pinThreads(s Set) error {
	var want unix.CPUSet
	for _, cpu := range s {
		want.Set(cpu)
	}
	for {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		changed := false
		for _, entry := range threads {
			thread, err := strconv.Atoi(entry.Name())
			if err != nil {
				return err
			}
			var is unix.CPUSet
			err = unix.SchedGetaffinity(thread, &is)
			if err == nil && is != want {
				changed = true
				err = unix.SchedSetaffinity(thread, &want)
			}
			if err == nil && is != want {
				// The kernel takes what a cpuset allows of it, and says nothing.
				if err = unix.SchedGetaffinity(thread, &is); err == nil && is != want {
					err = errors.New("a cpuset does not allow all of them")
				}
			}
			if err != nil && !errors.Is(err, unix.ESRCH) { // it has ended
				return err
			}
		}
		if !changed {
			return nil
		}
	}
}
