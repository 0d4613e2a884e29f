package cpu

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

type tree struct{ root member }

// Tree returns the clock of a process and all its descendants, found anew at
// each reading in the parent IDs under /proc: some 20 µs per process of the
// whole system. Processes that come and go between two readings escape it,
// unless a waiting parent gives them away; a cgroup counts them. It fails
// where there is no such process.
func Tree(pid int) (Clock, error) {
	if _, err := processTime(pid); err != nil {
		return nil, err
	}
	s, err := readStat(pid)
	if err != nil {
		return nil, err
	}
	stats, err := readStats()
	if err != nil {
		return nil, err
	}
	if slices.Contains(descendants(stats, pid), os.Getpid()) {
		return nil, fmt.Errorf("process %d is this process, or one that started it: its CPU would include the client's", pid)
	}
	return tree{member{pid, s.start}}, nil
}

func (t tree) String() string {
	return fmt.Sprintf("process %d and its descendants", t.root.pid)
}

func (t tree) Read(ctx context.Context) (Reading, error) {
	if err := ctx.Err(); err != nil {
		return Reading{}, err
	}
	stats, err := readStats()
	if err != nil {
		return Reading{}, err
	}
	if s, alive := stats[t.root.pid]; !alive || s.start != t.root.start {
		return Reading{}, fmt.Errorf("no process %d: %w", t.root.pid, errGone)
	}
	r := Reading{members: make(map[member]spent)}
	for _, pid := range descendants(stats, t.root.pid) {
		total, err := processTime(pid)
		if errors.Is(err, errGone) && pid != t.root.pid {
			continue // since a moment ago: Since will miss it
		}
		if err != nil {
			return Reading{}, err
		}
		r.members[member{pid, stats[pid].start}] = spent{total, stats[pid].reaped}
		r.total += total
	}
	return r, nil
}

// descendants returns root and every process below it, each once.
func descendants(stats map[int]stat, root int) []int {
	children := make(map[int][]int, len(stats))
	for pid, s := range stats {
		children[s.parent] = append(children[s.parent], pid)
	}
	found := []int{root}
	for i := 0; i < len(found); i++ {
		for _, child := range children[found[i]] {
			// The table is no snapshot: an ID reused during the scan could close a circle.
			if !slices.Contains(found, child) {
				found = append(found, child)
			}
		}
	}
	return found
}

func readStats() (map[int]stat, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	stats := make(map[int]stat, len(names))
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue // not a process
		}
		s, err := readStat(pid)
		if errors.Is(err, errGone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		stats[pid] = s
	}
	return stats, nil
}

func readStat(pid int) (stat, error) {
	path := filepath.Join("/proc", strconv.Itoa(pid), "stat")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
		return stat{}, fmt.Errorf("no process %d: %w", pid, errGone)
	}
	if err != nil {
		return stat{}, err
	}
	s, err := parseStat(b)
	if err != nil {
		return stat{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
