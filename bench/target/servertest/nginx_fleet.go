package servertest

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"testing"

	"tlsbench/bench/target/process"
)

// fleetMax is how many instances a fleet can have: certificates name their
// addresses.
const fleetMax = 7

// Fleet starts n instances of nginx, as behind a balancer: they share one
// identity, and their TLS services listen on one port of 127.0.0.2, 127.0.0.3
// and so on. edit, if not nil, completes the options of instance i, counted
// from 0. Where the system has only 127.0.0.1 (macOS) the test is skipped.
func Fleet(t testing.TB, n int, edit func(i int, o *Options)) []*NginxServer {
	t.Helper()
	if n < 1 || n > fleetMax {
		t.Fatalf("a fleet of %d: want 1 to %d", n, fleetMax)
	}
	options := make([]Options, n)
	id := NewIdentity(t, keyECDSA)
	hosts := make([]string, n)
	for i := range options {
		hosts[i] = fmt.Sprintf("127.0.0.%d", i+2)
		options[i] = Options{Identity: id, Host: hosts[i]}
		if edit != nil {
			edit(i, &options[i])
		}
	}
	for try := 1; ; try++ {
		fleet, err := startFleet(t, hosts, options)
		switch {
		case err == nil:
			return fleet
		case errors.Is(err, syscall.EADDRNOTAVAIL):
			t.Skipf("no further loopback addresses: %v", err)
		case !errors.Is(err, process.ErrInUse) || try == startTries:
			t.Fatal(err)
		}
	}
}

// startFleet starts all instances or, with an error, leaves none running.
func startFleet(t testing.TB, hosts []string, options []Options) (fleet []*NginxServer, err error) {
	t.Helper()
	port, err := commonPort(hosts)
	if err != nil {
		return nil, err
	}
	for _, o := range options {
		o.Port = port
		s, command := nginx(t, &o)
		p, err := launchOnce(t, o, process.Command{Dir: t.TempDir()}, nginxPorts, command)
		if err != nil {
			for _, s := range fleet {
				s.process.Stop()
			}
			return nil, err
		}
		s.is(p)
		fleet = append(fleet, s)
	}
	return fleet, nil
}

// commonPort returns a port that is free on all hosts at the moment.
func commonPort(hosts []string) (int, error) {
	port := 0
	for _, host := range hosts {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			return 0, fmt.Errorf("%w: %w", process.ErrInUse, err)
		}
		if err != nil {
			return 0, err
		}
		defer l.Close()
		port = l.Addr().(*net.TCPAddr).Port
	}
	return port, nil
}
