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

// persists offers a session several times, until it is accepted. What failed on
// the way leaves open whether it would have been.
func (k *keeper) persists(ctx context.Context, s session.Session, times int) (o outcome, granted []session.Session, err error) {
	result := refused
	for range times {
		if o, _, granted, err = k.try(ctx, s); err != nil || o == accepted {
			return o, granted, err
		}
		if o != refused {
			result = o
		}
	}
	return result, nil, nil
}

// follow finds out why a session was refused.
func (k *keeper) follow(ctx context.Context) error {
	if k.refusedAt == nil {
		return nil
	}
	old, proven, since, now := k.held, k.proven, k.good.UTC(), *k.refusedAt
	k.refusedAt = nil
	age := now.Sub(old.Granted)
	times := again
	if k.differs {
		times = insist
	}
	o, granted, err := k.persists(ctx, old, times)
	switch {
	case err != nil:
		return err
	case o == accepted:
		if k.swayed() {
			k.differ(Event{Time: now, Since: &since, Age: &age, What: "a session was refused, and accepted again later: " +
				"the nodes behind this address do not share keys or caches"})
		}
		return k.onAccepted(ctx, granted)
	case o != refused:
		return nil // not now: the next tick offers it again
	}
	if err := k.renew(ctx); err != nil {
		return err
	}
	o = failed
	if !k.held.IsZero() {
		if o, granted, err = k.persists(ctx, k.held, times); err != nil {
			return err
		}
	}
	lost := Event{Time: now, Age: &age, Since: &since}
	switch {
	case o == accepted:
		k.suspect = old
		lost.Kind, lost.What = lossOf(old, since, now)
		k.say(lost)
		return k.onAccepted(ctx, granted)
	case o == refused:
		lost.What = "neither the held session is accepted nor a new one"
	case k.held.IsZero() && !k.missed:
		lost.What = "the held session is not accepted, and no new one is granted"
	default:
		k.held, k.proven, k.good = old, proven, since // not now
		return nil
	}
	k.broken = true
	if lost.Kind = NoLonger; !k.resumed {
		lost.Kind = NeverResumes
	}
	k.say(lost)
	return nil
}

// lossOf says what it may mean that a session is no longer accepted and a new one
// is. Where the server gave no lifetime (there is none for session IDs), that
// may be over.
func lossOf(old session.Session, since, now time.Time) (EventKind, string) {
	lost := fmt.Sprintf("the session granted at %s is no longer accepted, a new one is", clock(old.Granted.UTC()))
	between := fmt.Sprintf("between %s and %s", clock(since), clock(now))
	switch {
	case old.ID != "":
		return Forgotten, fmt.Sprintf("%s: its time in the server's cache was over, or the cache was lost or its keys changed, %s", lost, between)
	case old.Lifetime == 0:
		return Forgotten, fmt.Sprintf("%s: its time at the server was over, or keys changed, or the cache was lost, %s", lost, between)
	}
	return KeysChanged, fmt.Sprintf("keys changed, or the cache was lost, %s: %s", between, lost)
}

// swayed reports whether what is held was accepted, refused, and accepted again.
// A new session may just have been stored late, once.
func (k *keeper) swayed() bool {
	if k.proven {
		return true
	}
	k.late++
	return k.late > 1
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
	o, _, err := k.persists(ctx, s, again)
	if o == accepted {
		age := time.Since(s.Granted)
		k.differ(Event{Age: &age, What: "the session that was taken for lost is accepted again: " +
			"the nodes behind this address do not share keys or caches, or had them at different times"})
	}
	return err
}
