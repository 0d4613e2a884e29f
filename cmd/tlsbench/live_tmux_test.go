//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tmux wraps lines anew when it gets narrower, as many terminals do.
type tmux struct {
	t       *testing.T
	program string
	folder  string
}

func newTmux(t *testing.T) *tmux {
	t.Helper()
	program, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("tmux is not installed")
	}
	m := &tmux{t, program, t.TempDir()}
	// What was shown can still be read when the tool has ended.
	if err := os.WriteFile(filepath.Join(m.folder, "conf"), []byte("set -g remain-on-exit on\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.do("kill-server") })
	return m
}

func (m *tmux) do(args ...string) string {
	m.t.Helper()
	c := exec.Command(m.program, append([]string{"-u", "-S", filepath.Join(m.folder, "s"), "-f", filepath.Join(m.folder, "conf")}, args...)...)
	c.Env = append(withoutDisplay(), "TERM=xterm")
	out, err := c.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (m *tmux) screen() string { return strings.TrimRight(m.do("capture-pane", "-p"), "\n") }

// everything is the screen, and what has scrolled by.
func (m *tmux) everything() string {
	return strings.TrimRight(m.do("capture-pane", "-p", "-S", "-"), "\n")
}

func (m *tmux) resize(columns, rows int) {
	m.do("resize-window", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(rows))
}

func TestLiveViewWhereLinesAreWrappedAnew(t *testing.T) {
	m := newTmux(t)
	m.do("new-session", "-d", "-x", "160", "-y", "60", toolLink(t), "run", "-d", "60s", "--warmup", "20ms")
	wide := view("tls p50  tls p99  handshakes/s  errors  fallbacks", "fell", 6)
	until(t, m.everything, "a view for 160 columns", wide)
	m.resize(80, 24)
	until(t, m.everything, "a view for 80 columns", wide)
	// What wrapping makes scroll by is nothing of the view.
	m.resize(50, 24)
	until(t, m.everything, "a view for 50 columns", view("  p50      p99     /s  err  fell", "tls p50", 6))
	m.resize(100, 20)
	until(t, m.everything, "a view for 100 columns", wide)

	// Now lines of the view are wrapped or cut, and what comes before it may
	// scroll by: it still stands there once.
	once := func(head string) func(string) bool {
		return func(s string) bool { return strings.Count("\n"+s, "\nround ") == 1 && strings.Contains(s, head) }
	}
	m.resize(45, 12)
	until(t, m.screen, "a view for 45 columns", once("  p50      p99  err  fell"))
	m.resize(45, 5)
	until(t, m.screen, "a view for five rows", once("1/2"))
	m.do("send-keys", "C-c")
	until(t, m.screen, "the end", func(s string) bool {
		return strings.Contains(s, "tlsbench: interrupted") && !strings.ContainsAny(s, "█░▸")
	})
	all := m.everything()
	if !strings.HasPrefix(all, "2 arms, 1m0s each") || !strings.Contains(all, "\ntlsbench: finishing the attempts in flight") {
		t.Errorf("after the run:\n%s", all)
	}
}

func TestLiveViewLeavesItsPlaceToTheShell(t *testing.T) {
	m := newTmux(t)
	m.do("new-session", "-d", "-x", "100", "-y", "30", "env", "PS1=$ ", "sh")
	until(t, m.screen, "a prompt", func(s string) bool { return s == "$" })
	m.do("send-keys", toolLink(t)+" run -d 60s --warmup 20ms", "Enter")
	until(t, m.screen, "a view", func(s string) bool { return strings.Count(s, "\nround ") == 1 && strings.Contains(s, "▸") })
	for range 2 {
		m.do("send-keys", "C-z")
		until(t, m.everything, "a prompt and no view", func(s string) bool {
			return strings.HasSuffix(s, "\n$") && !strings.ContainsAny(s, "█░▸")
		})
		m.do("send-keys", "echo fine; fg", "Enter")
		until(t, m.everything, "a view below", func(s string) bool {
			_, below, _ := strings.Cut(s, "\nfine\n")
			return strings.Count(s, "\nround ") == 1 && strings.Count(below, "\nround ") == 1 && strings.Contains(below, "▸")
		})
	}
	m.do("send-keys", "C-c")
	until(t, m.screen, "the end", func(s string) bool {
		return strings.Contains(s, "tlsbench: interrupted") && !strings.ContainsAny(s, "█░▸")
	})
}

// No shell could continue it.
func TestLiveViewGoesOnWithoutAShell(t *testing.T) {
	c := inConsole(t, 80, 24, nil, "run", "-d", "60s", "--rounds", "30", "--warmup", "20ms")
	whole := view("tls p50  tls p99", "no such text", 6)
	until(t, c.screen, "a view", whole)
	if _, err := c.pty.WriteString("\x1a"); err != nil {
		t.Fatal(err)
	}
	until(t, c.screen, "a view of the second round", func(s string) bool { return whole(s) && strings.Contains(s, "round 2 of 30") })
}
