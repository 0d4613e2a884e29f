package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench/testserve"
)

// start runs the tool as a process of its own and returns once the run is under
// way, which its first line on stderr tells.
func start(t *testing.T, stdout *bytes.Buffer, args ...string) *exec.Cmd {
	t.Helper()
	return startWith(t, stdout, func(*exec.Cmd) {}, args...)
}

// startWith does so after an edit of the command.
func startWith(t *testing.T, stdout *bytes.Buffer, edit func(*exec.Cmd), args ...string) *exec.Cmd {
	t.Helper()
	c, _ := startUntil(t, stdout, "arms", edit, args...)
	return c
}

// startUntil returns once a line on stderr holds that text, and what follows it.
func startUntil(t *testing.T, stdout *bytes.Buffer, text string, edit func(*exec.Cmd), args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	c := exec.Command(toolLink(t), args...)
	c.Env = append(os.Environ(), "SSLKEYLOGFILE=")
	c.Stdout = stdout
	edit(c)
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

func TestFirstInterruptKeepsWhatWasMeasured(t *testing.T) {
	dir := t.TempDir()
	file, samples := filepath.Join(dir, "r.json"), filepath.Join(dir, "s.ndjson")
	var stdout bytes.Buffer
	c := start(t, &stdout, "run", "-d", "60s", "-o", "json="+file, "--samples", samples)
	children := childrenOf(t, c.Process.Pid)
	await(t, samples, 1)
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
	c, stderr := startUntil(t, &stdout, "run 2 of 5", func(*exec.Cmd) {}, "noise", "-n", "60", "--warmup", "0", "--runs", "5", "-o", "json="+file)
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
	accepted := make(chan struct{}, 1)
	silent := testserve.Each(t, func(c *net.TCPConn) {
		select {
		case accepted <- struct{}{}:
		default:
		}
		_, _ = io.Copy(io.Discard, c)
	})
	c, stderr := startUntil(t, &stdout, "arms", func(*exec.Cmd) {}, "run", "tls://"+silent, "--timeout", "5m", "--warmup", "0")
	<-accepted
	for _, heard := range []string{"interrupt again to exit at once", ""} { // two signals at once would be one
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		for said := "\n"; heard != "" && !strings.Contains(said, heard); {
			var err error
			if said, err = stderr.ReadString('\n'); err != nil {
				t.Fatalf("stderr ends with %q, %v", said, err)
			}
		}
	}
	if code := exitCode(c.Wait()); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	// It would, had it waited.
	if stdout.Len() > 0 {
		t.Errorf("it reports:\n%s", stdout.String())
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

// However the tool ends, no server stays, and no folder of one.
func TestNoServerStays(t *testing.T) {
	eachInstalled(t, func(t *testing.T, scheme string) {
		for name, end := range map[string]func(t *testing.T, c *exec.Cmd) (exit int){
			"interrupted": func(t *testing.T, c *exec.Cmd) int {
				return signalled(t, c, c.Process.Pid, os.Interrupt)
			},
			"interrupted at a terminal": func(t *testing.T, c *exec.Cmd) int {
				return signalled(t, c, -c.Process.Pid, os.Interrupt)
			},
			"ended by timeout": func(t *testing.T, c *exec.Cmd) int {
				return signalled(t, c, -c.Process.Pid, syscall.SIGTERM)
			},
			"killed": func(t *testing.T, c *exec.Cmd) int {
				return signalled(t, c, c.Process.Pid, syscall.SIGKILL)
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tmp := t.TempDir()
				c, stdout := startIn(t, tmp, "run", scheme+":", "-d", "60s")
				all := descendantsOf(t, c.Process.Pid)
				if len(all) < 2 {
					t.Fatalf("processes %v, want the child and the server", all)
				}
				if folders := entries(t, tmp); len(folders) != 1 {
					t.Fatalf("folders %q, want one", folders)
				}
				if exit := end(t, c); name != "killed" && (exit != 130 || !strings.Contains(stdout.String(), "warning: the run ended early")) {
					t.Errorf("exit code %d:\n%s", exit, stdout.String())
				} else if strings.Contains(stdout.String(), "errors    none") == (name == "killed") {
					t.Errorf("the server ended before the run:\n%s", stdout.String())
				}
				gone(t, all)
				for deadline := time.Now().Add(5 * time.Second); len(entries(t, tmp)) > 0; time.Sleep(10 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("left behind: %q", entries(t, tmp))
					}
				}
			})
		}
	})
}

// Where even the child that looks after a server is killed, the server ends;
// its folder stays.
func TestKilledChildLeavesNoServer(t *testing.T) {
	eachInstalled(t, func(t *testing.T, scheme string) {
		c, _ := startIn(t, t.TempDir(), "run", scheme+":", "-d", "60s")
		all := descendantsOf(t, c.Process.Pid)
		for _, child := range childrenOf(t, c.Process.Pid) {
			if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		c.Wait()
		gone(t, all)
	})
}

// startIn starts the tool in a process group of its own, as a shell does, with
// a folder for temporary files, and returns once it has measured something.
func startIn(t *testing.T, tmp string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	samples := filepath.Join(t.TempDir(), "s.ndjson")
	var stdout bytes.Buffer
	c := startWith(t, &stdout, func(c *exec.Cmd) {
		c.Env = append(c.Env, "TMPDIR="+tmp)
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}, append(args, "--samples", samples)...)
	await(t, samples, 1)
	return c, &stdout
}

func signalled(t *testing.T, c *exec.Cmd, to int, signal os.Signal) (exit int) {
	t.Helper()
	if err := syscall.Kill(to, signal.(syscall.Signal)); err != nil {
		t.Fatal(err)
	}
	return exitCode(c.Wait())
}

func descendantsOf(t *testing.T, pid int) (all []int) {
	t.Helper()
	for _, child := range childrenOf(t, pid) {
		all = append(append(all, child), descendantsOf(t, child)...)
	}
	return all
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
