package selfwatch

import (
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"tlsbench/bench/cgroup"
)

// system reads what the kernel tells of this process and its machine.
type system struct {
	groups []cgroup.Group
}

func newSystem() system {
	// Without them no group is known, and none limits.
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	member, _ := os.ReadFile("/proc/self/cgroup")
	return system{cgroup.Of(string(member), string(mounts)).With("cpu")}
}

// limits are the groups that set a quota now, and the least of these.
func (s system) limits() (limiting []cgroup.Group, quota float64) {
	for _, g := range s.groups {
		q := g.Quota(small)
		if q == 0 {
			continue
		}
		limiting = append(limiting, g)
		if quota == 0 || q < quota {
			quota = q
		}
	}
	return limiting, quota
}

func (system) read(limiting []cgroup.Group) counters {
	return counters{throttled: throttled(limiting), machine: machine(), waited: threads()}
}

// throttled is how long groups with a quota have held their processes back. A
// group without cannot.
func throttled(groups []cgroup.Group) *time.Duration {
	var sum time.Duration
	for _, g := range groups {
		d, ok := g.Throttled(small)
		if !ok {
			return nil
		}
		sum += d
	}
	return &sum
}

// threads is how long each thread of this process has waited in the run queue,
// nil where the kernel does not count it.
func threads() map[int]time.Duration {
	folder, err := os.Open("/proc/self/task")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, err := folder.Readdirnames(0)
	if err != nil {
		return nil
	}
	all := make(map[int]time.Duration, len(names))
	for _, name := range names {
		text, err := small("/proc/self/task/" + name + "/schedstat")
		if err != nil {
			continue // it has ended meanwhile
		}
		id, err := strconv.Atoi(name)
		if d, ok := parseSchedstat(string(text)); ok && err == nil {
			all[id] = d
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

func machine() *Ticks {
	text, err := small("/proc/stat")
	if err != nil {
		return nil
	}
	t, ok := parseStat(string(text))
	if !ok {
		return nil
	}
	return &t
}

// small reads the beginning of a file of the kernel's, in three system calls:
// os.ReadFile takes eight, since it asks for the size and the network poller.
func small(name string) ([]byte, error) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	text := make([]byte, 512)
	n, err := unix.Read(fd, text)
	return text[:max(n, 0)], err
}
