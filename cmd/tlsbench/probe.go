package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/dial"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/probe"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// probeMain is the probe command: flags → plan → result → outputs → exit code.
func probeMain(c *cobra.Command, o *probeOptions) error {
	arms, err := o.arms()
	if err != nil {
		return usage(err)
	}
	conditions, err := o.conditions()
	if err != nil {
		return usage(err)
	}
	outs, err := parseOutputs(o.outputs, []string{"text", "json"}, c.OutOrStdout())
	if err == nil {
		err = outs.apartFrom(filesOf(o.scenario))
	}
	if err != nil {
		return usage(err)
	}
	check := servable()
	for _, arm := range arms.Arms {
		if err := check(arm); err != nil {
			return usage(err)
		}
	}
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "finishing the attempts in flight")
	defer stop()
	server, err := openServers(ctx, &arms, &o.options)
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return err
	}
	defer server.close()

	plan, err := o.plan(ctx, arms)
	if err != nil && ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return notRun(explain(arms, err))
	}
	d, failed := o.find(ctx, plan, engineOf(arms.Arms[1]), c.ErrOrStderr())
	if d.Result == nil && ctx.Err() != nil {
		return interrupted()
	}
	if failed != nil {
		failed = explain(arms, failed)
	}
	if d.Result == nil {
		return notRun(failed)
	}
	for _, condition := range conditions {
		d.Checks = append(d.Checks, condition.Check(d.Result, d.Watch))
	}
	return ended(probed(d), failed, outs.writeProbe(d))
}

// find probes, and then watches where that was asked for and something answers.
// An error beside a result is the watch's.
func (o *probeOptions) find(ctx context.Context, plan probe.Plan, waterfall bench.Engine, stderr io.Writer) (d report.Probe, err error) {
	told := o.teller(stderr)
	defer told.done()
	engine := cryptotls.Engine{}
	if d.Result, err = probe.Run(ctx, engine, waterfall, plan, told.say); err != nil {
		return d, err
	}
	if o.watch == 0 || d.Result.Partial || !anyUp(d.Result) {
		return d, nil
	}
	told.say(fmt.Sprintf("watching for %v", o.watch))
	d.Watch, err = probe.Watch(ctx, engine, plan, o.every, o.watch, func(e probe.Event) { told.event(report.WatchEvent(e)) })
	return d, err
}

func anyUp(r *probe.Result) bool {
	return slices.ContainsFunc(r.Places, probe.PlaceResult.Up)
}

// probed turns what was found into an outcome.
func probed(d report.Probe) compare.Outcome {
	outcome := compare.Outcome{}
	for _, c := range d.Checks {
		if c.Verdict != probe.Pass {
			outcome.Exit = compare.Failed
			outcome.Reasons = append(outcome.Reasons, fmt.Sprintf("expected %s, found %s: %s", c.Expr, c.Value, c.Why))
		}
	}
	switch {
	case d.Result.Partial, d.Watch != nil && d.Watch.Partial:
		outcome = compare.Outcome{Exit: compare.Interrupted, Reasons: []string{"interrupted: what is missing was not tested"}}
	case !anyUp(d.Result), !slices.ContainsFunc(d.Result.Places, lasted):
		outcome = compare.Outcome{Exit: compare.NotRun, Reasons: []string{d.Result.Target.URL + ": " + vain(d.Result)}}
	}
	return outcome
}

func lasted(p probe.PlaceResult) bool { return p.Up() && p.Stopped == nil }

// vain says why nothing, or not all, could be found out, by the first place that
// got furthest.
func vain(r *probe.Result) string {
	for _, c := range []struct{ what, text string }{
		{"stopped answering", "no address answered to the end"},
		{"cannot be probed", "no address can be probed"},
		{"down", "no address answers"},
	} {
		for _, p := range r.Places {
			if what, why := p.Trouble(); what == c.what {
				return c.text + ": " + why
			}
		}
	}
	return "no address answers"
}

