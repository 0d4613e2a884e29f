// Package testtime judges in tests how long something took, on machines that
// have other work too.
package testtime

import (
	"testing"
	"time"
)

// tries is how often a machine may be too busy, one time after the other.
const tries = 12

// Once fails the test unless do, which says how long it took, takes no longer
// than most, once in several tries. Other work can make any of them late, but
// what waits for something needlessly does so in each.
func Once(t testing.TB, most time.Duration, do func() time.Duration) {
	t.Helper()
	var took []time.Duration
	for range tries {
		last := do()
		if t.Failed() || last <= most {
			return
		}
		took = append(took, last)
	}
	t.Errorf("it took %v, want %v at most, once", took, most)
}
