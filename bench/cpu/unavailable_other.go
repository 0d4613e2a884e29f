//go:build !linux

package cpu

import (
	"fmt"
	"runtime"
)

func unavailable(what string) error {
	return fmt.Errorf("%w: %s on %s", ErrUnavailable, what, runtime.GOOS)
}
