package servertest

import (
	"testing"
	"time"

	"tlsbench/bench/target/process"
)

// What the tests leave behind when they are killed ends, whether it heeds the
// first signal or not.
func TestGuard(t *testing.T) {
	sh := program(t, "sh", "dash")
	for name, script := range map[string]string{
		"ends when asked": "sleep 60 & wait",
		"does not":        "trap '' TERM; sleep 60 & while true; do wait; done",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := process.Start(process.Command{Argv: []string{sh, "-c", script}, Dir: t.TempDir(), Apart: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.Stop)
			held, release := newGuard(t, p.PID(), "0.2")
			t.Cleanup(release)
			if err := held.Close(); err != nil { // as the end of this process would
				t.Fatal(err)
			}
			<-p.Exited()
		})
	}
}

// A test that ends by itself leaves its guard nothing to do.
func TestReleasedGuard(t *testing.T) {
	p, err := process.Start(process.Command{Argv: []string{program(t, "sleep", "coreutils"), "60"}, Dir: t.TempDir(), Apart: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	_, release := newGuard(t, p.PID(), "0")
	release()
	select {
	case <-p.Exited():
		t.Error("the guard ended it")
	case <-time.After(200 * time.Millisecond): // what has been killed has exited by then
	}
}
