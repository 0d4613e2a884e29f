package limits

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Read asks the system. What cannot be read is left zero.
func Read() Limits { return read(os.ReadFile) }

// read asks for the files by their full names.
func read(file func(string) ([]byte, error)) Limits {
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

	in := groups(text("/proc/self/cgroup"), text("/proc/self/mountinfo"))
	l.bindV2(in[""], text)
	l.bindV1(in, text)
	return l
}

// bindV2 lowers what a v2 group and those above it allow less of.
func (l *Limits) bindV2(g group, text func(string) string) {
	for _, folder := range g.folders {
		at := func(name string) string { return text(filepath.Join(folder, name)) }
		if most, err := limit(at("memory.max")); err == nil && most != Unlimited {
			used, _ := number(at("memory.current"))
			l.headroom(most, used, at("memory.stat"), "inactive_file")
		}
		if n, err := limit(at("pids.max")); err == nil {
			l.Threads = min(l.Threads, n)
		}
		if cores, err := quotaV2(at("cpu.max")); err == nil {
			l.quota(cores)
		}
	}
}

// bindV1 does so for v1, where each controller has a hierarchy of its own.
func (l *Limits) bindV1(in map[string]group, text func(string) string) {
	each := func(controller string, do func(at func(string) string)) {
		if g := in[controller]; !g.unified {
			for _, folder := range g.folders {
				do(func(name string) string { return text(filepath.Join(folder, name)) })
			}
		}
	}
	each("memory", func(at func(string) string) {
		if most, err := limit(at("memory.limit_in_bytes")); err == nil && most != Unlimited {
			used, _ := number(at("memory.usage_in_bytes"))
			l.headroom(most, used, at("memory.stat"), "total_inactive_file")
		}
	})
	each("pids", func(at func(string) string) {
		if n, err := limit(at("pids.max")); err == nil {
			l.Threads = min(l.Threads, n)
		}
	})
	each("cpu", func(at func(string) string) {
		if cores, err := quotaV1(at("cpu.cfs_quota_us"), at("cpu.cfs_period_us")); err == nil {
			l.quota(cores)
		}
	})
}

// headroom lowers the memory to what a group has left; what it holds of files
// and has not used of late can be had back.
func (l *Limits) headroom(most, used uint64, stat, inactive string) {
	cached, _ := keyed(stat, inactive)
	used -= min(used, cached)
	left := max(most-min(used, most), 1) // 0 would be unknown
	if l.Memory == 0 || left < l.Memory {
		l.Memory = left
	}
}

func (l *Limits) quota(cores float64) {
	if cores > 0 && (l.CPUQuota == 0 || cores < l.CPUQuota) {
		l.CPUQuota = cores
	}
}
