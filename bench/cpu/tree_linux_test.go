package cpu

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTreeCountsGrandchild(t *testing.T) {
	parent := play(t, "parent")
	c, err := Tree(parent.PID())
	if err != nil {
		t.Fatal(err)
	}
	grows(t, c)

	before := read(t, c)
	if n := len(before.members); n != 2 {
		t.Fatalf("%d members, want the parent and its child", n)
	}
	if _, err := parent.In.Write([]byte("end\n")); err != nil {
		t.Fatal(err)
	}
	if line, err := parent.Out.ReadString('\n'); err != nil || line != "ended\n" {
		t.Fatalf("%q, %v", line, err)
	}
	after := read(t, c)
	if d, ok := after.Since(before); ok {
		t.Errorf("%v spent, though a process ended", d)
	}
	if _, ok := read(t, c).Since(after); !ok {
		t.Error("nothing to tell once the tree is steady again")
	}
	parent.end()
	if _, err := c.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "no process") {
		t.Errorf("reading after the root's end: %v", err)
	}
	if !strings.HasSuffix(c.String(), " and its descendants") {
		t.Errorf("String: %q", c)
	}
}

func TestTreeNoticesReusedRoot(t *testing.T) {
	s, err := readStat(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	c := tree{member{os.Getpid(), s.start + 1}}
	if _, err := c.Read(t.Context()); !errors.Is(err, errGone) {
		t.Errorf("got %v, want %v", err, errGone)
	}
}

// The tree above this process holds the client's own CPU.
func TestTreeRefusesAncestors(t *testing.T) {
	for _, pid := range []int{os.Getpid(), os.Getppid()} {
		if _, err := Tree(pid); err == nil || !strings.Contains(err.Error(), "the client's") {
			t.Errorf("process %d: got %v", pid, err)
		}
	}
}

func TestTreeEndsWithContext(t *testing.T) {
	s, err := readStat(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	c := tree{member{os.Getpid(), s.start}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestDescendants(t *testing.T) {
	for _, c := range []struct {
		name    string
		parents map[int]int
		want    []int
	}{
		{"alone", map[int]int{1: 0, 5: 1, 6: 1}, []int{5}},
		{"three generations", map[int]int{1: 0, 5: 1, 6: 5, 7: 6, 8: 1, 9: 5}, []int{5, 6, 7, 9}},
		{"a circle ends", map[int]int{5: 7, 6: 5, 7: 6}, []int{5, 6, 7}},
		{"its own parent", map[int]int{5: 5}, []int{5}},
	} {
		stats := make(map[int]stat)
		for pid, parent := range c.parents {
			stats[pid] = stat{parent: parent}
		}
		got := descendants(stats, 5)
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func BenchmarkTree(b *testing.B) {
	c, err := Tree(play(b, "busy").PID())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		read(b, c)
	}
}
