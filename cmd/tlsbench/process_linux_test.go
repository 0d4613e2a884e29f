package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// start runs the tool as a process of its own and returns once the run is under
// way, which its first line on stderr tells.
func start(t *testing.T, stdout *bytes.Buffer, args ...string) *exec.Cmd {
	t.Helper()
	c, _ := startUntil(t, stdout, "arms", args...)
	return c
}

// startUntil returns once a line on stderr holds that text, and what follows it.
func startUntil(t *testing.T, stdout *bytes.Buffer, text string, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The scripts' rule: the test binary is the tool under the tool's name.
	tool := filepath.Join(t.TempDir(), "tlsbench")
	if err := os.Symlink(self, tool); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(tool, args...)
	c.Env = append(os.Environ(), "SSLKEYLOGFILE=")
	c.Stdout = stdout
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("stderr ends with %q, %v, and has no %q", line, err, text)
		}
		if strings.Contains(line, text) {
			return c, lines
		}
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func TestFirstInterruptKeepsWhatWasMeasured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.json")
	var stdout bytes.Buffer
	c := start(t, &stdout, "run", "-d", "60s", "-o", "json="+file)
	children := childrenOf(t, c.Process.Pid)
	time.Sleep(time.Second) // let it measure something: an interrupt can come at any time
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(c.Wait()); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	r := load(t, file)
	if !r.Partial || r.Completed() == 0 {
		t.Errorf("partial %v with %d completed", r.Partial, r.Completed())
	}
	if !strings.Contains(stdout.String(), "warning: the run ended early (interrupted)") {
		t.Errorf("the report does not say that it is partial:\n%s", stdout.String())
	}
	gone(t, children)
}

// Noise that was learnt from too few runs is none, and no run goes on.
func TestInterruptedNoise(t *testing.T) {
	file := filepath.Join(t.TempDir(), "noise.json")
	var stdout bytes.Buffer
	c, stderr := startUntil(t, &stdout, "run 2 of 5", "noise", "-n", "60", "--warmup", "0", "--runs", "5", "-o", "json="+file)
	children := childrenOf(t, c.Process.Pid)
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(stderr)
	if err != nil {
		t.Fatal(err)
	}
	if code := exitCode(c.Wait()); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if !strings.Contains(string(said), "tlsbench: interrupted after 1 of 5 runs: the noise between them takes 4") || stdout.Len() > 0 {
		t.Errorf("stderr %q, stdout %q", said, stdout.String())
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was written: %v", err)
	}
	gone(t, children)
}

// The second interrupt does not wait for attempts in flight.
func TestSecondInterruptExitsAtOnce(t *testing.T) {
	var stdout bytes.Buffer
	// Attempts take four round trips of 10 s each.
	c := start(t, &stdout, "run", "embedded:?rtt=10s", "--timeout", "5m", "--warmup", "0")
	for range 2 {
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // two signals at once would be one
	}
	began := time.Now()
	if code := exitCode(c.Wait()); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestKilledParentLeavesNoChild(t *testing.T) {
	var stdout bytes.Buffer
	c := start(t, &stdout, "run", "-d", "60s")
	children := childrenOf(t, c.Process.Pid)
	if len(children) != 1 {
		t.Fatalf("children %v, want the embedded server alone", children)
	}
	if err := c.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	gone(t, children)
}

// childrenOf finds the processes that have the given parent.
func childrenOf(t *testing.T, pid int) (found []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has just ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, child)
		}
	}
	return found
}

// gone waits until the processes have ended.
func gone(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for _, pid := range pids {
		for syscall.Kill(pid, 0) == nil {
			if time.Now().After(deadline) {
				t.Fatalf("process %d is still there", pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}
