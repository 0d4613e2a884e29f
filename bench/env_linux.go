package bench

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func (e *Env) fill() {
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		e.Kernel = unix.ByteSliceToString(uts.Release[:])
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		e.CPU = cpuModel(string(text))
	}
}

// cpuModel finds the processor's name in /proc/cpuinfo. ARM has none there.
func cpuModel(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
