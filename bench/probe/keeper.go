package probe

import (
	"context"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// keeper holds one place's session of one mechanism during a watch.
type keeper struct {
	*post
	at        route
	mechanism session.Mechanism
	ready     bool // how sessions may be used is known
	idle      bool // none is granted: there is nothing to watch
	differs   bool // nodes were seen to differ, and that was told
	broken    bool // nothing resumes, and that was told
	failing   bool // offers fail, and that was told
	missed    bool // the last try to get one failed
	resumed   bool // any was ever accepted
	proven    bool // what is held was accepted before
	late      int  // how often it was not, and was refused before it was accepted
	held      session.Session
	good      time.Time // when it was last accepted, or granted
	// suspect is a session that was refused while a new one was not. If it is
	// accepted once more, nodes differ and no keys were changed.
	suspect session.Session
	// refusedAt is when what is held was refused, until that is followed up.
	refusedAt *time.Time
}

// tick offers what is held.
func (k *keeper) tick(ctx context.Context) error {
	if !k.ready {
		return k.prepare(ctx)
	}
	if k.idle {
		return nil
	}
	if err := k.acquit(ctx); err != nil {
		return err
	}
	if k.held.IsZero() || k.broken {
		return k.revive(ctx)
	}
	age := time.Since(k.held.Granted)
	if k.held.Expired(time.Now()) {
		why := overBy(k.held, time.Now())
		if why == "" {
			why = "its lifetime of " + k.held.Lifetime.String() + " is over"
		}
		k.say(Event{Kind: Expired, Age: &age, What: why + "; a new one is taken"})
		return k.renew(ctx)
	}
	o, f, granted, err := k.offered(ctx)
	if err != nil {
		return err
	}
	if o != failed {
		k.failing = false
	}
	switch o {
	case accepted:
		return k.onAccepted(ctx, granted)
	case refused:
		k.doubt()
		return nil
	case withheld:
		k.say(Event{Kind: Expired, Age: &age, What: "the client does not offer it any more; a new one is taken"})
		return k.renew(ctx)
	default:
		if !k.failing && f != nil {
			k.failing = true
			k.say(Event{Kind: OfferFailed, Age: &age, What: "the connection that offered it failed: " + f.Note().String()})
		}
		return nil
	}
}

func (k *keeper) count() *WatchMechanism {
	for i, m := range k.res.Places[k.place].Mechanisms {
		if m.Mechanism == k.mechanism {
			return &k.res.Places[k.place].Mechanisms[i]
		}
	}
	panic("a keeper that is not counted")
}

func (k *keeper) say(e Event) {
	e.Place, e.Mechanism = k.place, k.mechanism
	k.tell(e)
}

// offered offers what is held, and counts what came of it.
func (k *keeper) offered(ctx context.Context) (outcome, *bench.Failure, []session.Session, error) {
	o, f, granted, err := k.try(ctx, k.held)
	if err != nil {
		return o, f, granted, err
	}
	count := k.count()
	count.Offers++
	switch o {
	case accepted:
		count.Accepted++
	case refused:
		count.Refused++
	case withheld:
		count.Withheld++
	default:
		count.Failed++
	}
	return o, f, granted, nil
}

// prepare finds out how sessions may be used here, and takes the first.
func (k *keeper) prepare(ctx context.Context) error {
	m := newMechanism(k.mechanism, k.at.version, nil)
	if err := k.testUses(ctx, k.at, &m); err != nil {
		return err
	}
	if m.Granted == nil {
		return nil // failures: next time
	}
	k.ready, k.idle, k.resumed = true, !m.AnyGranted(), m.Reuse.Accepted > 0
	k.count().Uses = m.Uses
	switch m.Uses {
	case NodesDiffer:
		k.differs = true
		k.say(Event{Kind: DifferingNodes, What: m.Reuse.Why})
	case NeverUsed:
		k.broken = true
		k.say(Event{Kind: NeverResumes, What: "sessions are granted, but none is resumed: " + m.Reuse.score()})
	}
	if k.idle || k.broken {
		return nil
	}
	return k.renew(ctx)
}

// renew takes a new session.
func (k *keeper) renew(ctx context.Context) error {
	sessions, f, err := k.mint(ctx, k.at, false)
	if err != nil {
		return err
	}
	k.missed = f != nil
	k.hold(session.Session{})
	if len(sessions) > 0 {
		k.hold(sessions[0])
		k.good = time.Now()
	}
	return nil
}

func (k *keeper) hold(s session.Session) { k.held, k.proven = s, false }

// try offers a session, and takes what comes back where sessions are for one
// use.
func (k *keeper) try(ctx context.Context, s session.Session) (outcome, *bench.Failure, []session.Session, error) {
	renews := k.count().Uses == SingleUse && k.mechanism != session.ByID
	return k.offerWith(ctx, k.at, bench.Offer{Session: s, Prime: renews})
}

// doubt has a refusal followed up when all else has been offered.
func (k *keeper) doubt() {
	now := time.Now().UTC()
	k.refusedAt = &now
}

// onAccepted keeps the session, or what replaces it.
func (k *keeper) onAccepted(ctx context.Context, granted []session.Session) error {
	k.good, k.resumed, k.proven = time.Now(), true, true
	if k.count().Uses != SingleUse {
		return nil
	}
	if len(granted) > 0 {
		k.hold(granted[0])
		return nil
	}
	return k.renew(ctx)
}

// revive looks whether new sessions are accepted again.
func (k *keeper) revive(ctx context.Context) error {
	if err := k.renew(ctx); err != nil {
		return err
	}
	if k.held.IsZero() {
		if !k.broken && !k.missed {
			k.broken = true
			k.say(Event{Kind: NoLonger, What: "it grants no session any more"})
		}
		return nil
	}
	o, _, granted, err := k.offered(ctx)
	if err != nil {
		return err
	}
	if o != accepted {
		if o == refused && !k.broken {
			k.doubt()
		}
		return nil
	}
	if k.broken {
		k.broken = false
		k.say(Event{Kind: ResumesAgain, What: "new sessions are accepted"})
	}
	return k.onAccepted(ctx, granted)
}
