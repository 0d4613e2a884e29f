package servertest

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"tlsbench/bench/target/process"
	"tlsbench/bench/testserve"
)

const startTries = 3 // a free port can be taken before the server binds it

// recipe makes a server's command and the question whether it is ready, given
// free ports.
type recipe func(ports []int) (argv []string, ready func() error)

// launch starts a server on free ports and waits until it answers. The
// command is built anew for each try, with as many ports as it asks for.
func launch(t testing.TB, o Options, ports int, command recipe) *process.Process {
	t.Helper()
	return launchAs(t, o, process.Command{Dir: t.TempDir()}, process.ErrInUse, ports, command)
}

// launchAs is launch with all that is to be said of the process but its
// arguments, and with the error behind which another try may help.
func launchAs(t testing.TB, o Options, c process.Command, again error, ports int, command recipe) *process.Process {
	t.Helper()
	for try := 1; ; try++ {
		p, err := launchOnce(t, o, c, ports, command)
		if err == nil {
			return p
		}
		if !errors.Is(err, again) || o.Port != 0 || try == startTries {
			t.Fatal(err)
		}
	}
}

// launchOnce is launch without another try; the error is ErrInUse where one
// may help.
func launchOnce(t testing.TB, o Options, c process.Command, ports int, command recipe) (*process.Process, error) {
	t.Helper()
	free, err := testserve.FreePorts(o.Host, ports)
	if err != nil {
		return nil, fmt.Errorf("find free ports: %w", err)
	}
	argv, ready := command(free)
	c.Argv = append(c.Argv[:len(c.Argv):len(c.Argv)], argv...)
	if o.CPUs != "" {
		c.Argv = append([]string{"taskset", "-c", o.CPUs}, c.Argv...)
	}
	p, err := process.Launch(t.Context(), c, ready)
	if err != nil {
		return nil, err
	}
	t.Cleanup(p.Stop)
	return p, nil
}

// program finds a server's binary, or skips the test.
func program(t testing.TB, name, debianPackage string) string {
	t.Helper()
	file, ok := process.Find(name)
	if !ok {
		missing(t, name, debianPackage)
	}
	return file
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
