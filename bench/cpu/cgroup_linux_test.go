package cpu

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCgroup(t *testing.T) {
	const v1Stat = "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  time.Duration
		err   string
	}{
		{"v2", map[string]string{"cpu.stat": "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n"}, 1500 * time.Microsecond, ""},
		{"v2, not first", map[string]string{"cpu.stat": "x 1\nusage_usec 7"}, 7 * time.Microsecond, ""},
		{"v1", map[string]string{"cpuacct.usage": "123456789\n"}, 123456789, ""},
		{"v1 with throttling", map[string]string{"cpu.stat": v1Stat, "cpuacct.usage": "5\n"}, 5, ""},
		{"v2 first", map[string]string{"cpu.stat": "usage_usec 1\n", "cpuacct.usage": "5\n"}, time.Microsecond, ""},
		{"neither", nil, 0, "neither cpu.stat"},
		{"throttling only", map[string]string{"cpu.stat": v1Stat}, 0, "neither cpu.stat"},
		{"not a number", map[string]string{"cpu.stat": "usage_usec many\n"}, 0, "invalid syntax"},
		{"empty", map[string]string{"cpuacct.usage": ""}, 0, "invalid syntax"},
		{"negative", map[string]string{"cpuacct.usage": "-1\n"}, 0, "invalid syntax"},
		{"too large", map[string]string{"cpu.stat": "usage_usec 9223372036854775807\n"}, 0, "out of range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			clock, err := Cgroup(folder)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, clock).Total(); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			if got, want := clock.String(), "cgroup "+folder; got != want {
				t.Errorf("String: %q, want %q", got, want)
			}
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
			if _, err := clock.Read(t.Context()); err == nil || !strings.Contains(err.Error(), folder) {
				t.Errorf("reading after its end: %v", err)
			}
		})
	}
}

func TestCgroupOfTheSystem(t *testing.T) {
	c, err := Cgroup("/")
	if err != nil {
		t.Skip(err) // no cgroups mounted where distributions mount them
	}
	before := read(t, c)
	work(10 * time.Millisecond)
	if _, ok := read(t, c).Since(before); !ok || before.Total() == 0 {
		t.Errorf("went from %v to %v", before.Total(), read(t, c).Total())
	}
}

func TestCgroupWithoutPath(t *testing.T) {
	if c, err := Cgroup(""); err == nil {
		t.Errorf("a clock of %v", c)
	}
}

func FuzzParseCPUStat(f *testing.F) {
	f.Add([]byte("usage_usec 12\nuser_usec 5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := parseCPUStat(b); err == nil && (d < 0 || d%time.Microsecond != 0) {
			t.Errorf("%q: %d ns", b, d)
		}
	})
}