// arms are those that the probe's connections are made like: one without a
// request, and one as a client of the target would make it.
func (o *probeOptions) arms() (bench.Plan, error) {
	whole, err := o.whole()
	if err != nil {
		return bench.Plan{}, err
	}
	if whole.QUIC() {
		return bench.Plan{}, fmt.Errorf("%s: what a server grants is found out over TCP only: over QUIC, tlsbench run --arms full,resumed,0rtt shows it", whole.Target.URL)
	}
	return o.asked(whole)
}

// whole is the arm of a client of the target.
func (o *probeOptions) whole() (bench.Arm, error) {
	if _, err := bench.ParseTarget(o.target); err != nil {
		return bench.Arm{}, err
	}
	if err := o.describe(); err != nil {
		return bench.Arm{}, err
	}
	return o.scenario.Arm()
}

// asked are the arms of a probe, of which one is given.
func (o *probeOptions) asked(whole bench.Arm) (bench.Plan, error) {
	if err := o.outOfRange(whole.Target); err != nil {
		return bench.Plan{}, err
	}
	bare := whole
	bare.Engine, bare.HTTP = cryptotls.Engine{}.Name(), bench.HTTP{}
	if err := o.where(bare).Check(); err != nil {
		return bench.Plan{}, err
	}
	return bench.Plan{Arms: []bench.Arm{bare, whole}}, nil
}

// describe makes the scenario that the flags describe.
func (o *probeOptions) describe() error {
	o.scenario = scenarios.Default()
	o.scenario.TLS.Versions = o.given.TLS.Versions
	o.scenario.Net.Close = string(bench.CloseGraceful)
	o.scenario.Load.Timeout, o.given.Load.Timeout = o.timeout, o.timeout // run has a flag of that name
	o.inheritConnection()
	if err := o.inherit("net.proxy"); err != nil {
		return err
	}
	return o.fromFlags()
}

func (o *probeOptions) conditions() ([]probe.Condition, error) {
	var all []probe.Condition
	for _, text := range o.expect {
		conditions, err := probe.ParseExpect(text)
		if err != nil {
			return nil, fmt.Errorf("--expect: %w", err)
		}
		all = append(all, conditions...)
	}
	return all, nil
}

func (o *probeOptions) plan(ctx context.Context, arms bench.Plan) (probe.Plan, error) {
	bare, whole := arms.Arms[0], arms.Arms[1]
	if !o.flags.Changed("seed") {
		o.seed = rand.Uint64()
	}
	p := probe.Plan{
		Target: bare.Target, Template: bare, Waterfall: &whole,
		Repeats: o.repeats, Offers: o.offers, Simultaneous: o.simultaneous, Ages: o.ages, Seed: o.seed,
	}
	places, notes, err := probe.Resolve(ctx, o.where(bare))
	if file := bare.TLS.KeyLog; file != "" {
		notes = append(notes, fmt.Sprintf("TLS secrets are written to %s: who holds it can decrypt the connections", file))
	}
	if way := bare.Net.Proxy; way != "" {
		notes = append(notes, "connections go through the proxy "+way)
		if dial.NamesByProxy(bare) {
			notes = append(notes, "it looks names up, so that each is one place: --addresses asks it for addresses")
		}
	}
	p.Places, p.Notes = places, notes
	return p, err
}

func (o *probeOptions) where(arm bench.Arm) probe.Where {
	return probe.Where{
		Target: arm.Target, Family: arm.Net.Family, Connect: arm.Net.Connect, ServerName: arm.TLS.ServerName,
		Addresses: o.addresses, Also: o.also, AlsoSNI: o.alsoSNI, ByProxy: dial.NamesByProxy(arm),
	}
}

func engineOf(arm bench.Arm) bench.Engine {
	if arm.HandshakeOnly() {
		return cryptotls.Engine{}
	}
	return nethttp.Engine{}
}
