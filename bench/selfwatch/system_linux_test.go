package selfwatch

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseSchedstat(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"871463 1455142 5\n": 1455142, "1 0 1": 0,
		"0 0 0\n": -1, "": -1, "1 2": -1, "1 x 3": -1, "1 -2 3": -1, "1 9223372036854775808 3": -1,
	} {
		if got, ok := parseSchedstat(text); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

func TestParseStat(t *testing.T) {
	for text, want := range map[string]Ticks{
		"cpu  3276347 520710 982025 3955712 24521 0 90199 287186 0 0\ncpu0 1 2\n": {9136700, 3955712 + 24521, 287186},
		"cpu 1 2 3 4 5 6 7 0": {28, 9, 0}, "cpu 1 2 3 4 5 6 7 8 100 100": {36, 9, 8},
		"cpu 1 2 3 4 5 6 7": {}, "": {}, "intr 1 2 3 4 5 6 7 8 9": {}, "cpu 1 2 3 4 5 6 7 x": {}, "cpu -1 2 3 4 5 6 7 8": {},
	} {
		if got, ok := parseStat(text); ok != (want.All > 0) || got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

func TestParseThrottled(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"usage_usec 9\nnr_throttled 3\nthrottled_usec 12\n": 12 * time.Microsecond,
		"nr_periods 0\nnr_throttled 0\nthrottled_time 34\n": 34,
		"usage_usec 9\n": -1, "": -1, "throttled_usec many": -1, "throttled_usec 9223372036854775807": -1,
	} {
		if got, ok := parseThrottled(text); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

func TestGroups(t *testing.T) {
	const v1 = `30 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
`
	const v2 = "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
	for _, tt := range []struct {
		name, mounts, member string
		want                 []group
	}{
		{"v2", v2, "0::/user.slice/a.scope\n", []group{
			{"/sys/fs/cgroup/user.slice/a.scope", true}, {"/sys/fs/cgroup/user.slice", true}, {"/sys/fs/cgroup", true}}},
		{"v2, in a namespace of its own", v2, "0::/\n", []group{{"/sys/fs/cgroup", true}}},
		{"v2, outside of its namespace", v2, "0::/../other\n", []group{{"/sys/fs/cgroup", true}}},
		{"v1", v1, "3:cpuset:/x\n2:cpu,cpuacct:/docker/1\n0::/\n", []group{
			{"/sys/fs/cgroup/cpu,cpuacct/docker/1", false}, {"/sys/fs/cgroup/cpu,cpuacct/docker", false}, {"/sys/fs/cgroup/cpu,cpuacct", false}}},
		{"v1, a part is mounted", "32 31 0:29 /docker/1 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n", "2:cpu:/docker/1/a\n",
			[]group{{"/sys/fs/cgroup/cpu/a", false}, {"/sys/fs/cgroup/cpu", false}}},
		{"v1, another part is mounted", "32 31 0:29 /docker/1 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n", "2:cpu:/b\n",
			[]group{{"/sys/fs/cgroup/cpu", false}}},
		{"both", v1 + "38 31 0:35 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n", "1:cpu,cpuacct:/\n0::/\n",
			[]group{{"/sys/fs/cgroup/cpu,cpuacct", false}, {"/sys/fs/cgroup/unified", true}}},
		{"none", "", "", nil},
		{"broken", "x - cgroup2\n", "0:\n0::/\n", nil},
	} {
		if got := groupsOf(tt.mounts, tt.member); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestQuota(t *testing.T) {
	for _, tt := range []struct {
		v2    bool
		files map[string]string
		want  float64
	}{
		{true, map[string]string{"cpu.max": "50000 100000\n"}, 0.5},
		{true, map[string]string{"cpu.max": "max 100000\n"}, 0},
		{true, map[string]string{"cpu.max": "250000 100000\n"}, 2.5},
		{true, map[string]string{"cpu.max": ""}, 0},
		{true, nil, 0},
		{false, map[string]string{"cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n"}, 0},
		{false, map[string]string{"cpu.cfs_quota_us": "150000\n", "cpu.cfs_period_us": "100000\n"}, 1.5},
		{false, map[string]string{"cpu.cfs_quota_us": "150000\n"}, 0},
		{false, map[string]string{"cpu.cfs_quota_us": "1\n", "cpu.cfs_period_us": "0\n"}, 0},
	} {
		read := func(name string) ([]byte, error) {
			text, ok := tt.files[strings.TrimPrefix(name, "/g/")]
			if !ok {
				return nil, errors.New("no such file")
			}
			return []byte(text), nil
		}
		if got := (group{"/g", tt.v2}).quota(read); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.files, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("cpu 1 2 3 4 5 6 7 8 9", "0::/a/b", "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
	f.Fuzz(func(t *testing.T, a, member, mounts string) {
		for _, parse := range []func(string) (time.Duration, bool){parseSchedstat, parseThrottled} {
			if d, ok := parse(a); ok && d < 0 {
				t.Errorf("%q: %v", a, d)
			}
		}
		if s, ok := parseStat(a); ok && (s.Stolen < 0 || s.Stolen+s.Idle > s.All) {
			t.Errorf("%q: %v", a, s)
		}
		groupsOf(mounts, member)
	})
}
