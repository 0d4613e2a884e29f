package selfwatch

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// group is a cgroup that this process is in, by its folder.
type group struct {
	folder string
	v2     bool
}

// groupsOf finds the cgroups that may limit this process, from its own to the
// topmost that can be seen, in /proc/self/mountinfo and /proc/self/cgroup. In v1
// they are those of the cpu controller.
func groupsOf(mountinfo, member string) []group {
	var all []group
	for line := range strings.Lines(member) {
		// hierarchy:controllers:path, see cgroups(7).
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) != 3 {
			continue
		}
		v2 := fields[0] == "0" && fields[1] == ""
		if !v2 && !slices.Contains(strings.Split(fields[1], ","), "cpu") {
			continue
		}
		mount, root, ok := mountOf(mountinfo, v2)
		if !ok {
			continue
		}
		// In a container the mount may show a part of the tree only.
		below, inside := strings.CutPrefix(fields[2], strings.TrimSuffix(root, "/"))
		if !inside || strings.HasPrefix(below, "/..") {
			below = "" // out of sight
		}
		for folder := path.Join(mount, below); ; folder = path.Dir(folder) {
			all = append(all, group{folder, v2})
			if folder == mount || len(folder) <= len(mount) {
				break
			}
		}
	}
	return all
}

// mountOf finds where cgroups are mounted, and which of them is there, in lines
// of proc_pid_mountinfo(5).
func mountOf(mountinfo string, v2 bool) (mount, root string, ok bool) {
	for line := range strings.Lines(mountinfo) {
		of, kind, both := strings.Cut(line, " - ")
		fields, types := strings.Fields(of), strings.Fields(kind)
		if !both || len(fields) < 5 || len(types) < 3 {
			continue
		}
		if v2 && types[0] == "cgroup2" ||
			!v2 && types[0] == "cgroup" && slices.Contains(strings.Split(types[2], ","), "cpu") {
			return fields[4], fields[3], true
		}
	}
	return "", "", false
}

type readFile func(name string) ([]byte, error)

// quota is how many processors the group grants, 0 for no limit.
func (g group) quota(read readFile) float64 {
	if g.v2 {
		text, err := read(path.Join(g.folder, "cpu.max"))
		if err != nil {
			return 0 // the topmost has none
		}
		quota, period, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
		return share(quota, period)
	}
	quota, err := read(path.Join(g.folder, "cpu.cfs_quota_us"))
	if err != nil {
		return 0
	}
	period, err := read(path.Join(g.folder, "cpu.cfs_period_us"))
	if err != nil {
		return 0
	}
	return share(strings.TrimSpace(string(quota)), strings.TrimSpace(string(period)))
}

// share is a quota as processors: "max" in v2 and −1 in v1 are none.
func share(quota, period string) float64 {
	q, errQuota := strconv.ParseInt(quota, 10, 64)
	p, errPeriod := strconv.ParseInt(period, 10, 64)
	if errQuota != nil || errPeriod != nil || q <= 0 || p <= 0 {
		return 0
	}
	return float64(q) / float64(p)
}

// throttled is how long the group has been held back.
func (g group) throttled(read readFile) (time.Duration, bool) {
	text, err := read(path.Join(g.folder, "cpu.stat"))
	if err != nil {
		return 0, false
	}
	return parseThrottled(string(text))
}

// parseThrottled finds throttled_usec (v2) or throttled_time (v1, nanoseconds) in
// cpu.stat.
func parseThrottled(text string) (time.Duration, bool) {
	for line := range strings.Lines(text) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key {
		case "throttled_usec":
			return number(value, time.Microsecond)
		case "throttled_time":
			return number(value, time.Nanosecond)
		}
	}
	return 0, false
}
