package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench/compare"
)

// A full disk ends the writing and not the run, and is told.
func TestSamplesOnAFullDisk(t *testing.T) {
	t.Parallel()
	o := run(t, "run", "-q", "-n", "20", "--warmup", "0", "--samples", "/dev/full")
	if o.exit != compare.NotRun || !strings.Contains(o.stderr, "--samples: 40 of 40 attempts could not be written: ") || !strings.Contains(o.stderr, "no space left") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	if !strings.Contains(o.stdout, "warning: 40 of 40 attempts are missing from the file of samples") || !strings.Contains(o.stdout, "20 of 20 full") {
		t.Errorf("the report:\n%s", o.stdout)
	}
}

// However a run is ended, every line in the file is whole; after an interrupt
// nothing is missing from it.
func TestSamplesOfARunThatIsEnded(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGKILL} {
		dir := t.TempDir()
		file, result := filepath.Join(dir, "s.ndjson"), filepath.Join(dir, "r.json")
		var stdout bytes.Buffer
		c := start(t, &stdout, "run", "-d", "60s", "--warmup", "0", "--samples", file, "-o", "json="+result)
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			if text, _ := os.ReadFile(file); bytes.Count(text, []byte("\n")) > 50 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("nothing is written while the run goes on")
			}
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		code := exitCode(c.Wait())
		_, all, end := sampleLines(t, file)
		if len(all) < 49 {
			t.Errorf("%v: %d attempts are there", signal, len(all))
		}
		if signal != os.Interrupt {
			continue
		}
		r := load(t, result)
		if code != int(compare.Interrupted) || end == nil || end.Dropped != 0 || end.Written != int64(len(all)) || *r.Samples != *end || r.Completed() != end.Written {
			t.Errorf("exit code %d, %+v at the end, %d attempts, the result has %+v and %d", code, end, len(all), r.Samples, r.Completed())
		}
	}
}
