package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// An interrupt ends an open loop, a mix, a ramp, storms and a search like any
// run: what is in flight is finished, and what was measured is printed, saved
// and whole.
func TestInterruptedLoads(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"rate":   {"-r", "100/s", "-d", "60s"},
		"mix":    {"-r", "100/s", "-d", "60s", "--mix", "resumed=70%"},
		"ramp":   {"--ramp", "50/s..100/s:2", "-d", "60s"},
		"storm":  {"--storm", "20", "--rounds", "1000"},
		"search": {"--find-max", "tls.p90 < 10s", "-r", "200/s", "--rounds", "50"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, lines := filepath.Join(dir, "r.json"), filepath.Join(dir, "s.ndjson")
			var stdout bytes.Buffer
			c := start(t, &stdout, append([]string{"run", "embedded:?burn=2ms", "--warmup", "0", "--samples", lines, "-o", "text", "-o", "json=" + file}, args...)...)
			children := childrenOf(t, c.Process.Pid)
			enough := 60
			if name == "search" {
				enough = 500 // more than its first two blocks have
			}
			await(t, lines, enough)
			if err := c.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(c.Wait()); code != int(compare.Interrupted) {
				t.Errorf("exit code %d, want 130", code)
			}
			if !strings.Contains(stdout.String(), "warning: the run ended early (interrupted)") {
				t.Errorf("the report does not say that it is partial:\n%s", stdout.String())
			}
			gone(t, children)
			r := loadLoad(t, file, lines)
			if r.Ended != bench.Interrupted || !r.Partial || r.Completed() == 0 {
				t.Errorf("it ended %q, with %d completed", r.Ended, r.Completed())
			}
			if name == "search" {
				rates, err := compare.MaxRates(r)
				if err != nil || len(rates) != 2 || rates[0].Blocks+rates[1].Blocks == 0 {
					t.Errorf("%+v, %v", rates, err)
				}
			}
			// What was saved can be read again.
			if o := run(t, "render", file); o.exit != compare.Interrupted || !strings.Contains(o.stdout, "interrupted") {
				t.Errorf("read again: exit %d: %s%s", o.exit, o.stdout, o.stderr)
			}
		})
	}
}

// await returns when a file has so many lines.
func await(t *testing.T, file string, lines int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if text, _ := os.ReadFile(file); bytes.Count(text, []byte("\n")) > lines {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not get %d lines", file, lines)
		}
	}
}

// loadLoad reads a result of an open loop and its samples, and holds their sums
// against each other.
func loadLoad(t *testing.T, file, lines string) *bench.Result {
	t.Helper()
	r := load(t, file)
	_, all, end := sampleLines(t, lines)
	attempts := map[string]int64{}
	for _, s := range all {
		attempts[s.Arm]++
	}
	var sum int64
	for i := range r.Arms {
		a := &r.Arms[i]
		sum += a.Attempts
		if a.Attempts != attempts[a.Name] || a.Attempts != a.Completed()+a.Failed() {
			t.Errorf("%s: %d attempts, %d samples, %d completed, %d failed", a.Name, a.Attempts, attempts[a.Name], a.Completed(), a.Failed())
		}
		if a.Arrivals != nil && a.Arrivals.Due != a.Attempts+a.Arrivals.Dropped {
			t.Errorf("%s: %d fell due, %d were dropped of %d", a.Name, a.Arrivals.Due, a.Arrivals.Dropped, a.Attempts)
		}
	}
	if end == nil || end.Dropped != 0 || end.Written != sum {
		t.Errorf("%d attempts, the samples ended with %+v", sum, end)
	}
	return r
}

// Files that run out in an open loop are this machine's fault, and it goes on. Few
// enough fall due in a block that it is not given up before the first success.
func TestFilesRunOutInOpenLoop(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "rtt=200ms")
	for name, more := range map[string][]string{
		"requests":   {"-r", "200/s", "-d", "1200ms"},
		"handshakes": {"-r", "200/s", "-d", "1200ms", "--handshake-only"},
		"mix":        {"-r", "200/s", "-d", "1200ms", "--mix", "resumed=50%"},
		"storm":      {"--storm", "150"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, lines := filepath.Join(dir, "r.json"), filepath.Join(dir, "s.ndjson")
			var stdout bytes.Buffer
			c := start(t, &stdout, append([]string{"run", "https://" + s.Endpoint().Address, "--cacert", ca, "--warmup", "0",
				"--rounds", "2", "--samples", lines, "-o", "text", "-o", "json=" + file}, more...)...)
			if err := unix.Prlimit(c.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 40, Max: 40}, nil); err != nil {
				t.Fatal(err)
			}
			if err := c.Wait(); err != nil {
				t.Fatalf("%v:\n%s", err, stdout.String())
			}
			r := loadLoad(t, file, lines)
			if r.Ended != bench.Complete {
				t.Errorf("the run ended %q", r.Ended)
			}
			for i := range r.Arms {
				a := &r.Arms[i]
				if n := a.Errors[bench.ClassClientExhausted]; n == 0 || a.Failed() != n || a.Completed() == 0 {
					t.Errorf("%s: %d completed, failed by %v, want files that ran out and nothing else", a.Name, a.Completed(), a.Errors)
				}
			}
			report := strings.Join(strings.Fields(stdout.String()), " ")
			for _, want := range []string{"ran out of ports, files or memory", "not the server's", "raise ulimit -n"} {
				if !strings.Contains(report, want) {
					t.Errorf("the report lacks %q:\n%s", want, stdout.String())
				}
			}
		})
	}
}
