//go:build !linux

package pin

import (
	"fmt"
	"runtime"
)

// Allowed are the processors that this process may use: here that is not known.
func Allowed() (Set, error) { return nil, errPlatform() }

func pinThreads(Set) error { return errPlatform() }

func errPlatform() error {
	return fmt.Errorf("on %s a process cannot be held to some CPUs: leave it out", runtime.GOOS)
}
