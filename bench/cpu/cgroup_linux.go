package cpu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tlsbench/bench/cgroup"
)

// mounts are the places where distributions mount cgroups: v2 alone, v2 beside
// v1, and v1's accounting.
var mounts = [...]string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpuacct"}

type groupClock struct {
	path  string // as given
	file  string
	parse func([]byte) (time.Duration, error)
}

// Cgroup returns the clock of a control group and those below it, which counts
// processes that ended too: usage_usec of cpu.stat (v2, microseconds) or
// cpuacct.usage (v1, nanoseconds). The path is an absolute folder, or one below
// /sys/fs/cgroup as in /proc/PID/cgroup, such as /system.slice/nginx.service.
func Cgroup(path string) (Clock, error) {
	if path == "" {
		return nil, errors.New("cgroup: empty path")
	}
	var folders []string
	if filepath.IsAbs(path) {
		folders = append(folders, path)
	}
	for _, mount := range mounts {
		folders = append(folders, filepath.Join(mount, path))
	}
	for _, folder := range folders {
		for _, c := range []groupClock{
			{path, filepath.Join(folder, "cpu.stat"), parseCPUStat},
			{path, filepath.Join(folder, "cpuacct.usage"), parseUsage},
		} {
			_, err := c.read()
			// The cpu.stat of v1 speaks of throttling only.
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoUsage) {
				continue
			}
			if err != nil {
				return nil, err
			}
			return c, nil
		}
	}
	return nil, fmt.Errorf("no cgroup %s: neither cpu.stat with usage_usec nor cpuacct.usage in it, or below /sys/fs/cgroup", path)
}

func (c groupClock) String() string { return "cgroup " + c.path }

func (c groupClock) Read(context.Context) (Reading, error) {
	total, err := c.read()
	return Reading{total: total}, err
}

func (c groupClock) read() (time.Duration, error) {
	b, err := os.ReadFile(c.file)
	if err != nil {
		return 0, fmt.Errorf("cgroup %s: %w", c.path, err)
	}
	total, err := c.parse(b)
	if err != nil {
		return 0, fmt.Errorf("cgroup %s: %s: %w", c.path, c.file, err)
	}
	return total, nil
}

var errNoUsage = errors.New("no usage_usec")

func parseCPUStat(b []byte) (time.Duration, error) {
	n, ok, err := cgroup.Keyed(string(b), "usage_usec")
	if !ok {
		return 0, errNoUsage
	}
	return timeOf(n, err, time.Microsecond)
}

func parseUsage(b []byte) (time.Duration, error) {
	n, err := strconv.ParseUint(string(bytes.TrimSpace(b)), 10, 64)
	return timeOf(n, err, time.Nanosecond)
}

func timeOf(n uint64, err error, unit time.Duration) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	if n > uint64(math.MaxInt64/unit) {
		return 0, fmt.Errorf("CPU time %d out of range", n)
	}
	return time.Duration(n) * unit, nil
}
