package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// errStopped ends a probe whose context is done.
var errStopped = errors.New("the probe was interrupted")

// route is everything in which the probe's connections differ.
type route struct {
	place   int
	want    bench.Want
	version bench.Version
	abrupt  bool
	// insecure leaves the certificate unverified, also the one in the session
	// that is offered: crypto/tls withholds a session whose certificate is not
	// for the server name.
	insecure bool
}

// connector makes connections and keeps what was opened for them.
type connector struct {
	engine   bench.Engine
	plan     Plan
	clients  map[route]bench.Client
	stations []station
}

// station is what the connections to one place met.
type station struct {
	inRow   int // failures that say that the place itself is gone
	stopped *bench.Failure
}

// patience is how often in a row a place may fail to answer before it is left
// alone. Else each of hundreds of attempts would wait for its timeout.
const patience = 3

func newConnector(engine bench.Engine, plan Plan) *connector {
	return &connector{
		engine: engine, plan: plan, clients: map[route]bench.Client{},
		stations: make([]station, len(plan.Places)),
	}
}

// close gives back everything. What cannot be closed is of no more use.
func (c *connector) close() {
	for _, client := range c.clients {
		_ = client.Close()
	}
}

// arm is the template on a route.
func (c *connector) arm(r route) bench.Arm {
	arm := c.plan.Template
	place := c.plan.Places[r.place]
	arm.Target = c.plan.Target
	arm.Engine = c.engine.Name()
	arm.HTTP = bench.HTTP{}
	arm.Want = r.want
	arm.TLS.MinVersion, arm.TLS.MaxVersion = r.version, r.version
	if lowest, _ := bench.WantPSK.Versions(); r.version >= lowest {
		arm.TLS.Ciphers = nil // Go fixes those of TLS 1.3
	}
	if place.ServerName != "" {
		arm.TLS.ServerName = place.ServerName
	}
	arm.TLS.Insecure = arm.TLS.Insecure || r.insecure
	arm.Net.Connect, arm.Net.ResolveEach = place.Address, false
	arm.Net.Close = bench.CloseGraceful // some servers drop handshakes whose client resets
	if r.abrupt {
		arm.Net.Close = bench.CloseAbrupt
	}
	arm.Session = bench.SessionPolicy{}
	return arm
}

func (c *connector) client(ctx context.Context, r route) (bench.Client, error) {
	if client, ok := c.clients[r]; ok {
		return client, nil
	}
	arm := c.arm(r)
	if err := c.engine.Check(arm); err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	client, err := c.engine.Open(ctx, arm)
	if err != nil {
		return nil, fmt.Errorf("probe %s: %w", c.plan.Places[r.place].Address, err)
	}
	c.clients[r] = client
	return client, nil
}

// dial makes one connection. An error means that the probe cannot go on; a
// failed attempt is in the sample.
func (c *connector) dial(ctx context.Context, r route, offer bench.Offer, facts *bench.Facts) (bench.Sample, []session.Session, error) {
	var s bench.Sample
	s.Reset()
	s.Facts = facts
	if ctx.Err() != nil {
		return s, nil, errStopped
	}
	if stopped := c.stations[r.place].stopped; stopped != nil {
		s.Failure = stopped
		return s, nil, nil
	}
	client, err := c.client(ctx, r)
	if err != nil {
		return s, nil, err
	}
	dialer := client.Dialer()
	// Attempts in flight are finished, so that a cancelled context is not
	// taken for a server's failure.
	granted, err := dialer.Dial(context.WithoutCancel(ctx), offer, &s)
	own := append([]session.Session(nil), granted...)
	if closeErr := dialer.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	if err != nil {
		return s, nil, fmt.Errorf("probe %s: %w", c.plan.Places[r.place].Address, err)
	}
	c.stations[r.place].note(s.Failure, offer)
	return s, own, nil
}

// note counts the failures that say that the place is gone: no connection, or
// no handshake where a full one worked before. Where the version is still in
// question, or a session is offered, it may be that which the place minds.
func (s *station) note(f *bench.Failure, offer bench.Offer) {
	if f == nil {
		s.inRow = 0
		return
	}
	if f.Phase >= bench.TLSPhase && (!offer.Prime || !offer.Session.IsZero()) {
		return
	}
	if s.inRow++; s.inRow >= patience && s.stopped == nil {
		s.stopped = f
	}
}

// gone reports whether a place is not asked any more.
func (c *connector) gone(place int) bool { return c.stations[place].stopped != nil }

// mint makes a full handshake on a route and returns the sessions of the
// wanted mechanism, oldest first, or why it failed. all waits for every ticket
// of TLS 1.3, which takes some 200 ms.
func (c *connector) mint(ctx context.Context, r route, all bool) ([]session.Session, *bench.Failure, error) {
	s, granted, err := c.dial(ctx, r, bench.Offer{Prime: true, AllTickets: all}, nil)
	if err != nil || s.Failure != nil {
		return nil, s.Failure, err
	}
	return r.takes(granted), nil, nil
}

func (r route) takes(granted []session.Session) []session.Session {
	var own []session.Session
	for _, g := range granted {
		if r.want.Takes(g) {
			own = append(own, g)
		}
	}
	return own
}

// offer makes a connection that offers a session, and says what came of it.
func (c *connector) offer(ctx context.Context, r route, one session.Session) (outcome, *bench.Failure, error) {
	o, f, _, err := c.offerWith(ctx, r, bench.Offer{Session: one})
	return o, f, err
}

// offerWith is offer with the sessions that were granted on the connection.
func (c *connector) offerWith(ctx context.Context, r route, offer bench.Offer) (outcome, *bench.Failure, []session.Session, error) {
	if c.gone(r.place) {
		return skipped, c.stations[r.place].stopped, nil, nil
	}
	if !settle(ctx, offer.Session) {
		return failed, nil, nil, errStopped
	}
	s, granted, err := c.dial(ctx, r, offer, nil)
	if err != nil {
		return failed, nil, nil, err
	}
	return judge(s), s.Failure, r.takes(granted), nil
}

// settling is how long a server is given to store a session, and to notice that
// the connection ended that granted it, before that is offered: one worker of
// nginx may be asked for it before another has stored it, 2 ms later.
const settling = 100 * time.Millisecond

// settle waits until a session has settled, false where ctx ended first.
func settle(ctx context.Context, s session.Session) bool {
	return sleep(ctx, time.Until(s.Granted.Add(settling)))
}

// judge is the one place that says what a sample proves.
func judge(s bench.Sample) outcome {
	switch {
	case s.Failure != nil:
		return failed
	case !s.Offered:
		return withheld
	case s.Kind.Resumed():
		return accepted
	default:
		return refused
	}
}
