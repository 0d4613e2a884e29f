package servertest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	readyWithin = 10 * time.Second // from start to the first answer
	stopWithin  = 5 * time.Second  // from SIGTERM to SIGKILL
	startTries  = 3                // a free port can be taken before the server binds it
)

var (
	errExited = errors.New("the server exited")
	errInUse  = errors.New("a port is in use")
)

// process is a running child. Its output goes to files rather than pipes, so
// that a worker that outlives its master cannot hold up Wait.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr string        // file names
	started        chan error    // one value: what Start returned
	exited         chan struct{} // closed when the child has been reaped
}

// launch starts a server on free ports and waits until it answers. The
// command is built anew for each try, with as many ports as it asks for.
func launch(t testing.TB, o Options, ports int, command func(ports []int) (argv []string, ready func() error)) *process {
	t.Helper()
	for try := 1; ; try++ {
		p, err := launchOnce(t, o, ports, command)
		if err == nil {
			return p
		}
		if !errors.Is(err, errInUse) || o.Port != 0 || try == startTries {
			t.Fatal(err)
		}
	}
}

// launchOnce is launch without another try; the error is errInUse where one
// may help.
func launchOnce(t testing.TB, o Options, ports int, command func(ports []int) (argv []string, ready func() error)) (*process, error) {
	t.Helper()
	free, err := freePorts(o.Host, ports)
	if err != nil {
		return nil, fmt.Errorf("find free ports: %w", err)
	}
	argv, ready := command(free)
	if o.CPUs != "" {
		argv = append([]string{"taskset", "-c", o.CPUs}, argv...)
	}
	p, err := start(t.TempDir(), argv)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	t.Cleanup(p.stop)
	if err = p.await(ready); err == nil {
		return p, nil
	}
	p.stop() // some do not exit without a port
	said := p.said()
	if strings.Contains(said, "in use") {
		err = fmt.Errorf("%w: %w", errInUse, err)
	}
	return nil, fmt.Errorf("%s is not ready: %w; it wrote:\n%s", argv[0], err, said)
}

func start(dir string, argv []string) (*process, error) {
	p := &process{
		cmd:     exec.Command(argv[0], argv[1:]...),
		stdout:  filepath.Join(dir, "stdout"),
		stderr:  filepath.Join(dir, "stderr"),
		started: make(chan error, 1),
		exited:  make(chan struct{}),
	}
	p.cmd.SysProcAttr = childAttr()
	p.cmd.Dir = dir
	go p.run()
	return p, <-p.started
}

// run starts the child and reaps it. It keeps its thread until then, because
// the parent-death signal is sent when that thread ends, not the process.
func (p *process) run() {
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
	if err == nil {
		_ = p.cmd.Wait() // what it wrote says more than its exit status
	}
}

func openLog(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// await polls ready until it succeeds, the process exits or time is up.
func (p *process) await(ready func() error) error {
	deadline := time.Now().Add(readyWithin)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no answer within %v: %w", readyWithin, err)
		}
		select {
		case <-p.exited:
			return errExited
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// said returns what the process wrote.
func (p *process) said() string {
	out, _ := os.ReadFile(p.stdout)
	err, _ := os.ReadFile(p.stderr)
	return string(out) + string(err)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends the process and waits until it is gone.
func (p *process) stop() {
	for _, sig := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = p.cmd.Process.Signal(sig) // fails only when it has exited already
		select {
		case <-p.exited:
			return
		case <-time.After(stopWithin):
		}
	}
}

// freePorts returns n distinct ports of host that are free at the moment.
func freePorts(host string, n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that they differ
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// program finds a server's binary, or skips the test.
func program(t testing.TB, name, debianPackage string) string {
	t.Helper()
	path := os.Getenv("PATH") + ":/usr/sbin:/usr/local/sbin" // servers live in sbin, which users may lack
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file
		}
	}
	missing(t, name, debianPackage)
	return ""
}

// missing skips the test, or fails it where servers are required.
func missing(t testing.TB, what, debianPackage string) {
	t.Helper()
	msg := fmt.Sprintf("%s is not installed (Debian package %s)", what, debianPackage)
	if os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1" {
		t.Fatal(msg)
	}
	t.Skip(msg)
}
