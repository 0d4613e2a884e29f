package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
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

// gatherLimits reads what limits connections.
func gatherLimits(e bench.Env) Limits {
	l := Limits{OpenFiles: e.OpenFiles, FirstPort: e.FirstPort, LastPort: e.LastPort}
	l.TimeWait = timeWait(text("/proc/net/sockstat"))
	l.TWReuse = whole(text("/proc/sys/net/ipv4/tcp_tw_reuse"))
	l.Somaxconn = whole(text("/proc/sys/net/core/somaxconn"))
	l.Memory = available(text("/proc/meminfo"))
	return l
}

// timeWait finds the sockets that wait, in "TCP: inuse 5 orphan 0 tw 12 …".
func timeWait(sockstat string) *int {
	for line := range strings.Lines(sockstat) {
		fields := strings.Fields(line)
		for i := 1; i+1 < len(fields) && fields[0] == "TCP:"; i += 2 {
			if fields[i] == "tw" {
				return whole(fields[i+1])
			}
		}
	}
	return nil
}

// available finds "MemAvailable: 123 kB".
func available(meminfo string) *int64 {
	for line := range strings.Lines(meminfo) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "MemAvailable:" && fields[2] == "kB" {
			if n, err := strconv.ParseInt(fields[1], 10, 53); err == nil && n >= 0 {
				bytes := n << 10
				return &bytes
			}
		}
	}
	return nil
}

func whole(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return &n
}

// text is a file's, without space around it, and "" where it cannot be read.
func text(file string) string {
	b, _ := os.ReadFile(file)
	return strings.TrimSpace(string(b))
}
