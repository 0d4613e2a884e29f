package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/pin"
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
		Args:   cobra.MaximumNArgs(1), // the CPUs to run on
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				cpus, err := pin.ParseSet(args[0])
				if err == nil {
					err = pin.Self(cpus) // before any server is started: they inherit it
				}
				if err != nil {
					return notRun(err)
				}
			}
			if err := target.ChildMain(context.Background(), c.InOrStdin(), c.OutOrStdout(), installed.Launchers()); err != nil {
				return notRun(err)
			}
			return nil
		},
	}
}

// startChild runs this binary again, by the name under which it was started, on
// some CPUs or, where there are none, on those of this process.
func startChild(ctx context.Context, cpus pin.Set) (*target.Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{os.Args[0], childCommand}
	if len(cpus) > 0 {
		args = append(args, cpus.String())
	}
	return target.StartChild(ctx, target.Command{Path: self, Args: args})
}

// servers are what is known of the servers of a plan's arms.
type servers struct {
	common bench.Server
	byArm  map[string]bench.Server
	close  func()
}

// openServers starts the servers that the plan's arms want, and finds the CPU
// clock of another one. One child process serves every variant, on listeners of
// its own: it is the same server then, and switching arms starts nothing. Only
// targets that are compared with each other have a process each, as two servers
// have.
func openServers(ctx context.Context, p *bench.Plan, o *options) (_ servers, err error) {
	s := servers{byArm: map[string]bench.Server{}}
	children := map[string]*target.Child{}
	s.close = func() {
		for _, child := range children {
			_ = child.Stop() // it ends with this process in any case
		}
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	variants, err := variantsOf(p)
	if err != nil {
		return s, usage(err)
	}
	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for _, v := range variants {
		child := children[v.process]
		if child == nil {
			if child, err = startChild(starting, o.serverOn); err != nil {
				return s, notRun(fmt.Errorf("%s: the server did not start: %w", v.scheme, err))
			}
			children[v.process] = child
		}
		server, err := v.open(starting, child, p)
		if err != nil {
			return s, notRun(fmt.Errorf("%s: %w", v.scheme, err))
		}
		for _, i := range v.arms {
			s.byArm[p.Arms[i].Name] = server
		}
	}
	s.common.CPU, err = o.serverClock()
	if err != nil {
		return s, usage(err)
	}
	return s, nil
}

// variant is a server that the tool starts, and the arms, by index, that go
// there.
type variant struct {
	process  string // those of one name share a child
	scheme   string
	settings target.Settings
	arms     []int
}

// variantsOf lists the servers that a plan's arms want.
func variantsOf(p *bench.Plan) ([]variant, error) {
	var all []variant
	for i, arm := range p.Arms {
		if !arm.Target.Local() {
			continue
		}
		settings, err := settingsOf(arm.Target)
		if err != nil {
			return nil, err
		}
		own := variant{process: arm.Coord(scenarios.Target), scheme: arm.Target.Scheme, settings: settings}
		j := slices.IndexFunc(all, func(v variant) bool {
			return v.process == own.process && v.scheme == own.scheme && v.settings == own.settings
		})
		if j < 0 {
			j = len(all)
			all = append(all, own)
		}
		all[j].arms = append(all[j].arms, i)
	}
	return all, nil
}

// open starts the server and points its arms at it.
func (v variant) open(ctx context.Context, child *target.Child, p *bench.Plan) (server bench.Server, err error) {
	var endpoint target.Endpoint
	clock := cpu.Tree
	if v.scheme == bench.SchemeEmbedded {
		endpoint, err = child.Listen(ctx, v.settings, "127.0.0.1:0")
		endpoint.PID, clock = child.PID(), cpu.Process
		server.CollectGarbage = child.CollectGarbage
	} else {
		endpoint, err = child.Launch(ctx, v.scheme, v.settings)
	}
	if err != nil {
		return server, fmt.Errorf("the server does not listen: %w", err)
	}
	if err := adopt(p, v.arms, endpoint); err != nil {
		return server, err
	}
	server.CPU, err = clock(endpoint.PID)
	if errors.Is(err, cpu.ErrUnavailable) {
		err = nil // server CPU is then shown as not measured
	}
	return server, err
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
		t.ECH = string(e.ECHConfigs)
		if e.Path != "" {
			t.Path = e.Path
		}
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
