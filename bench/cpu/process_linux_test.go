package cpu

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestSelfMatchesGetrusage(t *testing.T) {
	c, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	rusage := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	work(20 * time.Millisecond)
	// The clock read in between lies in between, give or take what getrusage rounds.
	low, r, high := rusage(), read(t, c), rusage()
	const slack = 5 * time.Millisecond
	if r.Total() < low-slack || r.Total() > high+slack {
		t.Errorf("%v, getrusage says %v to %v", r.Total(), low, high)
	}
}

func TestProcessOfBusyChild(t *testing.T) {
	child := play(t, "busy")
	c, err := Process(child.PID())
	if err != nil {
		t.Fatal(err)
	}
	grows(t, c)
	if !strings.HasPrefix(c.String(), "process ") {
		t.Errorf("String: %q", c)
	}
	child.end()
	if _, err := c.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "no process") {
		t.Errorf("reading after its end: %v", err)
	}
	for name, open := range map[string]func(int) (Clock, error){"Process": Process, "Tree": Tree} {
		if _, err := open(child.PID()); err == nil || !strings.Contains(err.Error(), "no process") {
			t.Errorf("%s of a dead process: %v", name, err)
		}
	}
}

// grows checks that one busy thread's clock keeps to the wall clock: never
// faster, and not hopelessly slower on a loaded machine.
func grows(t *testing.T, c Clock) {
	t.Helper()
	begun, first := time.Now(), read(t, c)
	for {
		time.Sleep(50 * time.Millisecond)
		spent, ok := read(t, c).Since(first)
		wall := time.Since(begun)
		if !ok {
			t.Fatalf("%v: cannot tell what was spent", c)
		}
		// The runtime of a busy process has a few threads beside the busy one.
		if limit := wall + wall/2 + 20*time.Millisecond; spent > limit {
			t.Fatalf("%v: %v in %v", c, spent, wall)
		}
		if spent > 60*time.Millisecond {
			return
		}
		if wall > 30*time.Second {
			t.Fatalf("%v: only %v in %v", c, spent, wall)
		}
	}
}

func BenchmarkProcess(b *testing.B) {
	c, err := Process(os.Getppid())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		read(b, c)
	}
}
