//go:build !linux

package target

import "time"

// threadTimer tells the time that passes, where threads have no clock of their
// own.
func threadTimer() func() time.Duration { return wallTimer() }
