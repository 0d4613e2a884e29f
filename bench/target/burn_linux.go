package target

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTimer tells the CPU time that the calling thread spent since.
func threadTimer() func() time.Duration {
	start, err := threadTime()
	if err != nil {
		return wallTimer() // a sandbox refuses the clock
	}
	return func() time.Duration {
		now, _ := threadTime()
		return now - start
	}
}

func threadTime() (time.Duration, error) {
	var ts unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano()), err
}
