package cgroup

import (
	"slices"
	"testing"
)

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
		got := Of(c.own, c.mounts)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		for controller, folders := range c.want {
			var want []Group
			for _, folder := range folders {
				want = append(want, Group{folder, controller == ""})
			}
			if !slices.Equal(got[controller], want) {
				t.Errorf("%s: %q: %v, want %v", c.name, controller, got[controller], want)
			}
		}
	}
}

// A controller of v1 binds, and so does the v2 hierarchy beside it.
func TestWith(t *testing.T) {
	got := Of("8:cpu,cpuacct:/x\n4:memory:/a\n0::/\n", hybrid).With("cpu")
	want := []Group{{"/sys/fs/cgroup/cpu/x", false}, {"/sys/fs/cgroup/cpu", false}, {"/sys/fs/cgroup/unified", true}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := (Groups{}).With("cpu"); len(got) > 0 {
		t.Errorf("none became %v", got)
	}
}
