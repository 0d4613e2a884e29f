package target

import (
	"runtime"
	"time"
)

// burn uses up that much CPU time. It keeps its thread to itself meanwhile, so
// that waiting for a turn on a busy machine does not count.
func burn(d time.Duration) {
	if d <= 0 {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for spent := threadTimer(); spent() < d; {
	}
}

// wallTimer tells the time since it was made.
func wallTimer() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
