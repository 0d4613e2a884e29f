package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Run probes the plan's places with an engine that makes handshakes without
// requests, and shows two connections of the other engine, where the plan
// has an arm for it. progress, where not nil, is told what is being done.
//
// It ends early when ctx is done, with what was found so far as a partial
// result. A place that does not answer is marked in the result; an error means
// that nothing could be found out at all, for instance because a file that the
// template names cannot be read.
func Run(ctx context.Context, engine, waterfall bench.Engine, plan Plan, progress func(string)) (*Result, error) {
	plan, err := plan.resolved()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	r := &run{connector: newConnector(engine, plan), progress: progress, result: newResult(plan, began)}
	defer r.close()
	for _, step := range []func(context.Context) error{
		r.allVersions, r.mintAges, r.allMechanisms, r.matrices,
		func(ctx context.Context) error { return r.waterfall(ctx, waterfall) },
		r.lastAges,
	} {
		if err = step(ctx); err != nil {
			break
		}
	}
	if err != nil && !errors.Is(err, errStopped) {
		return nil, err
	}
	r.result.Partial = err != nil
	r.judgeAges()
	for i := range r.result.Places {
		if f := r.stations[i].stopped; f != nil && r.result.Places[i].Up() {
			r.result.Places[i].Stopped = f.Note()
		}
	}
	r.result.Notes = append(notes(r.result), plan.Notes...)
	r.result.Took = time.Since(began)
	return r.result, nil
}

// run is one probe in progress.
type run struct {
	*connector
	progress func(string)
	result   *Result
	aging    []*aging
}

func newResult(plan Plan, began time.Time) *Result {
	res := &Result{
		Schema: Schema, Target: plan.Target, Started: began.UTC(), Insecure: plan.Template.TLS.Insecure,
		Repeats: plan.Repeats, Offers: plan.Offers, Simultaneous: plan.Simultaneous,
		Ages: append([]time.Duration{}, plan.Ages...), Seed: plan.Seed,
		Matrices: []Matrix{}, Notes: []string{},
	}
	for _, p := range plan.Places {
		res.Places = append(res.Places, PlaceResult{
			Place: p, Versions: []VersionResult{}, Mechanisms: []MechanismResult{},
		})
	}
	return res
}

func (r *run) say(format string, args ...any) {
	if r.progress != nil {
		r.progress(fmt.Sprintf(format, args...))
	}
}

func (r *run) name(place int) string { return r.plan.Places[place].Name }

// allVersions asks every place for its versions and prepares what is to be
// found about its mechanisms.
func (r *run) allVersions(ctx context.Context) error {
	for i := range r.result.Places {
		r.say("%s: TLS versions", r.name(i))
		if err := r.versions(ctx, i); err != nil {
			return err
		}
		p := &r.result.Places[i]
		if !p.Up() {
			continue
		}
		for _, m := range r.plan.mechanisms() {
			p.Mechanisms = append(p.Mechanisms, newMechanism(m, p.highest(m), r.plan.Ages))
		}
	}
	return nil
}

// newMechanism begins with nothing tested.
func newMechanism(m session.Mechanism, v bench.Version, ages []time.Duration) MechanismResult {
	why := "the probe ended before"
	if v == 0 {
		why = "the place speaks no TLS version that has it"
	}
	none := notTested("%s", why)
	res := MechanismResult{
		Mechanism: m, Version: v, Uses: UsesUnknown, Ages: []AgeFinding{},
		FirstUse: none, Reuse: none, Simultaneous: none, Abrupt: none,
	}
	for _, age := range ages {
		res.Ages = append(res.Ages, AgeFinding{Age: age, Finding: none})
	}
	return res
}

// each calls do for every mechanism of every place that has a version for it,
// and offers what has come of age in between.
func (r *run) each(ctx context.Context, do func(place int, m *MechanismResult) error) error {
	for i := range r.result.Places {
		p := &r.result.Places[i]
		for k := range p.Mechanisms {
			if m := &p.Mechanisms[k]; m.Version != 0 {
				if err := do(i, m); err != nil {
					return err
				}
				if err := r.offerDue(ctx); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sleep waits, false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
