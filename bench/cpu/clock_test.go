package cpu

import (
	"testing"
	"time"
)

func TestSelfGrowsWithWork(t *testing.T) {
	c, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	before := read(t, c)
	for deadline := time.Now().Add(30 * time.Second); ; {
		work(50 * time.Millisecond)
		spent, ok := read(t, c).Since(before)
		if !ok {
			t.Fatal("clock went backwards")
		}
		if spent >= 20*time.Millisecond {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v after 30 s of work", spent)
		}
	}
	if got, want := c.String(), "this process"; got != want {
		t.Errorf("String: %q, want %q", got, want)
	}
}

func TestPIDMustBePositive(t *testing.T) {
	for _, open := range []func(int) (Clock, error){Process, Tree} {
		for _, pid := range []int{0, -1} {
			if c, err := open(pid); err == nil {
				t.Errorf("a clock of %v", c)
			}
		}
	}
}

func BenchmarkSelf(b *testing.B) {
	c, err := Self()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		read(b, c)
	}
}

// work keeps one processor busy for about d of its time.
func work(d time.Duration) (sum uint64) {
	for begun := time.Now(); time.Since(begun) < d; {
		for i := range uint64(1000) {
			sum = sum*31 + i
		}
	}
	return sum
}

func read(t testing.TB, c Clock) Reading {
	t.Helper()
	r, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}
