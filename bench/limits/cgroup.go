package limits

import "strings"

// group is a process's place in one hierarchy of control groups: a folder and
// those above it, up to where the hierarchy is mounted. A limit of each binds.
type group struct {
	folders []string
	unified bool // v2
}

// groups finds the folders of a process: in the v2 hierarchy under "", and in
// v1's by controller. own is /proc/self/cgroup, mounts /proc/self/mountinfo. In
// a container the path that the kernel tells may lie outside of what is mounted:
// the mount itself is then the process's group.
func groups(own, mounts string) map[string]group {
	found := map[string]group{}
	for _, m := range parseMounts(mounts) {
		for line := range strings.Lines(own) {
			parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
			if len(parts) != 3 {
				continue
			}
			if m.unified {
				if parts[0] == "0" && parts[1] == "" {
					found[""] = group{upwards(m.at, m.root, parts[2]), true}
				}
				continue
			}
			for controller := range strings.SplitSeq(parts[1], ",") {
				if controller != "" && m.controllers[controller] {
					found[controller] = group{upwards(m.at, m.root, parts[2]), false}
				}
			}
		}
	}
	return found
}

// upwards lists the folder of a path and those above it, as far as the mount.
func upwards(at, root, path string) []string {
	rest := "/"
	if root == "/" {
		rest = path
	} else if below, ok := strings.CutPrefix(path, root); ok && (below == "" || below[0] == '/') {
		rest = below
	}
	rest = strings.Trim(rest, "/")
	var all []string
	for rest != "" {
		if !strings.Contains("/"+rest+"/", "/../") {
			all = append(all, at+"/"+rest)
		}
		i := strings.LastIndexByte(rest, '/')
		rest = rest[:max(i, 0)]
	}
	return append(all, at)
}

type mount struct {
	at, root    string
	unified     bool
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
		m := mount{root: where[3], at: where[4], unified: what[0] == "cgroup2"}
		if !m.unified {
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
