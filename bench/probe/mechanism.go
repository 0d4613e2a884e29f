package probe

import (
	"context"
	"sync"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// allMechanisms makes the tests of one place after the other.
func (r *run) allMechanisms(ctx context.Context) error {
	return r.each(ctx, func(place int, m *MechanismResult) error {
		at := route{place: place, want: bench.Want(m.Mechanism), version: m.Version}
		r.say("%s: %s in TLS %s", r.name(place), m.Mechanism, m.Version)
		if err := r.testUses(ctx, at, m); err != nil {
			return err
		}
		if !m.AnyGranted() {
			none := notTested("no session was granted")
			if m.Granted == nil {
				none = notTested("no full handshake completed that could grant one")
			}
			m.FirstUse, m.Reuse, m.Simultaneous, m.Abrupt = none, none, none, none
			return nil
		}
		if err := r.offerDue(ctx); err != nil {
			return err
		}
		if err := r.testSimultaneous(ctx, at, m); err != nil {
			return err
		}
		return r.testAbrupt(ctx, at, m)
	})
}

// granted is mint with the counts kept.
func (r *run) granted(ctx context.Context, at route, m *MechanismResult, all bool) ([]session.Session, error) {
	if r.gone(at.place) {
		m.Failure = r.stations[at.place].stopped.Note()
		return nil, nil
	}
	sessions, f, err := r.mint(ctx, at, all)
	if err != nil {
		return nil, err
	}
	if f != nil {
		m.Failure = f.Note()
		return nil, nil
	}
	if all || m.Mechanism != session.ByPSK || len(sessions) == 0 {
		m.Granted = m.Granted.add(len(sessions))
	}
	for _, s := range sessions {
		if size := s.TicketSize(); size > 0 && (m.TicketBytes == nil || size > *m.TicketBytes) {
			m.TicketBytes = &size
		}
		if hint := s.Lifetime; hint > 0 && (m.Lifetime == nil || hint < *m.Lifetime) {
			m.Lifetime = &hint
		}
	}
	return sessions, nil
}

// use offers a session once. Where tickets that come with the resumption are
// to be counted, they are waited for. crypto/tls offers no session ID on a
// connection that is primed for one, and none is granted on a resumption.
func (r *run) use(ctx context.Context, at route, m *MechanismResult, s session.Session, count bool) (outcome, error) {
	count = count && m.Mechanism != session.ByID
	o, f, granted, err := r.offerWith(ctx, at, bench.Offer{Session: s, Prime: count, AllTickets: count})
	if f != nil {
		m.Failure = f.Note()
	}
	if count && o == accepted {
		m.PerResumption = m.PerResumption.add(len(granted))
	}
	return o, err
}

// testSimultaneous offers one session on several connections that begin
// together.
func (r *run) testSimultaneous(ctx context.Context, at route, m *MechanismResult) error {
	sessions, err := r.granted(ctx, at, m, false)
	if err != nil {
		return err
	}
	if len(sessions) == 0 {
		m.Simultaneous = notTested("no session was granted for it")
		return nil
	}
	s, err := r.together(ctx, at, sessions[0], r.plan.Simultaneous)
	if err != nil {
		return err
	}
	m.Simultaneous = simultaneous(s, m.Uses)
	return nil
}

// together offers a session on n connections at the same time.
func (c *connector) together(ctx context.Context, at route, one session.Session, n int) (series, error) {
	if !settle(ctx, one) {
		return nil, errStopped
	}
	client, err := c.client(ctx, at)
	if err != nil {
		return nil, err
	}
	outcomes, errs := make(series, n), make([]error, n)
	barrier := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			dialer := client.Dialer()
			var s bench.Sample
			s.Reset()
			<-barrier
			_, errs[i] = dialer.Dial(context.WithoutCancel(ctx), bench.Offer{Session: one}, &s)
			outcomes[i] = judge(s)
			if err := dialer.Close(); errs[i] == nil {
				errs[i] = err
			}
		})
	}
	close(barrier)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// testAbrupt offers sessions whose connection ended without a close_notify.
// RFC 2246 section 7.2.1 had servers drop such sessions, and OpenSSL still
// removes them from its cache.
func (r *run) testAbrupt(ctx context.Context, at route, m *MechanismResult) error {
	abrupt := at
	abrupt.abrupt = true
	var minted []session.Session
	for range r.plan.Repeats {
		sessions, err := r.granted(ctx, abrupt, m, false)
		if err != nil {
			return err
		}
		if len(sessions) > 0 {
			minted = append(minted, sessions[0])
		}
	}
	var all []series
	for _, s := range minted {
		o, err := r.use(ctx, at, m, s, false)
		if err != nil {
			return err
		}
		all = append(all, series{o})
	}
	m.Abrupt = lost(compared(tally(all...), m))
	return nil
}
