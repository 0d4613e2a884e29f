package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// processors are those of the machine, also those that this process may not use.
func processors() int {
	if n := countProcessors(text("/proc/stat")); n > 0 {
		return n
	}
	return runtime.NumCPU()
}

// countProcessors counts the lines cpu0, cpu1 … of /proc/stat.
func countProcessors(stat string) (n int) {
	for line := range strings.Lines(stat) {
		name, _, _ := strings.Cut(line, " ")
		if id, ok := strings.CutPrefix(name, "cpu"); ok && id != "" {
			n++
		}
	}
	return n
}

func governors() []string {
	files, _ := filepath.Glob("/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor") // the pattern is right
	var all []string
	for _, file := range files {
		if g := text(file); g != "" {
			all = append(all, g)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func smt() *bool {
	switch text("/sys/devices/system/cpu/smt/active") {
	case "0":
		return new(bool)
	case "1":
		on := true
		return &on
	}
	return nil
}

func load() *float64 {
	first, _, _ := strings.Cut(text("/proc/loadavg"), " ")
	v, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return nil
	}
	return &v
}

func clockSource() string {
	return text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
}

// text is a file's, without space around it, and "" where it cannot be read.
func text(file string) string {
	b, _ := os.ReadFile(file)
	return strings.TrimSpace(string(b))
}
