//go:build !windows

package cpu

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       time.Duration
		err        string
	}{
		{"a number", "echo 1234567", 1234567, ""},
		{"with space around it", "printf ' \\t 42 \\n\\n'", 42, ""},
		{"zero", "echo 0", 0, ""},
		{"a pipe, and noise on stderr", "echo hm >&2; echo 4 | sed s/4/44/", 44, ""},
		{"a process left behind", "sleep 3 & echo 5", 5, ""},
		{"nothing", ":", 0, "no output"},
		{"nothing but a complaint", "echo no such counter >&2; echo second >&2", 0, `no output, want cumulative CPU nanoseconds: "no such counter"`},
		{"garbage", "echo 12 apples", 0, `output "12 apples"`},
		{"a fraction", "echo 1.5", 0, `output "1.5"`},
		{"two numbers", "echo 1; echo 2", 0, "want one integer"},
		{"negative", "echo -5", 0, `output "-5"`},
		{"too large", "echo 9223372036854775808", 0, "want one integer"},
		{"endless digits", "head -c 1000000 /dev/zero | tr '\\0' 1", 0, "want one integer"},
		{"failure", "echo cannot connect >&2; echo 5; exit 3", 0, `exit status 3: "cannot connect"`},
		{"not there", "exec /does/not/exist", 0, "exit status 127"},
	} {
		clock, err := Command(c.line)
		if err != nil {
			t.Fatal(err)
		}
		r, err := clock.Read(t.Context())
		if c.err == "" {
			if err != nil || r.Total() != c.want {
				t.Errorf("%s: %v, %v; want %v", c.name, r.Total(), err, c.want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), clock.String()) {
			t.Errorf("%s: error %v, want %q with %q", c.name, err, clock, c.err)
		}
	}
}

func TestCommandMustNotBeBlank(t *testing.T) {
	for _, line := range []string{"", " \t\n"} {
		if c, err := Command(line); err == nil {
			t.Errorf("a clock of %v", c)
		}
	}
}

func TestCommandEndsWithContext(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Command("cat '" + fifo + "' >/dev/null & wait")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begun := make(chan *os.File, 1)
	go func() {
		w, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for cat
		if err != nil {
			t.Error(err)
		}
		begun <- w
		cancel()
	}()
	if _, err := c.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	w := <-begun
	defer w.Close()
	// The shell's own child must have ended too, or soon.
	for deadline := time.Now().Add(30 * time.Second); ; {
		if _, err := w.WriteString("x"); errors.Is(err, syscall.EPIPE) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("a process of the command lives on")
		}
	}
}

func TestCommandReadsAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "counter")
	c, err := Command("cat '" + file + "'")
	if err != nil {
		t.Fatal(err)
	}
	readings := make([]Reading, 2)
	for i, text := range []string{"100", "175"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		readings[i] = read(t, c)
	}
	if d, ok := readings[1].Since(readings[0]); d != 75 || !ok {
		t.Errorf("%v, %v; want 75 ns", d, ok)
	}
}
