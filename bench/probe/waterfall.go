package probe

import (
	"context"
	"errors"
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// waterfall shows the phases of one full and one resumed connection at the
// first place that answers.
func (r *run) waterfall(ctx context.Context, engine bench.Engine) error {
	place := r.firstUp()
	if r.plan.Waterfall == nil || engine == nil || place < 0 {
		return nil
	}
	if ctx.Err() != nil {
		return errStopped
	}
	r.say("%s: one full and one resumed connection", r.name(place))
	arm := r.cascade(engine, place)
	if err := engine.Check(arm); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	client, err := engine.Open(ctx, arm)
	if err != nil {
		return fmt.Errorf("probe %s: %w", arm.Net.Connect, err)
	}
	dialer := client.Dialer()
	w := &Waterfall{Place: place, Engine: engine.Name()}
	err = r.fall(ctx, dialer, w)
	if err = errors.Join(err, dialer.Close(), client.Close()); err != nil {
		return err
	}
	r.result.Waterfall = w
	return nil
}

// Once makes one full connection of an arm, for what cannot be probed. A failed
// one is in the trace; an error means that none could be made.
func Once(ctx context.Context, engine bench.Engine, arm bench.Arm) (t Trace, err error) {
	arm.Want = bench.WantFull
	client, err := engine.Open(ctx, arm)
	if err != nil {
		return t, err
	}
	dialer := client.Dialer()
	_, t, err = trace(ctx, dialer, bench.Offer{})
	return t, errors.Join(err, dialer.Close(), client.Close())
}

func (r *run) firstUp() int {
	for i, p := range r.result.Places {
		if p.Up() && !r.gone(i) {
			return i
		}
	}
	return -1
}

// cascade is the waterfall's arm at a place.
func (r *run) cascade(engine bench.Engine, place int) bench.Arm {
	arm := *r.plan.Waterfall
	arm.Target = r.plan.Target
	arm.Engine = engine.Name()
	arm.Want = bench.WantResumed
	arm.Net.Connect, arm.Net.ResolveEach = r.plan.Places[place].Address, false
	arm.Net.Close = bench.CloseGraceful
	if name := r.plan.Places[place].ServerName; name != "" {
		arm.TLS.ServerName = name
	}
	arm.Session = bench.SessionPolicy{}
	return arm
}

// fall makes the connections: one that gets sessions, and warms up what is
// cold, then a full one, then resumed ones until one is accepted.
func (r *run) fall(ctx context.Context, dialer bench.Dialer, w *Waterfall) error {
	whole := context.WithoutCancel(ctx)
	sessions, _, err := trace(whole, dialer, bench.Offer{Prime: true})
	if err != nil {
		return err
	}
	if _, w.Full, err = trace(whole, dialer, bench.Offer{}); err != nil {
		return err
	}
	w.Why = "no session was granted"
	for range r.plan.Repeats {
		if len(sessions) == 0 || !settle(ctx, sessions[len(sessions)-1]) {
			return nil
		}
		_, resumed, err := trace(whole, dialer, bench.Offer{Session: sessions[len(sessions)-1]})
		switch {
		case err != nil:
			return err
		case resumed.Failure != nil:
			w.Why = "the connections that were to resume failed: " + resumed.Failure.String()
		case resumed.Kind.Resumed():
			w.Resumed, w.Why = &resumed, ""
			return nil
		default:
			w.Why = "the session was not accepted"
		}
		if sessions, _, err = trace(whole, dialer, bench.Offer{Prime: true}); err != nil {
			return err
		}
	}
	return nil
}

func trace(ctx context.Context, dialer bench.Dialer, offer bench.Offer) ([]session.Session, Trace, error) {
	var s bench.Sample
	s.Reset()
	var facts bench.Facts
	s.Facts = &facts
	granted, err := dialer.Dial(ctx, offer, &s)
	if err != nil {
		return nil, Trace{}, err
	}
	t := Trace{
		Kind: s.Kind, Version: facts.Version, HelloRetry: s.HelloRetry, BytesIn: s.BytesIn, BytesOut: s.BytesOut,
		TicketBytes: s.TicketBytes, Status: s.Status,
	}
	if s.Failure != nil {
		t.Failure = s.Failure.Note()
	}
	for _, p := range bench.Phases() {
		if p.Scheduled() {
			continue
		}
		at := PhaseTime{Phase: p}
		if took := s.Phases[p]; took != bench.Absent {
			at.Took = &took
		}
		t.Phases = append(t.Phases, at)
	}
	return append([]session.Session(nil), granted...), t, nil
}
