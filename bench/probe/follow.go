package probe

import (
	"context"
	"fmt"
	"time"

	"tlsbench/bench/session"
)

const (
	// again is how often a refused session is offered once more before it is
	// taken for lost: another node may answer.
	again = 3
	// changeover is how long a reload is given before a refusal is followed
	// up: nginx lets old and new workers accept side by side for 100 ms.
	changeover = time.Second
)

// persists offers a session several times, until it is accepted.
func (k *keeper) persists(ctx context.Context, s session.Session, times int) (bool, []session.Session, error) {
	for range times {
		o, _, granted, err := k.try(ctx, s)
		if err != nil || o == accepted {
			return o == accepted, granted, err
		}
	}
	return false, nil, nil
}

// follow finds out why a session was refused.
func (k *keeper) follow(ctx context.Context) error {
	if k.refusedAt == nil {
		return nil
	}
	old, since, now := k.held, k.good.UTC(), *k.refusedAt
	k.refusedAt = nil
	age := now.Sub(old.Granted)
	times := again
	if k.differs {
		times = insist
	}
	ok, granted, err := k.persists(ctx, old, times)
	if err != nil {
		return err
	}
	if ok {
		k.differ(Event{Time: now, Since: &since, Age: &age, What: "a session was refused, and accepted again later: " +
			"the nodes behind this address do not share keys or caches"})
		return k.onAccepted(ctx, granted)
	}
	if err := k.renew(ctx); err != nil || k.held.IsZero() {
		return err // the next tick tells
	}
	if ok, granted, err = k.persists(ctx, k.held, times); err != nil {
		return err
	}
	if !ok {
		k.broken = true
		k.say(Event{Time: now, Kind: NoLonger, Age: &age, Since: &since, What: "it no longer resumes: neither the held session is accepted nor a new one"})
		return nil
	}
	k.suspect = old
	k.say(Event{Time: now, Kind: KeysChanged, Age: &age, Since: &since, What: fmt.Sprintf(
		"keys changed, or the cache was lost, between %s and %s: the session granted at %s is no longer accepted, a new one is",
		clock(since), clock(now), clock(old.Granted.UTC()))})
	return k.onAccepted(ctx, granted)
}

func clock(t time.Time) string { return t.Format("15:04:05.000") }

// differ tells once that nodes differ.
func (k *keeper) differ(e Event) {
	if k.differs {
		return
	}
	k.differs = true
	e.Kind = DifferingNodes
	k.say(e)
}

// acquit offers once more what was taken for lost at the last tick.
func (k *keeper) acquit(ctx context.Context) error {
	s := k.suspect
	k.suspect = session.Session{}
	if s.IsZero() || s.Expired(time.Now()) {
		return nil
	}
	ok, _, err := k.persists(ctx, s, again)
	if ok {
		age := time.Since(s.Granted)
		k.differ(Event{Age: &age, What: "the session that was taken for lost is accepted again: " +
			"the nodes behind this address do not share keys or caches, or had them at different times"})
	}
	return err
}
