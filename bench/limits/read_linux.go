package limits

import (
	"os"

	"golang.org/x/sys/unix"

	"tlsbench/bench/cgroup"
)

// Read asks the system. What cannot be read is left zero.
func Read() Limits { return read(os.ReadFile) }

// read asks for the files by their full names.
func read(file cgroup.ReadFile) Limits {
	var l Limits
	text := func(name string) string {
		b, _ := file(name) // what cannot be read does not parse either
		return string(b)
	}
	var files unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &files) == nil {
		l.Files, l.HardFiles = files.Cur, files.Max
	}
	if first, last, err := portRange(text("/proc/sys/net/ipv4/ip_local_port_range")); err == nil {
		l.FirstPort, l.LastPort = first, last
		l.Reserved, _ = reserved(text("/proc/sys/net/ipv4/ip_local_reserved_ports"), first, last)
	}
	if n, err := number(text("/proc/sys/net/ipv4/tcp_tw_reuse")); err == nil && n <= 2 {
		l.TimeWaitReuse = int(n)
	}
	l.TimeWaitBuckets, _ = number(text("/proc/sys/net/ipv4/tcp_max_tw_buckets"))
	l.Waiting = waiting(text("/proc/net/sockstat"))
	if n, err := number(text("/proc/sys/net/core/somaxconn")); err == nil && n < 1<<31 {
		l.Backlog = int(n)
	}
	l.Memory, _ = memAvailable(text("/proc/meminfo"))

	l.Threads = Unlimited
	var tasks unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NPROC, &tasks) == nil {
		l.Threads = tasks.Cur
	}
	if n, err := number(text("/proc/sys/kernel/threads-max")); err == nil {
		l.Threads = min(l.Threads, n)
	}

	in := cgroup.Of(text("/proc/self/cgroup"), text("/proc/self/mountinfo"))
	for _, g := range in.With("memory") {
		if left, ok := g.Memory(file); ok && (l.Memory == 0 || left < l.Memory) {
			l.Memory = max(left, 1) // 0 would be unknown
		}
	}
	for _, g := range in.With("pids") {
		l.Threads = min(l.Threads, g.Tasks(file))
	}
	for _, g := range in.With("cpu") {
		if cores := g.Quota(file); cores > 0 && (l.CPUQuota == 0 || cores < l.CPUQuota) {
			l.CPUQuota = cores
		}
	}
	return l
}
