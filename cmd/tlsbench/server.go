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
			if err := target.ChildMain(context.Background(), c.InOrStdin(), c.OutOrStdout()); err != nil {
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

// openServers starts the servers that the plan's arms want, and finds the CPU
// clock of another one. One embedded child process serves every variant, on
// listeners of its own: it is the same server then, and switching arms starts
// nothing.
func openServers(ctx context.Context, p *bench.Plan, o *options) (servers, error) {
	s := servers{byArm: map[string]bench.Server{}, close: func() {}}
	if arms, order, err := bySettings(p); err != nil {
		return s, usage(err)
	} else if len(order) > 0 {
		server, closeIt, err := openEmbedded(ctx, p, arms, order)
		if err != nil {
			return s, err
		}
		s.close = closeIt
		for _, settings := range order {
			for _, i := range arms[settings] {
				s.byArm[p.Arms[i].Name] = server
			}
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

// bySettings groups the arms, by index, that go to one embedded server.
func bySettings(p *bench.Plan) (arms map[target.Settings][]int, order []target.Settings, err error) {
	arms = map[target.Settings][]int{}
	for i, arm := range p.Arms {
		if !arm.Target.Local() {
			continue
		}
		settings, err := embeddedSettings(arm.Target)
		if err != nil {
			return nil, nil, err
		}
		if arms[settings] == nil {
			order = append(order, settings)
		}
		arms[settings] = append(arms[settings], i)
	}
	return arms, order, nil
}

// openEmbedded starts a server for each of the settings, and points the arms
// with those indexes at them.
func openEmbedded(ctx context.Context, p *bench.Plan, arms map[target.Settings][]int, order []target.Settings) (_ bench.Server, closeIt func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	child, err := startChild(ctx)
	if err != nil {
		return bench.Server{}, nil, notRun(fmt.Errorf("embedded: the server did not start: %w", err))
	}
	closeIt = func() { _ = child.Stop() } // it ends with this process in any case
	defer func() {
		if err != nil {
			closeIt()
		}
	}()
	for _, settings := range order {
		endpoint, err := child.Listen(ctx, settings, "127.0.0.1:0")
		if err != nil {
			return bench.Server{}, nil, notRun(fmt.Errorf("embedded: the server does not listen: %w", err))
		}
		if err := adopt(p, arms[settings], endpoint); err != nil {
			return bench.Server{}, nil, notRun(err)
		}
	}
	server := bench.Server{CollectGarbage: child.CollectGarbage}
	server.CPU, err = cpu.Process(child.PID())
	if errors.Is(err, cpu.ErrUnavailable) {
		err = nil // server CPU is then shown as not measured
	}
	if err != nil {
		return bench.Server{}, nil, notRun(err)
	}
	return server, closeIt, nil
}

// adopt points arms at the embedded server.
func adopt(p *bench.Plan, arms []int, e target.Endpoint) error {
	host, port, err := net.SplitHostPort(e.Address)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.RootsPEM) {
		return errors.New("embedded: the server gave no certificate to trust")
	}
	var client *tls.Certificate
	if len(e.ClientCertPEM) > 0 {
		pair, err := tls.X509KeyPair(e.ClientCertPEM, e.ClientKeyPEM)
		if err != nil {
			return fmt.Errorf("embedded: client certificate: %w", err)
		}
		client = &pair
	}
	for _, i := range arms {
		t := &p.Arms[i].Target
		t.Host, t.Port = host, port
		t.Settings = e.Settings.String()
		t.RTT, t.Roots, t.ClientCert = e.Settings.RTT, roots, client
	}
	return nil
}

// serverClock is the clock that the flags name, nil for none.
func (o *options) serverClock() (cpu.Clock, error) {
	switch {
	case o.scenario.Server.PID != 0:
		return named("--server-pid", o.scenario.Server.PID, cpu.Tree)
	case o.scenario.Server.Cgroup != "":
		return named("--server-cgroup", o.scenario.Server.Cgroup, cpu.Cgroup)
	case o.scenario.Server.CPUCommand != "":
		return named("--server-cpu-cmd", o.scenario.Server.CPUCommand, cpu.Command)
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
