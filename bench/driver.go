package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/cpu"
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
	// Sessions are offered by the arms whose policy says that theirs are
	// imported.
	Sessions []session.Session
	// Warnings are doubts from before the run, which the result repeats.
	Warnings []Warning
	// Export, where not nil, is given the sessions that each arm that resumes
	// holds when the run has ended.
	Export func(Arm, []session.Session)
	// Pace, where not nil, is asked before every block how fast this machine is.
	// Its errors leave that open.
	Pace func(context.Context) (Pace, error)
	// Watch, where not nil, watches this process during every block.
	Watch *selfwatch.Watch
	// Live, where not nil, is kept up to date for an onlooker.
	Live *Live
	// Planned, where not nil, is told the plan as it will be run, after the
	// warm-up has shown how long attempts take.
	Planned func(Plan)
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
		rec:    newRecorder(runtime.GOMAXPROCS(0)),
		began:  time.Now(),
	}
	r.result = &Result{Schema: Schema, Tool: ThisTool(), Env: ThisEnv(), Started: r.began.UTC(), Rounds: []Round{}, Warnings: append([]Warning{}, d.Warnings...)}
	defer r.close()
	if err := r.open(ctx, d.Engines, d.Sessions); err != nil {
		return nil, err
	}
	r.assign(d)
	r.openClocks()
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
	if err := r.rounds(ctx, newFixedRounds(r.plan)); err != nil {
		return nil, err
	}
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
	rec       *recorder
	block     Tally // of the block that just ended; its memory is reused
	arms      []*armRun
	began     time.Time
	result    *Result
}

// armRun is one arm in progress.
type armRun struct {
	Arm
	supply
	client   Client
	workers  []*worker
	total    Tally
	clocks   clocks
	sessions SessionCounts
	priming  *Failure // the last that priming met
	facts    *Facts
	patience *patience // of its group
	server   *Server   // shared by the arms that go there
}

func (r *run) openClocks() {
	self, err := cpu.Self()
	if err != nil {
		r.warn(warn(WarnClientCPU, "client CPU is not available: %v", err))
	} else {
		r.clientCPU = self
		r.result.Clocks.Client = self.String()
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

func (r *run) open(ctx context.Context, engines []Engine, given []session.Session) error {
	of := map[int]*patience{}
	for _, group := range r.plan.Groups() {
		p := newPatience(r.plan)
		r.patience = append(r.patience, p)
		for _, i := range group {
			of[i] = p
		}
	}
	for i, arm := range r.plan.Arms {
		n := slices.IndexFunc(engines, func(e Engine) bool { return e.Name() == arm.Engine })
		if n < 0 {
			return fmt.Errorf("arm %s: there is no engine %q", arm.Name, arm.Engine)
		}
		sessions, err := newSupply(arm, given)
		if err != nil {
			return err
		}
		client, err := engines[n].Open(ctx, arm)
		if err != nil {
			return err
		}
		a := &armRun{Arm: arm, supply: sessions, client: client, facts: &Facts{}, patience: of[i]}
		r.arms = append(r.arms, a)
		for id := range arm.Load.Workers {
			w := &worker{
				arm:      arm,
				dialer:   client.Dialer(),
				store:    sessions.of(id),
				patience: a.patience,
				batch:    batch{rec: r.rec, home: i + id, live: r.live},
			}
			a.workers = append(a.workers, w)
		}
	}
	return nil
}

func (r *run) close() {
	for _, a := range r.arms {
		for _, w := range a.workers {
			_ = w.dialer.Close()
		}
		_ = a.client.Close()
	}
}

// warmUp runs every arm once, throws the samples away, and returns about how
// long the slowest arm's attempts take: 0 where that is not known.
func (r *run) warmUp(ctx context.Context) (time.Duration, error) {
	var slowest time.Duration
	if r.plan.Warmup == 0 {
		return 0, nil
	}
	for i, a := range r.arms {
		if a.patience.exhausted() {
			continue
		}
		r.live.block(0, i, i)
		l := length{duration: r.plan.Warmup}
		if err := a.fill(ctx, l, 0, 1); err != nil {
			return 0, err
		}
		m, err := r.runBlock(ctx, a, l)
		if err != nil {
			return 0, err
		}
		if n := r.block.Completed(); n > 0 {
			slowest = max(slowest, m.took*time.Duration(len(a.workers))/time.Duration(n))
		}
		r.block.Reset()
	}
	return slowest, nil
}

func (r *run) rounds(ctx context.Context, schedule Schedule) error {
	for _, a := range r.arms {
		a.workers[0].facts = a.facts
	}
	for {
		spec, ok := schedule.Next(r.result.Rounds)
		if !ok {
			return nil
		}
		number := len(r.result.Rounds)
		var round Round
		for others, i := range spec.Order {
			a := r.arms[i]
			if ctx.Err() != nil || a.patience.exhausted() {
				continue
			}
			r.live.block(number+1, others, i)
			l := r.plan.length(number)
			if err := r.watched(a, "getting sessions", func() error { return a.fill(ctx, l, number, r.plan.Rounds) }); err != nil {
				return err
			}
			m, err := r.runBlock(ctx, a, l)
			if err != nil {
				return err
			}
			block, err := r.keep(a, m)
			if err != nil {
				return err
			}
			if err := r.live.measured(i, a.Want, &a.total, a.clocks.took); err != nil {
				return err
			}
			round.Blocks = append(round.Blocks, block)
		}
		if len(round.Blocks) == 0 {
			return nil
		}
		r.result.Rounds = append(r.result.Rounds, round)
	}
}

// keep turns the block that just ended into its record, and adds it to its arm.
func (r *run) keep(a *armRun, m measured) (Block, error) {
	stats, err := summarise(a.Want, &r.block, m.clocks, m.sessions, []Phase{TLSPhase, Total})
	if err != nil {
		return Block{}, err
	}
	if err := a.total.Merge(&r.block); err != nil {
		return Block{}, err
	}
	r.block.Reset()
	a.clocks.took += m.took
	a.clocks.clientCPU.add(m.clientCPU)
	a.clocks.serverCPU.add(m.serverCPU)
	a.sessions.Add(m.sessions)
	return Block{Arm: a.Name, Start: m.start, Stats: stats, Pace: m.pace, Client: m.client, Cut: m.cut, Dry: m.dry}, nil
}

func (r *run) warn(w Warning) { r.result.Warnings = append(r.result.Warnings, w) }
