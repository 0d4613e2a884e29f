package main

import (
	"errors"
	"fmt"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/scenarios"
)

// split makes the arms that --arms names.
func (o *options) split(common bench.Arm) ([]bench.Arm, error) {
	policy, err := o.sessions(common)
	if err != nil {
		return nil, err
	}
	var wants []bench.Want
	for name := range strings.SplitSeq(o.arms, ",") {
		want, err := bench.ParseWant(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("--arms: %w", err)
		}
		wants = append(wants, want)
	}
	flag, configured := o.sessionFlag()
	arms, err := scenarios.BySession(common, wants, policy, configured)
	if errors.Is(err, scenarios.ErrNoneResumes) {
		return nil, fmt.Errorf("--%s acts on arms that resume, and there is none: add resumed to --arms", flag)
	}
	if err != nil {
		return nil, fmt.Errorf("--arms: %w", err)
	}
	return arms, nil
}

// sessionFlag names a flag about sessions that was given.
func (o *options) sessionFlag() (string, bool) {
	for _, flag := range []string{"session-policy", "session-scope", "session-pool", "session-dry", "sessions-in", "sessions-out"} {
		if o.changed(flag) {
			return flag, true
		}
	}
	return "", false
}

func (o *options) sessions(arm bench.Arm) (s bench.SessionPolicy, err error) {
	s.Policy = scenarios.DefaultPolicy(arm)
	if o.changed("session-policy") {
		if s.Policy, err = session.ParsePolicy(o.policy); err != nil {
			return s, fmt.Errorf("--session-policy: %w", err)
		}
	}
	if s.Scope, err = session.ParseScope(o.scope); err != nil {
		return s, fmt.Errorf("--session-scope: %w", err)
	}
	s.Imported = o.sessionsIn != ""
	if s.Policy != session.Once {
		for _, flag := range []string{"session-pool", "session-dry"} {
			if o.changed(flag) {
				return s, fmt.Errorf("--%s acts on --session-policy once, and the policy is %s", flag, s.Policy)
			}
		}
		return s, nil
	}
	if o.changed("session-pool") && (o.pool < 1 || o.pool > bench.MaxPool) {
		return s, fmt.Errorf("--session-pool %d: want 1 to %d", o.pool, bench.MaxPool)
	}
	s.Pool = o.pool
	if s.WhenDry, err = bench.ParseWhenDry(o.dry); err != nil {
		return s, fmt.Errorf("--session-dry: %w", err)
	}
	return s, nil
}

// versus makes every arm go to another target too.
func (o *options) versus(p *bench.Plan) error {
	base, err := bench.ParseTarget(o.vs)
	if err != nil {
		return err
	}
	own := p.Arms[0]
	same := base.URL == own.Target.URL // the target against itself
	switch {
	case (base.Scheme == bench.SchemeTLS) != (own.Target.Scheme == bench.SchemeTLS) && !o.handshakeOnly:
		return errors.New("one of the targets makes requests and the other does not: add --handshake-only, or give two of a kind")
	case o.connect != "" && !same:
		return errors.New("--connect sends both to one server: leave it out")
	case o.sessionsIn != "" || o.sessionsOut != "":
		return errors.New("session files are of one target: leave --sessions-in and --sessions-out out")
	case !same && !base.Local() && !own.Target.Local() && (o.serverPID != 0 || o.serverCgroup != "" || o.serverCPUCommand != ""):
		return errors.New("--server-… names one server's clock, and there are two: leave it out")
	}
	p.Arms, p.Compare = scenarios.Versus(p.Arms, base), scenarios.Target
	return nil
}
