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

var errExited = errors.New("the server exited")

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
	var p *process
	for try := 1; ; try++ {
		free, err := freePorts(ports)
		if err != nil {
			t.Fatalf("find free ports: %v", err)
		}
		argv, ready := command(free)
		if o.CPUs != "" {
			argv = append([]string{"taskset", "-c", o.CPUs}, argv...)
		}
		if p, err = start(t.TempDir(), argv); err != nil {
			t.Fatalf("start %s: %v", argv[0], err)
		}
		t.Cleanup(p.stop)
		if err = p.await(ready); err == nil {
			return p
		}
		said := p.said()
		if !strings.Contains(said, "in use") || try == startTries {
			t.Fatalf("%s is not ready: %v; it wrote:\n%s", argv[0], err, said)
		}
	}
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

// freePorts returns n distinct loopback ports that are free at the moment.
func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that they differ
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

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
