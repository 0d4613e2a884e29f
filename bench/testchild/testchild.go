// Package testchild starts a test's own program again, for tests that need
// another process. What it is to be there, its TestMain finds in the environment.
package testchild

import (
	"bufio"
	"io"
	"os"
	"os/exec"
)

// Process is the program once more. It has to end when its standard input does,
// and so outlives nobody.
type Process struct {
	In  io.Writer
	Out *bufio.Reader

	in  io.Closer
	cmd *exec.Cmd
}

// Start starts it, with these variables beside the environment.
func Start(env ...string) (*Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &Process{In: in, Out: bufio.NewReader(out), in: in, cmd: cmd}, nil
}

// PID is its process number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// End ends its standard input and waits for it.
func (p *Process) End() error {
	_ = p.in.Close()
	return p.cmd.Wait()
}
