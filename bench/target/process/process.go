// Package process runs the servers that are installed on this machine, for
// targets and for tests alike: it finds programs and free ports, starts a
// server, waits until it answers, and ends it.
//
// A server must not outlive who started it. On Linux it is told by the kernel;
// elsewhere the starter must live long enough to call [Process.Stop].
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	readyWithin = 10 * time.Second // from start to the first answer
	stopWithin  = 5 * time.Second  // from SIGTERM to SIGKILL
	askEvery    = 5 * time.Millisecond
)

var (
	// ErrExited is wrapped where a server exited before it answered.
	ErrExited = errors.New("the server exited")

	// ErrInUse is wrapped where a port was taken between being found free and
	// being bound: another try may help.
	ErrInUse = errors.New("a port is in use")
)

// Command is what to start.
type Command struct {
	Argv []string
	Dir  string // its working folder, and where its output goes

	// Apart gives it a process group of its own: a terminal's Ctrl-C does not
	// reach it, and what it leaves behind when it ends is killed. Only on Unix.
	Apart bool
}

// Process is a running child. Its output goes to files rather than pipes, so
// that a worker that outlives its master cannot hold up Wait.
type Process struct {
	cmd            *exec.Cmd
	apart          bool
	stdout, stderr string        // file names
	started        chan error    // one value: what Start returned
	exited         chan struct{} // closed when the child has been reaped
}

// Launch starts a server and waits until it is ready: ready is asked again and
// again, and must return soon. A server that does not get ready is stopped, and
// the error repeats what it wrote.
func Launch(ctx context.Context, c Command, ready func() error) (*Process, error) {
	p, err := Start(c)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Argv[0], err)
	}
	if err = p.await(ctx, ready); err == nil {
		return p, nil
	}
	p.Stop() // some do not exit without a port
	said := p.said()
	if strings.Contains(said, "in use") {
		err = fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return nil, fmt.Errorf("%s is not ready: %w; it wrote:\n%s", c.Argv[0], err, said)
}

// Start starts a process and does not wait for anything.
func Start(c Command) (*Process, error) {
	p := &Process{
		cmd:     exec.Command(c.Argv[0], c.Argv[1:]...),
		apart:   c.Apart,
		stdout:  filepath.Join(c.Dir, "stdout"),
		stderr:  filepath.Join(c.Dir, "stderr"),
		started: make(chan error, 1),
		exited:  make(chan struct{}),
	}
	p.cmd.SysProcAttr = attributes(c.Apart)
	p.cmd.Dir = c.Dir
	go p.run()
	return p, <-p.started
}

// run starts the child and reaps it. It keeps its thread until then, because
// the parent-death signal is sent when that thread ends, not the process.
func (p *Process) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.exited)
	stdout, err := openLog(p.stdout)
	if err != nil {
		p.started <- err
		return
	}
	defer stdout.Close()
	stderr, err := openLog(p.stderr)
	if err != nil {
		p.started <- err
		return
	}
	defer stderr.Close()
	p.cmd.Stdout, p.cmd.Stderr = stdout, stderr
	err = p.cmd.Start()
	p.started <- err
	if err != nil {
		return
	}
	_ = p.cmd.Wait() // what it wrote says more than its exit status
	if p.apart {
		killGroup(p.PID()) // at once, while the number cannot be another's
	}
}

func openLog(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// await polls ready until it succeeds, the process exits or time is up.
func (p *Process) await(ctx context.Context, ready func() error) error {
	deadline := time.Now().Add(readyWithin)
	for {
		err := ready()
		if err == nil {
			return p.still()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no answer within %v: %w", readyWithin, err)
		}
		select {
		case <-p.exited:
			return ErrExited
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(askEvery):
		}
	}
}

// still is an error where the process has exited: then it was another that
// answered, which was faster to take the port.
func (p *Process) still() error {
	select {
	case <-p.exited:
		return ErrExited
	default:
		return nil
	}
}

// said returns what the process wrote.
func (p *Process) said() string {
	out, _ := os.ReadFile(p.stdout)
	err, _ := os.ReadFile(p.stderr)
	return string(out) + string(err)
}

// PID is the ID of the process that was started: the master of a server with
// several.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stdout is the name of the file with what the process wrote.
func (p *Process) Stdout() string { return p.stdout }

// Stderr is the name of the file with what the process wrote there.
func (p *Process) Stderr() string { return p.stderr }

// Exited is closed once the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Signal sends the process a signal.
func (p *Process) Signal(sig os.Signal) error { return p.cmd.Process.Signal(sig) }

// Stop ends the process and returns once it is gone. Stopping again does
// nothing.
func (p *Process) Stop() {
	asked := p.Signal(syscall.SIGTERM)
	if asked == nil || errors.Is(asked, os.ErrProcessDone) {
		select {
		case <-p.exited:
		case <-time.After(stopWithin):
		}
	}
	_ = p.cmd.Process.Kill() // fails when it has exited already
	<-p.exited
}
