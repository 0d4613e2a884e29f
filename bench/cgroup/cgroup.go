// Package cgroup finds the control groups of this process and reads what they
// grant it: cgroups(7), version 1 and version 2. How files are read is the
// caller's affair, so that all of it can be tried without a kernel. It imports
// nothing of this module.
package cgroup

import (
	"slices"
	"strings"
)

// Group is a control group, by its folder.
type Group struct {
	Folder string
	V2     bool
}

// Groups are the groups that bind a process: for each controller its own and
// those above it, up to where the hierarchy is mounted. Those of the v2
// hierarchy are under "".
type Groups map[string][]Group

// Of finds the groups of a process. own is /proc/self/cgroup, mounts
// /proc/self/mountinfo. In a container the path that the kernel tells may lie
// outside of what is mounted: the mount itself is then the process's group.
func Of(own, mounts string) Groups {
	found := Groups{}
	for _, m := range parseMounts(mounts) {
		for line := range strings.Lines(own) {
			parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
			if len(parts) != 3 {
				continue
			}
			if m.v2 {
				if parts[0] == "0" && parts[1] == "" {
					found[""] = m.upwards(parts[2])
				}
				continue
			}
			for controller := range strings.SplitSeq(parts[1], ",") {
				if controller != "" && m.controllers[controller] {
					found[controller] = m.upwards(parts[2])
				}
			}
		}
	}
	return found
}

// With are the groups that bind by a controller, of either version: machines
// that have both use each controller in one.
func (g Groups) With(controller string) []Group {
	return slices.Concat(g[controller], g[""])
}

// upwards lists the group of a path and those above it, as far as the mount.
func (m mount) upwards(path string) []Group {
	rest := "/"
	if m.root == "/" {
		rest = path
	} else if below, ok := strings.CutPrefix(path, m.root); ok && (below == "" || below[0] == '/') {
		rest = below
	}
	rest = strings.Trim(rest, "/")
	var all []Group
	for rest != "" {
		if !strings.Contains("/"+rest+"/", "/../") {
			all = append(all, Group{m.at + "/" + rest, m.v2})
		}
		i := strings.LastIndexByte(rest, '/')
		rest = rest[:max(i, 0)]
	}
	return append(all, Group{m.at, m.v2})
}

type mount struct {
	at, root    string
	v2          bool
	controllers map[string]bool // v1
}

// parseMounts reads the lines of /proc/self/mountinfo that are of control
// groups: "36 35 98:0 ROOT AT OPTIONS … - TYPE SOURCE SUPEROPTIONS" (proc(5)).
func parseMounts(text string) []mount {
	var all []mount
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(strings.TrimSpace(line), " - ")
		where, what := strings.Fields(before), strings.Fields(after)
		if !ok || len(where) < 5 || len(what) < 3 {
			continue
		}
		m := mount{root: where[3], at: where[4], v2: what[0] == "cgroup2"}
		if !m.v2 {
			if what[0] != "cgroup" {
				continue
			}
			m.controllers = map[string]bool{}
			for option := range strings.SplitSeq(what[2], ",") {
				m.controllers[option] = true
			}
		}
		all = append(all, m)
	}
	return all
}
