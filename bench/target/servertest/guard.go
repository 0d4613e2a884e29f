package servertest

import (
	"io"
	"os/exec"
	"strconv"
	"testing"
)

// guarding waits until nobody is left who could write to it, and then ends a group
// of processes. It heeds no signal that a terminal sends to all.
const guarding = `trap "" HUP INT TERM; read -r never; kill -s TERM -- "-$1"; sleep "$2"; kill -s KILL -- "-$1"`

// guard ends a server with all its processes where the tests are killed once it is
// ready. The signal that the system sends then is lost on postfix, which changes its
// user, and mariadbd blocks it while it starts.
func guard(t testing.TB, leader int) {
	t.Helper()
	_, release := newGuard(t, leader, "5")
	t.Cleanup(release)
}

// newGuard also returns what it reads from, and what ends it without harm. patience
// is the time from the first signal to the second, in seconds.
func newGuard(t testing.TB, leader int, patience string) (held io.Closer, release func()) {
	t.Helper()
	g := exec.Command(program(t, "sh", "dash"), "-c", guarding, "guard", strconv.Itoa(leader), patience)
	held, err := g.StdinPipe()
	if err == nil {
		err = g.Start()
	}
	if err != nil {
		t.Fatalf("guard process %d: %v", leader, err)
	}
	return held, func() {
		_ = g.Process.Kill() // before the end of what it reads
		_ = g.Wait()
	}
}
