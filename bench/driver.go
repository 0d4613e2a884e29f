package bench

import (
	"context"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/cpu"
	"tlsbench/bench/pin"
	"tlsbench/bench/selfwatch"
	"tlsbench/bench/session"
)

// Driver runs a plan.
type Driver struct {
	Plan    Plan
	Engines []Engine
	// Server is what is known of every arm's server, Servers of that of single
	// arms, by name.
	Server  Server
	Servers map[string]Server
	// ClientCPU is this process's CPU clock, nil for the true one.
	ClientCPU cpu.Clock
	// Sessions are offered by the arms whose policy says that theirs are
	// imported.
	Sessions []session.Session
	// Warnings are doubts from before the run, which the result repeats.
	Warnings []Warning
	// Export, where not nil, is given the sessions that each arm that resumes
	// holds when the run has ended.
	Export func(Arm, []session.Session)
	// Pinned are the processors that this process and the servers that it started
	// were held to, for the result.
	Pinned pin.Sides
	// Pace, where not nil, is asked before every block how fast this machine is.
	// Its errors leave that open.
	Pace func(context.Context) (Pace, error)
	// Watch, where not nil, watches this process during every block.
	Watch *selfwatch.Watch
	// Live, where not nil, is kept up to date for an onlooker.
	Live *Live
	// Samples, where not nil, is given every measured attempt.
	Samples SampleSink
	// Planned, where not nil, is told the plan as it will be run, after the
	// warm-up has shown how long attempts take.
	Planned func(Plan)
	// Schedule decides what is run, nil for the plan's own.
	Schedule func(Plan) (Schedule, error)

	// newTimer makes the timers of open loops, nil for precise ones.
	newTimer func() (waiter, error)
}

// Server is what the driver knows of the server's process beside its address.
type Server struct {
	// CPU is the server's CPU clock, nil where there is none.
	CPU cpu.Clock
	// CollectGarbage, where not nil, makes the server collect its garbage, so
	// that every block begins alike.
	CollectGarbage func(context.Context) error
}

// Run runs the plan to its end, or until ctx is done: then no attempt is begun
// any more, those in flight are finished, and what was measured is returned as
// a partial result. An error means that nothing could be measured at all.
func (d *Driver) Run(ctx context.Context) (*Result, error) {
	if err := d.Plan.Validate(); err != nil {
		return nil, err
	}
	plan, warnings := d.Plan.Fit(0)
	plan, fewer := plan.fitWorkers()
	r := &run{
		plan:   plan,
		live:   d.Live,
		pace:   d.Pace,
		client: d.Watch,
		began:  time.Now(),
	}
	r.result = &Result{Schema: Schema, Tool: ThisTool(), Env: ThisEnv(), Started: r.began.UTC(), Rounds: []Round{}, Warnings: append([]Warning{}, d.Warnings...)}
	r.result.Env.ClientCPUs, r.result.Env.ServerCPUs = d.Pinned.Client.String(), d.Pinned.Server.String()
	defer r.close()
	if err := r.open(ctx, d); err != nil {
		return nil, err
	}
	r.assign(d)
	r.openClocks(d.ClientCPU)
	r.live.begin(r.plan)
	perAttempt, err := r.warmUp(ctx)
	if err != nil {
		return nil, err
	}
	if perAttempt > 0 {
		plan.Rounds = d.Plan.Rounds
		r.plan, warnings = plan.Fit(perAttempt)
	}
	r.live.begin(r.plan)
	if d.Planned != nil {
		d.Planned(r.plan)
	}
	schedule, err := d.schedule(r.plan)
	if err != nil {
		return nil, err
	}
	r.beginSamples(d.Samples)
	defer r.endSamples()
	if err := r.rounds(ctx, schedule); err != nil {
		return nil, err
	}
	r.endSamples()
	r.export(ctx, d.Export)
	return r.finish(ctx, append(fewer, warnings...))
}

// run is one run in progress.
type run struct {
	plan      Plan
	clientCPU cpu.Clock                           // nil where there is none
	live      *Live                               // nil where nobody looks on
	pace      func(context.Context) (Pace, error) // nil for none
	client    *selfwatch.Watch                    // nil for none
	patience  []*patience                         // one for each group of arms
	arms      []*armRun
	streams   []*stream
	blocks    uint64 // that were run, the warm-up's included
	samples   sampling
	began     time.Time
	result    *Result
}

// armRun is one arm in progress.
type armRun struct {
	Arm
	supply
	client  Client
	workers []*worker
	total   Tally
	clocks  clocks
	armMeasured
	priming  *Failure // the last that priming met
	facts    *Facts
	patience *patience // of its group
	server   *Server   // shared by the arms that go there
}

func (r *run) openClocks(client cpu.Clock) {
	if client == nil {
		self, err := cpu.Self()
		if err != nil {
			r.warn(warn(WarnClientCPU, "client CPU is not available: %v", err))
		}
		client = self
	}
	if client != nil {
		r.clientCPU = client
		r.result.Clocks.Client = client.String()
	}
	var names []string
	for _, a := range r.arms {
		if a.server.CPU != nil && !slices.Contains(names, a.server.CPU.String()) {
			names = append(names, a.server.CPU.String())
		}
	}
	r.result.Clocks.Server = strings.Join(names, ", ")
}

// assign gives every arm its server.
func (r *run) assign(d *Driver) {
	common := &Server{CPU: d.Server.CPU, CollectGarbage: d.Server.CollectGarbage}
	for _, a := range r.arms {
		a.server = common
		if own, ok := d.Servers[a.Name]; ok {
			a.server = &own
		}
	}
}

func (r *run) warn(w Warning) { r.result.Warnings = append(r.result.Warnings, w) }
