package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/target"
	"tlsbench/bench/target/installed"
	"tlsbench/scenarios"
)

const childCommand = "embedded-server"

// newChild is the process in which the embedded server runs.
func newChild() *cobra.Command {
	return &cobra.Command{
		Use:    childCommand,
		Short:  "Serve handshakes for the tlsbench that started this process",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := target.ChildMain(context.Background(), c.InOrStdin(), c.OutOrStdout(), installed.Launchers()); err != nil {
				return notRun(err)
			}
			return nil
		},
	}
}

// startChild runs this binary again, by the name under which it was started.
func startChild(ctx context.Context) (*target.Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return target.StartChild(ctx, target.Command{Path: self, Args: []string{os.Args[0], childCommand}})
}

// servers are what is known of the servers of a plan's arms.
type servers struct {
	common bench.Server
	byArm  map[string]bench.Server
	close  func()
}

// openServers starts the servers that the plan's arms want, one for each target
// of a comparison, and finds the CPU clock of another one.
func openServers(ctx context.Context, p *bench.Plan, o *options) (servers, error) {
	s := servers{byArm: map[string]bench.Server{}, close: func() {}}
	var children []func()
	s.close = func() {
		for _, closeIt := range children {
			closeIt()
		}
	}
	byTarget := map[string][]int{}
	var order []string
	for i, arm := range p.Arms {
		key := arm.Coord(scenarios.Target)
		if byTarget[key] == nil {
			order = append(order, key)
		}
		byTarget[key] = append(byTarget[key], i)
	}
	for _, key := range order {
		arms := byTarget[key]
		if !p.Arms[arms[0]].Target.Local() {
			continue
		}
		server, closeIt, err := openLocal(ctx, p, arms)
		if err != nil {
			s.close()
			return s, err
		}
		children = append(children, closeIt)
		for _, i := range arms {
			s.byArm[p.Arms[i].Name] = server
		}
	}
	clock, err := o.serverClock()
	if err != nil {
		s.close()
		return s, usage(err)
	}
	s.common.CPU = clock
	return s, nil
}

// openLocal starts a server for the arms with those indexes.
func openLocal(ctx context.Context, p *bench.Plan, arms []int) (_ bench.Server, closeIt func(), err error) {
	t := p.Arms[arms[0]].Target
	settings, err := settingsOf(t)
	if err != nil {
		return bench.Server{}, nil, usage(err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	child, err := startChild(ctx)
	if err != nil {
		return bench.Server{}, nil, notRun(fmt.Errorf("%s: the server did not start: %w", t.Scheme, err))
	}
	stop := func() { _ = child.Stop() } // it ends with this process in any case
	defer func() {
		if err != nil {
			stop()
		}
	}()
	var endpoint target.Endpoint
	server := bench.Server{}
	clock := cpu.Tree
	if t.Scheme == bench.SchemeEmbedded {
		endpoint, err = child.Listen(ctx, settings, "127.0.0.1:0")
		endpoint.PID, clock = child.PID(), cpu.Process
		server.CollectGarbage = child.CollectGarbage
	} else {
		endpoint, err = child.Launch(ctx, t.Scheme, settings)
	}
	if err != nil {
		return bench.Server{}, nil, notRun(fmt.Errorf("%s: the server does not listen: %w", t.Scheme, err))
	}
	if err := adopt(p, arms, endpoint); err != nil {
		return bench.Server{}, nil, notRun(fmt.Errorf("%s: %w", t.Scheme, err))
	}
	server.CPU, err = clock(endpoint.PID)
	if errors.Is(err, cpu.ErrUnavailable) {
		err = nil // server CPU is then shown as not measured
	}
	if err != nil {
		return bench.Server{}, nil, notRun(err)
	}
	return server, stop, nil
}

// adopt points arms at a server that has been started.
func adopt(p *bench.Plan, arms []int, e target.Endpoint) error {
	host, port, err := net.SplitHostPort(e.Address)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.RootsPEM) {
		return errors.New("the server gave no certificate to trust")
	}
	var client *tls.Certificate
	if len(e.ClientCertPEM) > 0 {
		pair, err := tls.X509KeyPair(e.ClientCertPEM, e.ClientKeyPEM)
		if err != nil {
			return fmt.Errorf("client certificate: %w", err)
		}
		client = &pair
	}
	for _, i := range arms {
		t := &p.Arms[i].Target
		t.Host, t.Port = host, port
		t.Settings = e.Settings.String()
		t.RTT, t.Roots, t.ClientCert = e.Settings.RTT, roots, client
		if e.Path != "" {
			t.Path = e.Path
		}
	}
	return nil
}

// serverClock is the clock that the flags name, nil for none.
func (o *options) serverClock() (cpu.Clock, error) {
	switch {
	case o.serverPID != 0:
		return named("--server-pid", o.serverPID, cpu.Tree)
	case o.serverCgroup != "":
		return named("--server-cgroup", o.serverCgroup, cpu.Cgroup)
	case o.serverCPUCommand != "":
		return named("--server-cpu-cmd", o.serverCPUCommand, cpu.Command)
	}
	return nil, nil
}

// named opens a clock and reads it once, so that one that cannot be read is
// found before the run.
func named[T any](flag string, of T, open func(T) (cpu.Clock, error)) (cpu.Clock, error) {
	clock, err := open(of)
	if err == nil {
		_, err = clock.Read(context.Background())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return clock, nil
}
