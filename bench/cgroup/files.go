package cgroup

import (
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
	"time"
)

// ReadFile reads a file by its full name.
type ReadFile func(name string) ([]byte, error)

// Unlimited is the value of a limit that does not bind.
const Unlimited = math.MaxUint64

// text is a file of the group's, "" where there is none: that does not parse
// either. The topmost group lacks most of them.
func (g Group) text(read ReadFile, name string) string {
	b, err := read(path.Join(g.Folder, name))
	if err != nil {
		return ""
	}
	return string(b)
}

// Quota is how many processors' time the group grants, 0 for no limit.
func (g Group) Quota(read ReadFile) float64 {
	var cores float64
	var err error
	if g.V2 {
		cores, err = quotaV2(g.text(read, "cpu.max"))
	} else {
		cores, err = quotaV1(g.text(read, "cpu.cfs_quota_us"), g.text(read, "cpu.cfs_period_us"))
	}
	if err != nil {
		return 0
	}
	return cores
}

// Throttled is how long the group has been held back for its quota, a sum over
// processors, false where that is not told.
func (g Group) Throttled(read ReadFile) (time.Duration, bool) {
	key, unit := "throttled_time", time.Nanosecond
	if g.V2 {
		key, unit = "throttled_usec", time.Microsecond
	}
	n, ok, err := Keyed(g.text(read, "cpu.stat"), key)
	if !ok || err != nil || n > uint64(math.MaxInt64/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// Memory is how many bytes the group may have and still take, false where it
// sets no limit. What it holds of files and has not used of late can be had back.
func (g Group) Memory(read ReadFile) (left uint64, ok bool) {
	most, used, inactive := "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
	if g.V2 {
		most, used, inactive = "memory.max", "memory.current", "inactive_file"
	}
	limit, err := parseLimit(g.text(read, most))
	if err != nil || limit == Unlimited {
		return 0, false
	}
	taken, _ := number(g.text(read, used))
	cached, _, _ := Keyed(g.text(read, "memory.stat"), inactive)
	taken -= min(taken, cached)
	return limit - min(taken, limit), true
}

// Tasks is how many threads the group may have, [Unlimited] where it sets no
// limit.
func (g Group) Tasks(read ReadFile) uint64 {
	n, err := parseLimit(g.text(read, "pids.max"))
	if err != nil {
		return Unlimited
	}
	return n
}

// Keyed finds a number in lines of "name number", as in cpu.stat and
// memory.stat. ok says that the name is there.
func Keyed(text, name string) (n uint64, ok bool, err error) {
	for line := range strings.Lines(text) {
		if key, value, both := strings.Cut(line, " "); both && key == name {
			n, err = number(value)
			return n, true, err
		}
	}
	return 0, false, nil
}

func number(text string) (uint64, error) {
	return strconv.ParseUint(strings.TrimSpace(text), 10, 64)
}

// parseLimit reads a limit: "max" in v2, and in v1 a number near 2^63 (or
// -1), where there is none.
func parseLimit(text string) (uint64, error) {
	switch text = strings.TrimSpace(text); text {
	case "max", "-1":
		return Unlimited, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err == nil && n >= math.MaxInt64/1024*1023 {
		return Unlimited, nil
	}
	return n, err
}

// quotaV2 reads cpu.max: "max 100000" or "150000 100000", microseconds in each
// period of so many.
func quotaV2(text string) (cores float64, err error) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return 0, fmt.Errorf("%q is no quota of CPU time", text)
	}
	if words[0] == "max" {
		return 0, nil
	}
	return quota(words[0], words[1])
}

// quotaV1 reads cpu.cfs_quota_us, -1 for none, and cpu.cfs_period_us.
func quotaV1(each, period string) (cores float64, err error) {
	if each = strings.TrimSpace(each); each == "-1" {
		return 0, nil
	}
	return quota(each, period)
}

func quota(each, period string) (float64, error) {
	used, err := number(each)
	if err != nil {
		return 0, err
	}
	of, err := number(period)
	if err != nil {
		return 0, err
	}
	if used == 0 || of == 0 {
		return 0, fmt.Errorf("%d of %d microseconds is no quota of CPU time", used, of)
	}
	return float64(used) / float64(of), nil
}
