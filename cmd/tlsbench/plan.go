package main

import (
	"crypto/tls"
	"fmt"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/engine/quicgo"
	"tlsbench/scenarios"
)

// engines are all there are.
func engines() []bench.Engine {
	return []bench.Engine{cryptotls.Engine{}, nethttp.Engine{}, quicgo.Engine{}}
}

// servable gives a check of arms that opens no connection: it finds what a
// server's settings or an engine would refuse. What it found of a server holds
// for all arms that go there: a matrix has many.
func servable() func(bench.Arm) error {
	servers := map[string]error{}
	return func(arm bench.Arm) error {
		err, known := servers[arm.Target.URL]
		if !known {
			err = localSettings(arm.Target)
			servers[arm.Target.URL] = err
		}
		if err != nil {
			return err
		}
		if err := encryptable(arm); err != nil {
			return err
		}
		for _, e := range engines() {
			if arm.Engine == e.Name() {
				return e.Check(arm)
			}
		}
		return nil
	}
}

// encryptable refuses what engines would only find out once the server is up and
// has told its ECH configuration.
func encryptable(arm bench.Arm) error {
	if settings, err := settingsOf(arm.Target); err != nil || !settings.ECH || arm.TLS.MaxVersion >= tls.VersionTLS13 {
		return err
	}
	return fmt.Errorf("%s: Encrypted Client Hello is of TLS 1.3, and --tls allows %v at most", arm.Target.URL, arm.TLS.MaxVersion)
}

// plan resolves everything that was given into a plan. What contradicts itself
// is refused before anything is opened.
func (o *options) plan(check func(bench.Arm) error) (p bench.Plan, err error) {
	if err := o.resolve(); err != nil {
		return bench.Plan{}, err
	}
	p, o.warnings, err = o.scenario.Plan(check)
	if err == nil && p.FindMax != "" {
		if _, err = compare.NewSearch(p); err != nil {
			err = o.scenario.Wrong("load.find-max", -1, ": %w", err)
		}
	}
	if err != nil || p.Compare != scenarios.Target {
		return p, err
	}
	allowed, err := compare.ParseAllowance(o.scenario.MaxRegress...)
	if err != nil {
		return p, o.scenario.Wrong("max-regress", -1, ": %w", err)
	}
	p.FewestRounds = allowed.FewestRounds(p)
	if !o.scenario.Given("load.rounds") {
		p.Rounds = max(p.Rounds, p.FewestRounds)
	}
	return p, nil
}

func joined(words []string) string { return strings.Join(words, ", ") }
