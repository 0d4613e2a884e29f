package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"tlsbench/bench"
)

// A limit that is reached in the middle of a run is this machine's and not the
// server's: such attempts have a class of their own, the run ends, and the
// report says what to do.
func TestFilesRunOut(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "rtt=200ms")
	for name, more := range map[string][]string{"requests": nil, "handshakes": {"--handshake-only"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout bytes.Buffer
			file := filepath.Join(t.TempDir(), "r.json")
			c := start(t, &stdout, append([]string{"run", "https://" + s.Endpoint().Address, "--cacert", ca,
				"-c", "150", "-d", "2s", "--rounds", "2", "-o", "text", "-o", "json=" + file}, more...)...)
			if err := unix.Prlimit(c.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 60, Max: 60}, nil); err != nil {
				t.Fatal(err)
			}
			if err := c.Wait(); err != nil {
				t.Fatalf("%v:\n%s", err, stdout.String())
			}
			r := load(t, file)
			if r.Ended != bench.Complete {
				t.Errorf("the run ended %q", r.Ended)
			}
			for i := range r.Arms {
				a := &r.Arms[i]
				if a.Errors[bench.ClassClientExhausted] == 0 || a.Failed() != a.Errors[bench.ClassClientExhausted] {
					t.Errorf("%s failed by %v, want files that ran out and nothing else", a.Name, a.Errors)
				}
				if a.Completed() == 0 || a.Attempts != a.Completed()+a.Failed() {
					t.Errorf("%s: %d attempts, %d completed, %d failed", a.Name, a.Attempts, a.Completed(), a.Failed())
				}
			}
			report := strings.Join(strings.Fields(stdout.String()), " ")
			for _, want := range []string{"ran out of ports, files or memory", "not the server's", "(socket: too many open files)", "raise ulimit -n"} {
				if !strings.Contains(report, want) {
					t.Errorf("the report lacks %q:\n%s", want, stdout.String())
				}
			}
		})
	}
}
