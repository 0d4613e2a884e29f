package limits

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	hybrid = `22 1 8:1 / / rw - ext4 /dev/sda1 rw
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`
	v2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
)

// fake is a file system of a few files.
type fake map[string]string

func (f fake) read(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, os.ErrNotExist
	}
	return []byte(text), nil
}

func TestReadGroups(t *testing.T) {
	memory := "MemAvailable: 1048576 kB\n" // 1 GiB
	for _, c := range []struct {
		name   string
		files  fake
		memory uint64
		cores  float64
	}{
		{"no groups", fake{}, 1 << 30, 0},
		{"v2", fake{
			"/proc/self/cgroup": "0::/a/b\n", "/proc/self/mountinfo": v2,
			"/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/cpu.max": "150000 100000\n",
			"/sys/fs/cgroup/a/memory.max": "536870912\n", "/sys/fs/cgroup/a/memory.current": "402653184\n",
			"/sys/fs/cgroup/a/memory.stat": "anon 5\ninactive_file 134217728\n", "/sys/fs/cgroup/a/cpu.max": "50000 100000\n",
			"/sys/fs/cgroup/a/pids.max": "77\n",
		}, 256 << 20, 0.5},
		{"v1", fake{
			"/proc/self/cgroup": "8:cpu,cpuacct:/x\n4:memory:/a/b\n3:pids:/\n", "/proc/self/mountinfo": hybrid,
			"/sys/fs/cgroup/memory/memory.limit_in_bytes":     "9223372036854771712\n",
			"/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "134217728\n", "/sys/fs/cgroup/memory/a/b/memory.usage_in_bytes": "33554432\n",
			"/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "200000\n", "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
			"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
		}, 96 << 20, 2},
		{"more used than allowed", fake{
			"/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": v2,
			"/sys/fs/cgroup/memory.max": "1024\n", "/sys/fs/cgroup/memory.current": "4096\n",
		}, 1, 0},
	} {
		c.files["/proc/meminfo"] = memory
		l := read(c.files.read)
		if l.Memory != c.memory || l.CPUQuota != c.cores {
			t.Errorf("%s: %d bytes, %v cores, want %d and %v", c.name, l.Memory, l.CPUQuota, c.memory, c.cores)
		}
		if c.name == "v2" && l.Threads != 77 {
			t.Errorf("%s: %d threads, want 77", c.name, l.Threads)
		}
	}
}

// What is read is what the kernel says.
func TestRead(t *testing.T) {
	l := Read()
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	if l.Files != files.Cur || l.HardFiles != files.Max || l.Files < 8 {
		t.Errorf("%d files, at most %d; want %d and %d", l.Files, l.HardFiles, files.Cur, files.Max)
	}
	if l.Ports() < 1 || l.Ports() > l.LastPort-l.FirstPort+1 {
		t.Errorf("%d ports of %d to %d", l.Ports(), l.FirstPort, l.LastPort)
	}
	if l.Memory == 0 || l.Threads == 0 || l.Backlog == 0 {
		t.Errorf("%+v", l)
	}
}
