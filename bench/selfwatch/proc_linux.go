package selfwatch

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// parseSchedstat finds the time in the run queue in /proc/PID/task/TID/schedstat:
// the second of three numbers, nanoseconds (Documentation/scheduler/sched-stats).
// Kernels without CONFIG_SCHED_INFO write zeros, also for the time run.
func parseSchedstat(text string) (time.Duration, bool) {
	fields := strings.Fields(text)
	if len(fields) != 3 || fields[0] == "0" && fields[2] == "0" {
		return 0, false
	}
	return number(fields[1], time.Nanosecond)
}

// Figures behind "cpu", see proc_stat(5). Those behind steal are part of the
// first two.
const (
	fieldIdle   = 4
	fieldIOWait = 5
	fieldSteal  = 8
)

// parseStat reads the processor time of the whole machine.
func parseStat(text string) (Ticks, bool) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) <= fieldSteal || fields[0] != "cpu" {
		return Ticks{}, false
	}
	var t Ticks
	for i, field := range fields[1 : fieldSteal+1] {
		n, err := strconv.ParseInt(field, 10, 58) // the sum of eight fits
		if err != nil || n < 0 {
			return Ticks{}, false
		}
		t.All += n
		switch i + 1 {
		case fieldIdle, fieldIOWait:
			t.Idle += n
		case fieldSteal:
			t.Stolen = n
		}
	}
	return t, true
}

// number reads a count of units.
func number(text string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/int64(unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
