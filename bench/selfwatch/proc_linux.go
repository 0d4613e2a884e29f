package selfwatch

import (
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
	n, err := strconv.ParseInt(fields[1], 10, 64)
	return time.Duration(n), err == nil && n >= 0
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
