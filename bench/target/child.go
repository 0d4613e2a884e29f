package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

const (
	// stopTime is how long Stop waits before it kills. A child that is making
	// RSA keys does not see the end of its stdin before they are made.
	stopTime = 10 * time.Second

	// stderrTime is how long a dead child's stderr may stay open, held by
	// whoever inherited it.
	stderrTime = time.Second
)

// Command is how to run the child: the same binary, with the arguments that
// make it call [ChildMain].
type Command struct {
	Path string
	Args []string // argv, with argv[0]
	Env  []string // added to this process's environment, as KEY=value
}

// Child is a process that runs embedded servers and looks after those of other
// programs, any number of them. Its methods may be called at the same time.
type Child struct {
	cmd    *exec.Cmd
	stderr *tail
	stop   sync.Once
	done   chan struct{} // closed once the process has ended and failure is set

	// failure is why calls fail after done; ended is the process's own error,
	// nil for exit status 0.
	failure, ended error

	writing sync.Mutex // one line at a time
	stdin   io.WriteCloser

	mu      sync.Mutex
	lastID  uint64
	waiting map[uint64]chan<- response // capacity 1 each
}

// StartChild starts the process and waits until it answers. ctx bounds only
// that: the child lives until [Child.Stop], or until this process ends, in
// whatever way. What it prints on stderr is kept for error messages.
func StartChild(ctx context.Context, command Command) (*Child, error) {
	c := &Child{
		stderr:  &tail{},
		done:    make(chan struct{}),
		waiting: map[uint64]chan<- response{},
	}
	c.cmd = &exec.Cmd{
		Path:      command.Path,
		Args:      command.Args,
		Env:       append(os.Environ(), command.Env...),
		Stderr:    c.stderr,
		WaitDelay: stderrTime,
	}
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the embedded server: %w", err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the embedded server: %w", err), stdin.Close())
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded server: %w", err)
	}
	c.stdin = stdin
	go c.watch(stdout)
	if _, err := c.call(ctx, request{Op: opHello}); err != nil {
		c.kill()
		return nil, fmt.Errorf("starting the embedded server: %w", err)
	}
	return c, nil
}

// Listen starts one more server in the child; see the function [Listen].
func (c *Child) Listen(ctx context.Context, s Settings, address string) (Endpoint, error) {
	answer, err := c.call(ctx, request{Op: opListen, Settings: &s, Address: address})
	if err == nil && answer.Endpoint == nil {
		err = errNoAnswer
	}
	if err != nil {
		return Endpoint{}, err
	}
	return *answer.Endpoint, nil
}

// Launch starts another program's server beside the child, by one of the
// launchers that the child has; see [Launcher]. It ends with the child.
func (c *Child) Launch(ctx context.Context, scheme string, s Settings) (Endpoint, error) {
	answer, err := c.call(ctx, request{Op: opLaunch, Server: scheme, Query: s.String()})
	if err == nil && answer.Endpoint == nil {
		err = errNoAnswer
	}
	if err != nil {
		return Endpoint{}, err
	}
	answer.Endpoint.Settings = s
	return *answer.Endpoint, nil
}

// CollectGarbage returns once the child has completed a garbage collection.
func (c *Child) CollectGarbage(ctx context.Context) error {
	_, err := c.call(ctx, request{Op: opGC})
	return err
}

// Counts returns the counts of the server at an address that Listen gave; see
// [Server.Counts].
func (c *Child) Counts(ctx context.Context, address string) (Counts, error) {
	answer, err := c.call(ctx, request{Op: opCounts, Address: address})
	if err == nil && answer.Counts == nil {
		err = errNoAnswer
	}
	if err != nil {
		return Counts{}, err
	}
	return *answer.Counts, nil
}

// PID is the child's process ID, for CPU clocks.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed once the child has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Stop ends the child and waits for that: it closes stdin and, as a last
// resort, kills. It returns an error if the child had to be killed or ended
// badly, before or now. Stopping again returns the same.
func (c *Child) Stop() error {
	c.stop.Do(func() {
		c.stdin.Close() // an error is of no use: the child ends or is killed
		timeout := time.NewTimer(stopTime)
		defer timeout.Stop()
		select {
		case <-c.done:
		case <-timeout.C:
			c.kill()
		}
	})
	<-c.done
	return c.ended
}

// kill ends a child that does not end by itself.
func (c *Child) kill() {
	c.cmd.Process.Kill() // an error means that it has ended by now
	<-c.done
}
