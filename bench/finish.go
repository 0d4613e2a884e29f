package bench

import (
	"context"
	"time"

	"tlsbench/bench/session"
)

// export comes after all measuring, so that what fails here is a doubt and
// loses nothing.
func (r *run) export(ctx context.Context, to func(Arm, []session.Session)) {
	if to == nil {
		return
	}
	for _, s := range r.streams {
		r.exportOf(ctx, s, to)
	}
}

func (r *run) exportOf(ctx context.Context, s *stream, to func(Arm, []session.Session)) {
	for _, a := range s.arms {
		sessions, err := a.export(ctx, r.plan.length(0, s.indexes))
		if err != nil {
			r.warn(warnArm(WarnExport, a.Name, "its sessions could not be renewed before they were handed on: %v", err))
		}
		if len(sessions) > 0 {
			to(a.Arm, sessions)
		}
	}
}

func (r *run) finish(ctx context.Context, warnings []Warning) (*Result, error) {
	res := r.result
	res.Plan = r.plan
	res.Took = time.Since(r.began)
	for _, a := range r.arms {
		stats, err := summarise(a.Want, &a.total, a.clocks, a.armMeasured, Phases())
		if err != nil {
			return nil, err
		}
		arm := ArmResult{Name: a.Name, Stats: stats}
		if a.priming != nil {
			arm.PrimingFailure = a.priming.Note()
		}
		if a.facts.Version != "" {
			arm.Facts = a.facts
		}
		for class, e := range a.total.Errors {
			if arm.FirstErrors == nil {
				arm.FirstErrors = map[ErrorClass]string{}
			}
			arm.FirstErrors[class] = e.First.Err.Error()
		}
		res.Arms = append(res.Arms, arm)
	}
	res.Ended = Complete
	if gone := r.gone(); gone != nil {
		res.Ended = GaveUp
		res.LastFailure = gone.last.Load().Note()
	}
	if ctx.Err() != nil {
		res.Ended, res.LastFailure = Interrupted, nil
	}
	res.Partial = res.Ended != Complete
	if res.Completed() > 0 {
		// How rounds were cut matters to who got some.
		res.Warnings = append(res.Warnings, warnings...)
	}
	res.Warnings = append(res.Warnings, Diagnose(res)...)
	return res, nil
}

// gone is the patience of a target that no longer answers, or never did, nil
// while it answers. A group of arms that never got an answer beside others that
// did, for instance in a TLS version that the target does not speak, is not the
// target's end: its arms have failed.
func (r *run) gone() *patience {
	var never *patience
	answering := false
	for _, p := range r.patience {
		switch {
		case p.answering():
			answering = true
		case p.succeeded.Load():
			return p
		default:
			never = p
		}
	}
	if answering {
		return nil
	}
	return never
}
