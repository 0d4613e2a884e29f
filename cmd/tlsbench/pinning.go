package main

import (
	"errors"
	"fmt"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/pin"
	"tlsbench/scenarios"
)

// pinsOf reads --cpus.
func pinsOf(s *scenarios.Scenario, p bench.Plan) (pin.Sides, error) {
	sides, err := pin.Parse(s.CPUs)
	if err == nil && sides.Server != nil && !startsServer(p) {
		err = errors.New("server= is about servers that are started here, and there is none: pin it where it runs (taskset -cp CPUS PID), and leave server= out")
	}
	return sides, err
}

func startsServer(p bench.Plan) bool {
	return slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return a.Target.Local() })
}

// readPins reads --cpus and refuses what this machine has not.
func (o *options) readPins(p bench.Plan) error {
	if !o.scenario.Given("cpus") {
		return nil
	}
	wrong := func(err error) error { return o.scenario.Wrong("cpus", -1, " %q: %w", o.scenario.CPUs, err) }
	sides, err := pinsOf(o.scenario, p)
	if err != nil {
		return wrong(err)
	}
	allowed, err := pin.Allowed()
	if err == nil {
		err = sides.Within(allowed)
	}
	if err != nil {
		return wrong(err)
	}
	o.pinned, o.serverOn = sides, sides.Server
	if sides.Server == nil {
		o.serverOn = allowed // it would inherit the client's
	}
	doubt := func(format string, args ...any) {
		o.warnings = append(o.warnings, bench.Warning{Code: bench.WarnCPUs, Text: fmt.Sprintf(format, args...)})
	}
	both := sides.Client.And(sides.Server)
	switch {
	case !startsServer(p):
	case both != nil:
		doubt("--cpus: client and server share CPU %s", both)
	case sides.Server == nil:
		doubt("--cpus: only the client is pinned: the server may use CPU %s, too; add server=", sides.Client)
	case sides.Client == nil:
		doubt("--cpus: only the server is pinned: the client may use CPU %s, too; add client=", sides.Server)
	}
	return nil
}

// pin holds this process to its CPUs, before it starts anything: what is then
// started is held to those of the server.
func (o *options) pin(p bench.Plan) error {
	if err := o.readPins(p); err != nil {
		return err
	}
	if err := pin.Self(o.pinned.Client); err != nil {
		return o.scenario.Wrong("cpus", -1, ": %w", err)
	}
	return nil
}
