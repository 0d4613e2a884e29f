package probe

import (
	"context"
	"crypto/tls"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// aging is one session that waits for its age.
type aging struct {
	at      route
	m       *MechanismResult
	finding *AgeFinding
	session session.Session
	due     time.Time
	offers  series // nil until it was offered
}

// mintAges gets a session for each age, before everything else, so that they
// grow old meanwhile.
func (r *run) mintAges(ctx context.Context) error {
	if len(r.plan.Ages) == 0 {
		return nil
	}
	return r.each(ctx, func(place int, m *MechanismResult) error {
		r.say("%s: %s to be offered later", r.name(place), m.Mechanism)
		at := route{place: place, want: bench.Want(m.Mechanism), version: m.Version}
		for i := range m.Ages {
			sessions, err := r.granted(ctx, at, m, false)
			if err != nil {
				return err
			}
			a := &m.Ages[i]
			if len(sessions) == 0 {
				a.Finding = notTested("no session was granted for it")
				if m.Granted != nil && m.Granted.Max == 0 {
					break // the others are like it
				}
				continue
			}
			s := sessions[0]
			due := s.Granted.Add(a.Age)
			if why := overBy(s, due); why != "" {
				a.Finding, a.Over = notTested("%s", why), true
				continue
			}
			r.aging = append(r.aging, &aging{at: at, m: m, finding: a, session: s, due: due})
		}
		return nil
	})
}

// overBy says why a client would not offer a session at that time: crypto/tls
// withholds those of TLS 1.3 that are over, and all whose certificate is.
func overBy(s session.Session, at time.Time) string {
	end := s.Granted.Add(s.Lifetime)
	switch {
	case s.Version >= tls.VersionTLS13 && s.Lifetime > 0 && at.After(end):
		return "not offered: its lifetime of " + brief(s.Lifetime) + " is over by then"
	case !s.NotAfter.IsZero() && at.After(s.NotAfter):
		return "not offered: the certificate in it is over by then"
	}
	return ""
}

// offerDue offers every session that has come of age.
func (r *run) offerDue(ctx context.Context) error {
	for _, a := range r.aging {
		if a.offers != nil || time.Now().Before(a.due) {
			continue
		}
		if !settle(ctx, a.session) {
			return errStopped
		}
		age := time.Since(a.session.Granted)
		o, f, err := r.offer(ctx, a.at, a.session)
		if err != nil {
			return err
		}
		if f != nil {
			a.m.Failure = f.Note()
		}
		if o == accepted || o == refused {
			a.finding.Actual = &age
		}
		a.offers = series{o}
	}
	return nil
}

// lastAges waits for what has not come of age yet.
func (r *run) lastAges(ctx context.Context) error {
	waiting := slices.Clone(r.aging)
	slices.SortFunc(waiting, func(a, b *aging) int { return a.due.Compare(b.due) })
	for _, a := range waiting {
		if wait := time.Until(a.due); a.offers == nil && wait > 0 {
			r.say("%s until a session is %s old", wait.Round(time.Second), brief(a.finding.Age))
			if !sleep(ctx, wait) {
				return errStopped
			}
		}
		if err := r.offerDue(ctx); err != nil {
			return err
		}
	}
	return nil
}

// judgeAges compares with fresh sessions, about which all is known at the end.
func (r *run) judgeAges() {
	for _, a := range r.aging {
		if a.offers == nil {
			a.finding.Finding = notTested("the probe ended before")
			continue
		}
		f := tally(a.offers)
		if f.Withheld > 0 {
			f.Why = "not offered by the client"
			if why := overBy(a.session, time.Now()); why != "" {
				f.Why, a.finding.Over = why, true
			}
		}
		a.finding.Finding = compared(f, a.m)
	}
}
