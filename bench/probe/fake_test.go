package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// fakeEngine makes connections in virtual time to places that behave as a test
// says.
type fakeEngine struct {
	places map[string]*fakePlace

	mu     sync.Mutex
	grants map[*tls.ClientSessionState]*grant
	opened int
}

// fakePlace is an address with one or more nodes behind it.
type fakePlace struct {
	nodes []*fakeNode
	// pick chooses the node of connection n, from 0; nil for nodes[0].
	pick func(n int) int
	// fail may end a connection.
	fail func(n int, arm bench.Arm, offer bench.Offer) *bench.Failure
	// before, where not nil, is called as each connection begins.
	before   func()
	versions []bench.Version // default 1.2 and 1.3
	retry    bool
	cert     int
	dials    int
}

type fakeNode struct {
	key       string // nodes with the same one accept each other's sessions
	grants    map[session.Mechanism]int
	renews    int // granted on a resumption
	singleUse bool
	forgets   bool // never resumes
	abrupt    bool // drops sessions whose connection was closed abruptly
	accepts   time.Duration
	late      time.Duration // it takes so long to store what it grants
	hint      time.Duration
}

type grant struct {
	key       string
	mechanism session.Mechanism
	at        time.Time
	used      bool
	abrupt    bool
	name      string
}

func honest(key string) *fakeNode {
	return &fakeNode{key: key, grants: map[session.Mechanism]int{session.ByTicket: 1, session.ByPSK: 2}, renews: 1, hint: time.Hour}
}

func tardy(late time.Duration) *fakeNode {
	n := honest("x")
	n.late = late
	return n
}

func (e *fakeEngine) Name() string          { return "fake" }
func (e *fakeEngine) Check(bench.Arm) error { return nil }
func (e *fakeEngine) Open(_ context.Context, arm bench.Arm) (bench.Client, error) {
	e.opened++
	return &fakeClient{e, arm}, nil
}

type fakeClient struct {
	*fakeEngine
	arm bench.Arm
}

func (c *fakeClient) Dialer() bench.Dialer { return &fakeDialer{c} }
func (c *fakeClient) Close() error         { c.opened--; return nil }

type fakeDialer struct{ *fakeClient }

func (d *fakeDialer) Close() error { return nil }

func failure(class bench.ErrorClass, phase bench.Phase) *bench.Failure {
	return &bench.Failure{Class: class, Phase: phase, Err: errors.New("as the test said")}
}

func (d *fakeDialer) Dial(_ context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	time.Sleep(time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.places[d.arm.Net.Connect]
	if !ok {
		s.Failure = failure(bench.ClassConnectRefused, bench.Connect)
		return nil, nil
	}
	n := p.dials
	p.dials++
	if p.before != nil {
		p.before()
	}
	if p.fail != nil {
		if s.Failure = p.fail(n, d.arm, offer); s.Failure != nil {
			return nil, nil
		}
	}
	version := p.version(d.arm)
	if version == 0 {
		s.Failure = failure(bench.Alert("protocol_version"), bench.TLSPhase)
		return nil, nil
	}
	node := p.nodes[0]
	if p.pick != nil {
		node = p.nodes[p.pick(n)]
	}
	s.HelloRetry = p.retry
	s.Phases[bench.TLSPhase] = time.Millisecond
	if s.Facts != nil {
		*s.Facts = bench.Facts{Version: version.String(), Key: "ECDSA P-256", CertSize: 900 + p.cert}
	}
	g := d.grants[offer.Session.State]
	s.Offered = g != nil && d.offers(offer.Session, g, version)
	if s.Offered && node.takes(g) {
		g.used = true
		s.Kind = map[session.Mechanism]bench.Kind{
			session.ByID: bench.SessionID, session.ByTicket: bench.Ticket, session.ByPSK: bench.PSK,
		}[g.mechanism]
		return d.grant(node, version, node.renews), nil
	}
	return d.grant(node, version, -1), nil
}

// offers withholds what crypto/tls does.
func (d *fakeDialer) offers(s session.Session, g *grant, v bench.Version) bool {
	if d.arm.Want.Resumes() && !d.arm.Want.Takes(s) || s.Version != uint16(v) {
		return false
	}
	if g.name != d.arm.TLS.ServerName && !d.arm.TLS.Insecure {
		return false
	}
	return s.Version < tls.VersionTLS13 || !s.Expired(time.Now())
}

func (n *fakeNode) takes(g *grant) bool {
	return n.key == g.key && !n.forgets && !(n.singleUse && g.used) && !(n.abrupt && g.abrupt) &&
		(n.accepts == 0 || time.Since(g.at) <= n.accepts) && time.Since(g.at) >= n.late
}

// grant makes sessions of the mechanism that the arm and the version allow; n
// is how many, -1 for a full handshake's.
func (d *fakeDialer) grant(node *fakeNode, v bench.Version, n int) []session.Session {
	mechanism := session.ByPSK
	if v < tls.VersionTLS13 {
		mechanism = session.ByTicket
		if d.arm.Want == bench.WantSessionID {
			mechanism = session.ByID
		}
	}
	if n < 0 {
		n = node.grants[mechanism]
	} else if mechanism == session.ByID {
		n = 0
	}
	var all []session.Session
	for range n {
		s := session.Session{State: new(tls.ClientSessionState), Version: uint16(v), Granted: time.Now(), Lifetime: node.hint}
		if mechanism == session.ByID {
			s.ID, s.Lifetime = "an ID", 0
		}
		d.grants[s.State] = &grant{
			key: node.key, mechanism: mechanism, at: s.Granted,
			abrupt: d.arm.Net.Close == bench.CloseAbrupt, name: d.arm.TLS.ServerName,
		}
		all = append(all, s)
	}
	return all
}

// version is the highest that both have, 0 for none.
func (p *fakePlace) version(arm bench.Arm) (best bench.Version) {
	all := p.versions
	if all == nil {
		all = []bench.Version{tls.VersionTLS12, tls.VersionTLS13}
	}
	for _, v := range all {
		if arm.TLS.MinVersion <= v && v <= arm.TLS.MaxVersion {
			best = max(best, v)
		}
	}
	return best
}

// fakes makes an engine and a plan for the places, which are named a, b, c ….
func fakes(places ...*fakePlace) (*fakeEngine, Plan) {
	e := &fakeEngine{places: map[string]*fakePlace{}, grants: map[*tls.ClientSessionState]*grant{}}
	p := Plan{Seed: 1}
	for i, place := range places {
		name := string(rune('a' + i))
		address := fmt.Sprintf("192.0.2.%d:443", i+1)
		p.Places = append(p.Places, Place{Name: name, Address: address})
		if place != nil {
			e.places[address] = place
		}
	}
	return e, p
}

// probeFakes runs a plan in virtual time.
func probeFakes(t *testing.T, e *fakeEngine, p Plan) (res *Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if res, err = Run(t.Context(), e, nil, p, nil); err != nil {
			t.Fatal(err)
		}
	})
	if e.opened != 0 {
		t.Errorf("%d clients were not closed", e.opened)
	}
	return res
}

func found(t *testing.T, res *Result, place int, m session.Mechanism) MechanismResult {
	t.Helper()
	got, ok := res.Places[place].Mechanism(m)
	if !ok {
		t.Fatalf("%s was not asked for %s", res.Places[place].Name, m)
	}
	return got
}
