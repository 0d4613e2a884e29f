package limits

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestPortRange(t *testing.T) {
	for text, want := range map[string][2]int{
		"32768\t60999\n": {32768, 60999},
		"1024 65535":     {1024, 65535},
		"5 5":            {5, 5},
	} {
		if first, last, err := portRange(text); err != nil || first != want[0] || last != want[1] {
			t.Errorf("%q: %d to %d, %v", text, first, last, err)
		}
	}
	for _, text := range []string{"", "1", "1 2 3", "9 8", "0 5", "1 65536", "-1 5", "a b", "1e3 2e3"} {
		if first, last, err := portRange(text); err == nil {
			t.Errorf("%q was read as %d to %d", text, first, last)
		}
	}
}

func TestReserved(t *testing.T) {
	for text, want := range map[string]int{
		"":                       0,
		"\n":                     0,
		"8080":                   0, // outside
		"150":                    1,
		"100-109":                10,
		"90-104,196-300":         10, // half outside
		"100-109,105-119,100":    20, // counted once
		"1-65535":                101,
		"150,100-109,149-151\n":  13,
		"200,100":                2,
		"100-100,101-101,99-100": 2,
	} {
		if n, err := reserved(text, 100, 200); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"a", "1,,2", "5-4", "1-", "-1", "0", "65536", "1-2-3"} {
		if n, err := reserved(text, 100, 200); err == nil {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}

func TestLimit(t *testing.T) {
	for text, want := range map[string]uint64{
		"max\n": Unlimited, "-1": Unlimited, "9223372036854771712\n": Unlimited, "18446744073709551615": Unlimited,
		"0": 0, "1073741824\n": 1 << 30,
	} {
		if n, err := limit(text); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"", "maximum", "-2", "1 2", "99999999999999999999"} {
		if n, err := limit(text); err == nil {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}

func TestMemAvailable(t *testing.T) {
	if n, ok := memAvailable("MemTotal:  10 kB\nMemAvailable:   22334455 kB\nBuffers: 1 kB\n"); !ok || n != 22334455<<10 {
		t.Errorf("%d, %v", n, ok)
	}
	for _, text := range []string{"", "MemAvailable:", "MemAvailable: x kB", "MemAvailable: 5 MB", "MemAvailable: -5 kB", "MemAvailable: 18446744073709551615 kB", "XMemAvailable: 5 kB"} {
		if n, ok := memAvailable(text); ok {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}

func TestQuota(t *testing.T) {
	for text, want := range map[string]float64{"max 100000\n": 0, "150000 100000\n": 1.5, "50000 100000": 0.5} {
		if cores, err := quotaV2(text); err != nil || cores != want {
			t.Errorf("%q: %v, %v, want %v", text, cores, err, want)
		}
	}
	for _, text := range []string{"", "max", "1 2 3", "0 100000", "5 0", "-1 100000", "x y"} {
		if cores, err := quotaV2(text); err == nil {
			t.Errorf("%q was read as %v", text, cores)
		}
	}
	for _, c := range []struct {
		each, period string
		want         float64
		ok           bool
	}{
		{"-1\n", "100000\n", 0, true}, {"200000", "100000", 2, true}, {"", "", 0, false},
		{"0", "100000", 0, false}, {"100000", "0", 0, false}, {"100000", "", 0, false}, {"-2", "100000", 0, false},
	} {
		if cores, err := quotaV1(c.each, c.period); cores != c.want || (err == nil) != c.ok {
			t.Errorf("%q of %q: %v, %v", c.each, c.period, cores, err)
		}
	}
}

const (
	hybrid = `22 1 8:1 / / rw - ext4 /dev/sda1 rw
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`
	v2        = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
	container = "30 23 0:26 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup cgroup rw,memory\n"
)

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name, own, mounts string
		want              map[string][]string
	}{
		{"v2", "0::/user.slice/a\n", v2, map[string][]string{"": {"/sys/fs/cgroup/user.slice/a", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}}},
		{"v2 at its root", "0::/\n", v2, map[string][]string{"": {"/sys/fs/cgroup"}}},
		{"both", "8:cpu,cpuacct:/x\n4:memory:/a/b\n1:name=systemd:/z\n0::/\n", hybrid, map[string][]string{
			"cpu": {"/sys/fs/cgroup/cpu/x", "/sys/fs/cgroup/cpu"}, "cpuacct": {"/sys/fs/cgroup/cpu/x", "/sys/fs/cgroup/cpu"},
			"memory": {"/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/memory/a", "/sys/fs/cgroup/memory"}, "": {"/sys/fs/cgroup/unified"},
		}},
		{"a container", "4:memory:/docker/abc/d\n", container, map[string][]string{"memory": {"/sys/fs/cgroup/d", "/sys/fs/cgroup"}}},
		{"a container that sees another path", "4:memory:/docker/abcd\n", container, map[string][]string{"memory": {"/sys/fs/cgroup"}}},
		{"a path that leads out", "0::/../x\n", v2, map[string][]string{"": {"/sys/fs/cgroup"}}},
		{"nothing", "", "", map[string][]string{}},
		{"not of groups", "a\nb:c\n::\n:::\n", "x\n1 2 3 - \n- cgroup2\n1 2 3 4 5 6 - cgroup2 y\n", map[string][]string{}},
	} {
		got := groups(c.own, c.mounts)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		for controller, folders := range c.want {
			if !slices.Equal(got[controller].folders, folders) {
				t.Errorf("%s: %q: %q, want %q", c.name, controller, got[controller].folders, folders)
			}
		}
	}
}

// Whatever a kernel, or what poses as one, says: no panic, and nothing absurd.
func FuzzParsers(f *testing.F) {
	for _, text := range []string{hybrid, v2, container, "32768 60999", "1-5,7", "max 100000", "MemAvailable: 5 kB", "0::/a/b", strings.Repeat("a/", 50)} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if first, last, err := portRange(a); err == nil && (first < 1 || last < first || last > math.MaxUint16) {
			t.Errorf("ports %d to %d", first, last)
		}
		if n, err := reserved(a, 100, 200); err == nil && (n < 0 || n > 101) {
			t.Errorf("%d reserved of 101", n)
		}
		if cores, err := quotaV1(a, b); err == nil && !(cores >= 0 && !math.IsInf(cores, 0)) {
			t.Errorf("%v cores", cores)
		}
		_, _ = quotaV2(a)
		_, _ = limit(a)
		_, _ = memAvailable(a)
		_, _ = keyed(a, b)
		for _, g := range groups(a, b) {
			for _, folder := range g.folders {
				if strings.Contains(folder+"/", "/../") && !strings.Contains(b, "..") {
					t.Errorf("folder %q", folder)
				}
			}
		}
	})
}
