//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// console is a terminal with the tool in it.
type console struct {
	t    *testing.T
	pty  *os.File
	vt   vt10x.Terminal
	tool *exec.Cmd
	read chan struct{} // closed when all that was written is shown

	mu  sync.Mutex // for all that is shown
	raw bytes.Buffer
}

// inConsole starts the tool in a terminal. The variables that say how to show a
// run are those that are given.
func inConsole(t *testing.T, columns, rows int, variables []string, args ...string) *console {
	t.Helper()
	c := &console{t: t, vt: vt10x.New(vt10x.WithSize(columns, rows)), tool: exec.Command(toolLink(t), args...), read: make(chan struct{})}
	c.tool.Env = slices.Concat(withoutDisplay(), []string{"TERM=xterm-256color"}, variables)
	var err error
	c.pty, err = pty.StartWithSize(c.tool, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.read)
		io.Copy(c, c.pty) // ends with an error when the tool does
	}()
	t.Cleanup(func() {
		c.tool.Process.Kill()
		c.tool.Wait()
		c.pty.Close()
		<-c.read
	})
	return c
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(p)
	return c.vt.Write(p)
}

func (c *console) resize(columns, rows int) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.vt.Resize(columns, rows)
	if err := pty.Setsize(c.pty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *console) screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var rows []string
	for row := range strings.Lines(c.vt.String()) {
		rows = append(rows, strings.TrimRight(row, " \n"))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// until waits for a screen.
func until(t *testing.T, screen func() string, what string, right func(screen string) bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		now := screen()
		if right(now) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is never seen; the screen:\n%s", what, now)
		}
	}
}

// end waits for the tool's end and returns all that it wrote.
func (c *console) end() (exit int, raw string) {
	exit = exitCode(c.tool.Wait())
	<-c.read
	return exit, c.raw.String()
}

// view tells a whole view below the line about the plan, and nothing else, in so
// many rows that are not empty.
func view(head, without string, lines int) func(screen string) bool {
	return func(s string) bool {
		filled := slices.DeleteFunc(strings.Split(s, "\n"), func(row string) bool { return row == "" })
		return strings.Count(s, "\nround ") == 1 && strings.Count(s, "2 arms, 1m0s each") == 1 &&
			strings.Contains(s, head) && !strings.Contains(s, without) && len(filled) == lines
	}
}

// withoutDisplay is the environment without what says how to show a run.
func withoutDisplay() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"TERM", "CI", "NO_COLOR", "SSLKEYLOGFILE"}, name)
	})
}

func TestLiveViewOnATerminal(t *testing.T) {
	c := inConsole(t, 80, 24, nil, "run", "-d", "60s", "--warmup", "20ms")
	until(t, c.screen, "a view for 80 columns", view("tls p50  tls p99  handshakes/s  errors  fallbacks", "no such text", 6))
	c.resize(40, 10)
	until(t, c.screen, "a view for 40 columns", view("  p50      p99  err  fell", "tls p50", 6))
	c.resize(160, 200)
	until(t, c.screen, "a view for 160 columns", view("tls p50  tls p99  handshakes/s  errors  fallbacks", "fell ", 6))

	// Ctrl-C: its message stays, and the report takes the view's place.
	if _, err := c.pty.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	exit, _ := c.end()
	if exit != 130 {
		t.Errorf("exit code %d, want 130", exit)
	}
	lines := strings.Split(c.screen(), "\n")
	if len(lines) < 10 || !strings.HasPrefix(lines[0], "2 arms, 1m0s each") ||
		lines[1] != "tlsbench: finishing the attempts in flight; interrupt again to exit at once" ||
		!strings.HasPrefix(lines[2], "tlsbench ") || !strings.Contains(lines[2], "embedded:") ||
		!strings.HasPrefix(lines[len(lines)-1], "tlsbench: interrupted") || strings.ContainsAny(c.screen(), "█░▸") {
		t.Errorf("after the run:\n%s", c.screen())
	}
}

// How a run is shown depends on what it is shown on.
func TestLiveViewHeedsTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name          string
		variables     []string
		args          []string
		view, colored bool
		announced     bool
	}{
		{"plain", nil, nil, true, true, true},
		{"without colours", []string{"NO_COLOR=1"}, nil, true, false, true},
		{"an empty NO_COLOR says nothing", []string{"NO_COLOR="}, nil, true, true, true},
		{"a terminal that cannot erase", []string{"TERM=dumb"}, nil, false, false, true},
		{"a terminal without a name", []string{"TERM="}, nil, false, false, true},
		{"in CI", []string{"CI=true"}, nil, false, false, true},
		{"quiet", nil, []string{"-q"}, false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"run", "embedded:?rtt=10ms", "-d", "1s", "--warmup", "10ms"}
			c := inConsole(t, 100, 200, tt.variables, append(args, tt.args...)...)
			exit, raw := c.end()
			if exit != 0 {
				t.Errorf("exit code %d", exit)
			}
			for _, claim := range []struct {
				what      string
				got, want bool
			}{
				{"a line about the plan", strings.Contains(c.screen(), "2 arms, 1s each"), tt.announced},
				{"a view", strings.ContainsAny(raw, "█░"), tt.view},
				{"sequences", strings.Contains(raw, "\x1b"), tt.view},
				{"colours", strings.Contains(raw, "\x1b[2m") && strings.Contains(raw, "\x1b[36m"), tt.colored},
				{"any colour", strings.Contains(raw, "\x1b[m"), tt.colored},
			} {
				if claim.got != claim.want {
					t.Errorf("%s: %v, want %v", claim.what, claim.got, claim.want)
				}
			}
			if strings.ContainsAny(c.screen(), "█░▸") || !strings.Contains(c.screen(), "\nkinds ") {
				t.Errorf("after the run:\n%s", c.screen())
			}
		})
	}
}
