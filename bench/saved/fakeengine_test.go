package saved_test

import (
	"context"
	"crypto/tls"
	"errors"
	"sync/atomic"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

const ms = time.Millisecond

// fakeEngine makes connections that take virtual time and end as a test says.
type fakeEngine struct {
	// outcome decides an attempt; n counts the arm's attempts from 0, primed
	// ones apart.
	outcome func(arm bench.Arm, offer bench.Offer, n int64) fakeOutcome
	primes  atomic.Int64
}

type fakeOutcome struct {
	takes   time.Duration
	kind    bench.Kind
	class   bench.ErrorClass // of a failure, "" for success
	granted int
}

func (e *fakeEngine) Name() string          { return "fake" }
func (e *fakeEngine) Check(bench.Arm) error { return nil }
func (e *fakeEngine) Open(_ context.Context, arm bench.Arm) (bench.Client, error) {
	return &fakeClient{fakeEngine: e, arm: arm}, nil
}

type fakeClient struct {
	*fakeEngine
	arm bench.Arm
	n   atomic.Int64
}

func (c *fakeClient) Dialer() bench.Dialer { return c }
func (c *fakeClient) Close() error         { return nil }

func (c *fakeClient) Dial(_ context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	attempts := &c.n
	if offer.Prime {
		attempts = &c.primes
	}
	o := c.outcome(c.arm, offer, attempts.Add(1)-1)
	time.Sleep(o.takes)
	if o.class != "" {
		s.Failure = &bench.Failure{Class: o.class, Phase: bench.Connect, Err: errors.New("as the test said")}
		return nil, nil
	}
	s.Kind, s.Offered = o.kind, !offer.Session.IsZero()
	s.Phases[bench.Connect], s.Phases[bench.TLSPhase], s.Phases[bench.Total] = 0, o.takes, o.takes
	s.BytesIn, s.BytesOut, s.RoundTrips = 1000, 500, 2
	if s.Facts != nil {
		s.Facts.Version = "1.3"
	}
	return granted(o.granted), nil
}

func granted(n int) []session.Session {
	all := make([]session.Session, n)
	for i := range all {
		all[i] = session.Session{State: new(tls.ClientSessionState)}
	}
	return all
}

// honest grants one session to each connection and resumes what is offered.
func honest(full, resumed time.Duration) func(bench.Arm, bench.Offer, int64) fakeOutcome {
	return func(_ bench.Arm, offer bench.Offer, _ int64) fakeOutcome {
		o := fakeOutcome{takes: full, granted: 1}
		if !offer.Session.IsZero() {
			o.takes, o.kind = resumed, bench.PSK
		}
		return o
	}
}

// testPlan is full against resumed.
func testPlan(change func(*bench.Plan)) bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Duration: 5 * time.Second, Seed: 1, Confidence: 0.95}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want, arm.Engine, arm.Timeout = want, "fake", 10*time.Second
		arm.Load.Workers = 1
		if want == bench.WantResumed {
			arm.Session = bench.SessionPolicy{Policy: session.Latest, Scope: session.PerWorker}
		}
		p.Arms = append(p.Arms, arm)
	}
	if change != nil {
		change(&p)
	}
	return p
}
