package cgroup

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// files are those of the group /g.
func files(all map[string]string) ReadFile {
	return func(name string) ([]byte, error) {
		text, ok := all[strings.TrimPrefix(name, "/g/")]
		if !ok {
			return nil, os.ErrNotExist
		}
		return []byte(text), nil
	}
}

func TestLimit(t *testing.T) {
	for text, want := range map[string]uint64{
		"max\n": Unlimited, "-1": Unlimited, "9223372036854771712\n": Unlimited, "18446744073709551615": Unlimited,
		"0": 0, "1073741824\n": 1 << 30,
	} {
		if n, err := parseLimit(text); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"", "maximum", "-2", "1 2", "99999999999999999999"} {
		if n, err := parseLimit(text); err == nil {
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

func TestGroupsQuota(t *testing.T) {
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
		if got := (Group{"/g", tt.v2}).Quota(files(tt.files)); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.files, got, tt.want)
		}
	}
}

func TestThrottled(t *testing.T) {
	for _, tt := range []struct {
		v2   bool
		stat string
		want time.Duration // -1 where it is not told
	}{
		{true, "usage_usec 9\nnr_throttled 3\nthrottled_usec 12\n", 12 * time.Microsecond},
		{false, "nr_periods 0\nnr_throttled 0\nthrottled_time 34\n", 34},
		{true, "usage_usec 9\n", -1}, {true, "", -1}, {true, "throttled_usec many", -1}, {false, "throttled_time -1", -1},
		{true, "throttled_usec 9223372036854775807", -1}, {false, "throttled_time 9223372036854775808", -1},
	} {
		got, ok := (Group{"/g", tt.v2}).Throttled(files(map[string]string{"cpu.stat": tt.stat}))
		if ok != (tt.want >= 0) || ok && got != tt.want {
			t.Errorf("%q: %v, %v", tt.stat, got, ok)
		}
	}
}

// Whatever a kernel, or what poses as one, says: no panic, and nothing absurd.
func FuzzParsers(f *testing.F) {
	for _, text := range []string{hybrid, v2, container, "max 100000", "0::/a/b", strings.Repeat("a/", 50), "throttled_usec 5"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, v2 := range []bool{false, true} {
			g := Group{"/g", v2}
			read := files(map[string]string{"cpu.max": a, "cpu.cfs_quota_us": a, "cpu.cfs_period_us": b, "cpu.stat": a,
				"memory.max": a, "memory.limit_in_bytes": a, "memory.current": b, "memory.usage_in_bytes": b, "memory.stat": b, "pids.max": a})
			if cores := g.Quota(read); !(cores >= 0 && !math.IsInf(cores, 0)) {
				t.Errorf("%v cores", cores)
			}
			if d, ok := g.Throttled(read); ok && d < 0 {
				t.Errorf("throttled for %v", d)
			}
			if left, ok := g.Memory(read); ok && left == Unlimited {
				t.Errorf("%d bytes left", left)
			}
			g.Tasks(read)
		}
		_, _, _ = Keyed(a, b)
		for _, groups := range Of(a, b) {
			for _, g := range groups {
				if strings.Contains(g.Folder+"/", "/../") && !strings.Contains(b, "..") {
					t.Errorf("folder %q", g.Folder)
				}
			}
		}
	})
}
