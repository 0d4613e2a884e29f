package enginetest

import (
	"context"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Attempt makes one connection, failed or not. It ends the test where the run
// would end.
func Attempt(t testing.TB, d bench.Dialer, offer bench.Offer) (bench.Sample, []session.Session) {
	t.Helper()
	var s bench.Sample
	s.Reset()
	s.Facts = &bench.Facts{}
	granted, err := d.Dial(context.Background(), offer, &s)
	if err != nil {
		t.Fatalf("Dial ended the run: %v", err)
	}
	return s, granted
}

// Succeed makes one connection that must not fail.
func Succeed(t testing.TB, d bench.Dialer, offer bench.Offer) (bench.Sample, []session.Session) {
	t.Helper()
	s, granted := Attempt(t, d, offer)
	if s.Failure != nil {
		t.Fatalf("failed: %v", s.Failure)
	}
	return s, granted
}

// Primed is an offer of a session that the dialer's server grants.
func Primed(t testing.TB, d bench.Dialer) bench.Offer {
	t.Helper()
	return bench.Offer{Session: primed(t, d)}
}

// Eventually asks until the answer is yes, or for a few seconds, for what
// another goroutine or the kernel ends in its own time.
func Eventually(is func() bool) bool {
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
