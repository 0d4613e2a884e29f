package bench

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench/session"
)

// fakeEngine makes connections that take virtual time and end as a test says.
type fakeEngine struct {
	// outcome decides an attempt; n counts the arm's attempts from 0, primed
	// ones apart.
	outcome func(arm Arm, offer Offer, n int64) fakeOutcome

	mu     sync.Mutex
	begun  []time.Time // of measured attempts
	primes atomic.Int64
	open   atomic.Int64
	closed atomic.Int64
}

type fakeOutcome struct {
	takes   time.Duration
	kind    Kind
	class   ErrorClass // of a failure, "" for success
	fatal   error
	granted int
}

func (e *fakeEngine) Name() string    { return "fake" }
func (e *fakeEngine) Check(Arm) error { return nil }
func (e *fakeEngine) Open(_ context.Context, arm Arm) (Client, error) {
	return &fakeClient{fakeEngine: e, arm: arm}, nil
}

type fakeClient struct {
	*fakeEngine
	arm Arm
	n   atomic.Int64
}

func (c *fakeClient) Dialer() Dialer {
	c.open.Add(1)
	return &fakeDialer{c}
}
func (c *fakeClient) Close() error { return nil }

type fakeDialer struct{ *fakeClient }

func (d *fakeDialer) Close() error {
	d.closed.Add(1)
	return nil
}

func (d *fakeDialer) Dial(_ context.Context, offer Offer, s *Sample) ([]session.Session, error) {
	var n int64
	if offer.Prime {
		n = d.primes.Add(1) - 1
	} else {
		n = d.n.Add(1) - 1
		d.mu.Lock()
		d.begun = append(d.begun, time.Now())
		d.mu.Unlock()
	}
	o := d.outcome(d.arm, offer, n)
	time.Sleep(o.takes)
	if o.fatal != nil {
		return nil, o.fatal
	}
	if o.class != "" {
		s.Failure = &Failure{Class: o.class, Phase: Connect, Err: errors.New("as the test said")}
		return nil, nil
	}
	s.Kind = o.kind
	s.Offered = !offer.Session.IsZero()
	s.Phases[Connect], s.Phases[TLSPhase], s.Phases[Total] = 0, o.takes, o.takes
	s.BytesIn, s.BytesOut, s.RoundTrips = 1000, 500, 2
	if s.Facts != nil {
		s.Facts.Version = "1.3"
	}
	granted := make([]session.Session, o.granted)
	for i := range granted {
		granted[i] = session.Session{State: new(tls.ClientSessionState)}
	}
	return granted, nil
}

// honest grants one session to each connection and resumes what is offered.
func honest(full, resumed time.Duration) func(Arm, Offer, int64) fakeOutcome {
	return func(_ Arm, offer Offer, _ int64) fakeOutcome {
		o := fakeOutcome{takes: full, granted: 1}
		if !offer.Session.IsZero() {
			o.takes, o.kind = resumed, PSK
		}
		return o
	}
}

// testPlan is full against resumed.
func testPlan(change func(*Plan)) Plan {
	p := Plan{Compare: "session", Rounds: 10, Duration: 5 * time.Second, Seed: 1, Confidence: 0.95}
	for _, want := range []Want{WantFull, WantResumed} {
		arm := NewArm(Coord{"session", string(want)})
		arm.Want, arm.Engine, arm.Timeout = want, "fake", 10*time.Second
		arm.Load.Workers = 1
		if want == WantResumed {
			arm.Session = SessionPolicy{Policy: session.Latest, Scope: session.PerWorker}
		}
		p.Arms = append(p.Arms, arm)
	}
	if change != nil {
		change(&p)
	}
	return p
}

func mustRun(t *testing.T, ctx context.Context, e *fakeEngine, p Plan) *Result {
	t.Helper()
	r, err := (&Driver{Plan: p, Engines: []Engine{e}}).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func warned(r *Result, code WarningCode) bool {
	for _, w := range r.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}
