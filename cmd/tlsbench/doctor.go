package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/doctor"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/quicgo"
	"tlsbench/bench/probe"
	"tlsbench/bench/reach"
	"tlsbench/bench/selfwatch"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// doctorOptions are the flags of doctor: how a target is reached, and its own.
type doctorOptions struct {
	probeOptions
	strict bool
}

func newDoctor(main func(*cobra.Command, *doctorOptions) error) *cobra.Command {
	o := &doctorOptions{}
	o.given = scenarios.Default()
	c := &cobra.Command{
		Use:   "doctor [TARGET]",
		Short: "Find out what measurements from this machine are worth",
		Long: `doctor looks at this machine, and at a target if one is given, and says of
each thing whether it is well, worth a note, or a problem, and what to change:

  machine       processors, affinity and quota, clock rates, other processes,
                what the host takes away
  limits        open files, ports, memory, queues
  clocks        what a reading takes, whose CPU time can be read, how late a
                wait ends, how even handshakes with itself are
  calibration   the handshakes a second that this client can make, by what one
                of the embedded server's costs it
  target        whether it answers, how long phases take, what it resumes, and
                whether ports suffice to ask it for all that the client can make;
                over QUIC, whether it answers and how long that takes

It takes some seconds, and no longer than it takes to find out that the target
cannot be reached: nothing is measured then. Problems are what was asked for, and
no failure: the exit code is 0 unless the target cannot be reached (1) or, with
--strict, anything is a problem (4).`,
		Example: `  tlsbench doctor
  tlsbench doctor https://server.example/ -o json=doctor.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.takeTarget(args); err != nil {
				return err
			}
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVar(&o.strict, "strict", false, "exit with 4 where anything is a problem")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "limit of each attempt")
	o.connectionFlags(f, "1.0-1.3")
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "FORMAT[=FILE], repeatable: text, json")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
	// A target is asked as little as it takes to say what it resumes.
	o.repeats, o.offers, o.simultaneous, o.every = 1, 2, 2, time.Second
	return c
}

// doctorMain is the doctor command: flags → facts → findings → outputs → exit
// code.
func doctorMain(c *cobra.Command, o *doctorOptions) error {
	var arms bench.Plan
	if o.target != "" {
		var err error
		if arms, err = o.examined(); err != nil {
			return usage(err)
		}
		for _, arm := range arms.Arms {
			if err := servable()(arm); err != nil {
				return usage(err)
			}
		}
	} else if given := givenFlags(o.flags, "strict", "output", "quiet"); len(given) > 0 {
		return usage(fmt.Errorf("%s is about a target, and there is none: name it", given[0]))
	}
	outs, err := parseOutputs(o.outputs, []string{"text", "json"}, c.OutOrStdout())
	if err == nil && o.target != "" {
		err = outs.apartFrom(filesOf(o.scenario))
	}
	if err != nil {
		return usage(err)
	}
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "finishing the attempts in flight")
	defer stop()
	began := time.Now()
	facts, err := o.facts(ctx, arms, c.ErrOrStderr())
	if ctx.Err() != nil {
		return interrupted()
	}
	if err != nil {
		return err
	}
	d := report.Doctor{Facts: facts, Sections: doctor.Examine(facts), Took: time.Since(began)}
	outcome := compare.Outcome{}
	if n := doctor.Count(d.Sections, doctor.Problem); n > 0 && o.strict {
		outcome = compare.Outcome{Exit: compare.Unsure, Reasons: []string{report.Plural(n, "problem") + " (--strict)"}}
	}
	if t := facts.Target; t != nil && t.Failure != "" {
		outcome = compare.Outcome{Exit: compare.NotRun, Reasons: []string{t.URL + ": " + t.Failure}}
	}
	return ended(outcome, outs.writeDoctor(d))
}

func (o *doctorOptions) facts(ctx context.Context, arms bench.Plan, stderr io.Writer) (doctor.Facts, error) {
	told := o.teller(stderr)
	defer told.done()
	f := doctor.Look(ctx, told.say)
	if o.target != "" {
		f.Target = o.examine(ctx, arms, told.say)
		if f.Target.Failure != "" || ctx.Err() != nil {
			return f, nil // who has mistyped a name need not wait
		}
	}
	err := f.Measure(ctx, told.say)
	if err != nil {
		return f, err
	}
	told.say("calibrating: handshakes with the embedded server")
	if f.Reach, err = calibrate(ctx); err != nil {
		f.NoReach = err.Error()
	}
	return f, nil
}

// askTime bounds all attempts at a target together, but for the one that is
// under way when it ends. A target that answers takes a second or two.
const askTime = 20 * time.Second

// examine finds out about the target.
func (o *doctorOptions) examine(ctx context.Context, arms bench.Plan, say func(string)) *doctor.Target {
	t := &doctor.Target{URL: arms.Arms[0].Target.URL}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var err error
	if arms.Arms[0].QUIC() {
		t.QUIC, err = o.greet(ctx, arms, say)
	} else {
		t.Probe, err = o.ask(ctx, arms, say)
	}
	switch r := t.Probe; {
	case err != nil:
		t.Failure = strings.TrimPrefix(explain(arms, err).Error(), t.URL+": ")
	case t.QUIC != nil && t.QUIC.Failure != nil:
		t.Failure = t.QUIC.Failure.String()
	case t.QUIC != nil:
	case !anyUp(r):
		t.Failure = vain(r)
	case !t.Answered():
		t.Failure = fmt.Sprintf("no address answers within %v", askTime)
	}
	return t
}

// examined are the arms of a probe or, over QUIC where there is none, a client's.
func (o *doctorOptions) examined() (bench.Plan, error) {
	whole, err := o.whole()
	if err != nil {
		return bench.Plan{}, err
	}
	if whole.QUIC() {
		return bench.Plan{Arms: []bench.Arm{whole}}, nil
	}
	return o.asked(whole)
}

// greet makes one connection over QUIC.
func (o *doctorOptions) greet(ctx context.Context, arms bench.Plan, say func(string)) (*probe.Trace, error) {
	server, err := openServers(ctx, &arms, &o.options)
	if err != nil {
		return nil, err
	}
	defer server.close()
	say("one connection over QUIC")
	t, err := probe.Once(ctx, quicgo.Engine{}, arms.Arms[0])
	return &t, err
}

// ask probes the target.
func (o *doctorOptions) ask(ctx context.Context, arms bench.Plan, say func(string)) (*probe.Result, error) {
	server, err := openServers(ctx, &arms, &o.options)
	if err != nil {
		return nil, err
	}
	defer server.close()
	p := probe.Plan{
		Target: arms.Arms[0].Target, Template: arms.Arms[0], Waterfall: &arms.Arms[1],
		Repeats: o.repeats, Offers: o.offers, Simultaneous: o.simultaneous, Seed: rand.Uint64(),
	}
	if p.Places, p.Notes, err = probe.Resolve(ctx, o.where(arms.Arms[0])); err != nil {
		return nil, err
	}
	return probe.Run(ctx, cryptotls.Engine{}, engineOf(arms.Arms[1]), p, say)
}

// calibrate makes handshakes with the embedded server, about half a second of
// each sort.
func calibrate(ctx context.Context) ([]reach.Reach, error) {
	o := &options{scenario: scenarios.Default()}
	set := func(path, value string) error {
		return o.scenario.Set(path, value, scenarios.Origin{Layer: scenarios.BySet, Name: path})
	}
	for _, s := range [][2]string{
		{"target", bench.SchemeEmbedded + ":"}, {"matrix.tls", "1.2,1.3"},
		{"load.duration", "600ms"}, {"load.rounds", "2"}, {"load.warmup", "100ms"},
		{"load.workers", fmt.Sprint(max(2, runtime.GOMAXPROCS(0)))},
	} {
		if err := set(s[0], s[1]); err != nil {
			return nil, err
		}
	}
	plan, _, err := o.scenario.Plan(servable())
	if err != nil {
		return nil, err
	}
	server, err := openServers(ctx, &plan, o)
	if err != nil {
		return nil, err
	}
	defer server.close()
	d := &bench.Driver{Plan: plan, Engines: engines(), Server: server.common, Servers: server.byArm, Watch: selfwatch.New()}
	r, err := d.Run(ctx)
	if err != nil {
		return nil, explain(plan, err)
	}
	all := reach.Of(r)
	labels := report.Labels(r.Plan)
	for i := range all {
		all[i].Arm = labels[all[i].Arm]
	}
	return all, nil
}
