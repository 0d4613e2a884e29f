package bench

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench/session"
)

// resuming is a plan of one arm that resumes.
func resuming(policy SessionPolicy, workers int, count int64) Plan {
	arm := NewArm(Coord{"session", "resumed"})
	arm.Want, arm.Engine, arm.Timeout = WantResumed, "fake", time.Second
	arm.Session, arm.Load = policy, Load{Workers: workers}
	arm.TLS = TLS{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13}
	return Plan{Arms: []Arm{arm}, Compare: "session", Rounds: 1, Count: count, Confidence: 0.95}
}

// granting grants one session on every primed connection and, where it says
// so, on measured ones; it resumes what is offered.
func granting(onMeasured int) *fakeEngine {
	return &fakeEngine{outcome: func(_ Arm, offer Offer, _ int64) fakeOutcome {
		switch {
		case offer.Prime:
			return fakeOutcome{takes: time.Millisecond, granted: 1}
		case offer.Session.IsZero():
			return fakeOutcome{takes: time.Millisecond, granted: onMeasured}
		default:
			return fakeOutcome{takes: time.Millisecond, kind: PSK, granted: onMeasured}
		}
	}}
}

func TestPoolRunsDry(t *testing.T) {
	for _, tt := range []struct {
		name    string
		policy  SessionPolicy
		workers int
		want    SessionCounts
		kinds   map[Kind]int64
		dry     bool
	}{
		{"the block ends", SessionPolicy{Policy: session.Once, Scope: session.Shared, Pool: 3}, 2,
			SessionCounts{Primed: 3, Offered: 3, Accepted: 3}, map[Kind]int64{PSK: 3}, true},
		{"each worker has its own pool", SessionPolicy{Policy: session.Once, Scope: session.PerWorker, Pool: 3}, 2,
			SessionCounts{Primed: 6, Offered: 6, Accepted: 6}, map[Kind]int64{PSK: 6}, true},
		{"connections starve", SessionPolicy{Policy: session.Once, Scope: session.Shared, Pool: 3, WhenDry: DryFull}, 1,
			SessionCounts{Primed: 3, Offered: 3, Accepted: 3, Starved: 7}, map[Kind]int64{PSK: 3, Full: 7}, false},
		{"as many as are needed", SessionPolicy{Policy: session.Once, Scope: session.Shared}, 1,
			SessionCounts{Primed: 10, Offered: 10, Accepted: 10}, map[Kind]int64{PSK: 10}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := Driver{Plan: resuming(tt.policy, tt.workers, 10), Engines: []Engine{granting(0)}}
				r, err := d.Run(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				a := r.Arms[0]
				// Workers that fill a pool together may each get the last one.
				if most := tt.want.Primed + int64(tt.workers) - 1; tt.want.Primed <= a.Sessions.Primed && a.Sessions.Primed <= most {
					a.Sessions.Primed = tt.want.Primed
				}
				if a.Sessions != tt.want {
					t.Errorf("sessions %+v, want %+v", a.Sessions, tt.want)
				}
				if len(a.Kinds) != len(tt.kinds) || a.Kinds[PSK] != tt.kinds[PSK] || a.Kinds[Full] != tt.kinds[Full] {
					t.Errorf("kinds %v, want %v", a.Kinds, tt.kinds)
				}
				if got := r.Rounds[0].Blocks[0].Dry; got != tt.dry {
					t.Errorf("dry %t, want %t", got, tt.dry)
				}
			})
		})
	}
}

// A starved connection is granted a session as every full handshake is, which
// the next one offers.
func TestStarvedConnectionsRefillThePool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Driver{
			Plan:    resuming(SessionPolicy{Policy: session.Once, Scope: session.Shared, Pool: 1, WhenDry: DryFull}, 1, 10),
			Engines: []Engine{granting(1)},
		}
		r, err := d.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if s := r.Arms[0].Sessions; s.Starved != 0 || s.Accepted != 10 || s.Received != 10 {
			t.Errorf("sessions %+v", s)
		}
	})
}

func imported(n int) []session.Session {
	all := make([]session.Session, n)
	for i := range all {
		all[i] = session.Session{State: new(tls.ClientSessionState), Version: tls.VersionTLS13}
	}
	return all
}

// With imported sessions nothing is primed, and the first connection is a
// measured one that offers.
func TestImportedSessions(t *testing.T) {
	for _, tt := range []struct {
		policy  session.Policy
		scope   session.Scope
		workers int
		given   int
		rounds  int
		count   int64
		want    SessionCounts
		offered int // different sessions
	}{
		{session.Frozen, session.PerWorker, 1, 3, 2, 10, SessionCounts{Imported: 1, Offered: 10, Accepted: 10}, 1},
		{session.Frozen, session.PerWorker, 2, 3, 1, 80, SessionCounts{Imported: 2, Offered: 80, Accepted: 80}, 2},
		{session.Latest, session.PerWorker, 2, 1, 1, 80, SessionCounts{Imported: 1, Offered: 80, Accepted: 80}, 1},
		{session.Latest, session.Shared, 2, 3, 1, 80, SessionCounts{Imported: 1, Offered: 80, Accepted: 80}, 1},
		{session.Once, session.Shared, 2, 10, 2, 10, SessionCounts{Imported: 10, Offered: 10, Accepted: 10}, 10},
		{session.Once, session.PerWorker, 1, 7, 2, 10, SessionCounts{Imported: 7, Offered: 7, Accepted: 7}, 7},
	} {
		synctest.Test(t, func(t *testing.T) {
			engine := granting(0)
			offered := map[*tls.ClientSessionState]bool{}
			inner := engine.outcome
			engine.outcome = func(arm Arm, offer Offer, n int64) fakeOutcome {
				if offer.Prime {
					t.Errorf("%s: something was primed", tt.policy)
				}
				engine.mu.Lock()
				offered[offer.Session.State] = true
				engine.mu.Unlock()
				return inner(arm, offer, n)
			}
			p := resuming(SessionPolicy{Policy: tt.policy, Scope: tt.scope, Imported: true}, tt.workers, tt.count)
			p.Rounds = tt.rounds
			d := Driver{Plan: p, Engines: []Engine{engine}, Sessions: imported(tt.given)}
			r, err := d.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Arms[0].Sessions; got != tt.want {
				t.Errorf("%s, %s: %+v, want %+v", tt.policy, tt.scope, got, tt.want)
			}
			if len(offered) != tt.offered {
				t.Errorf("%s, %s: %d sessions were offered, want %d", tt.policy, tt.scope, len(offered), tt.offered)
			}
		})
	}
}

// What one arm has spent is no good for another, where each is offered once.
func TestImportedSessionsAreDealt(t *testing.T) {
	for _, tt := range []struct {
		given int
		want  []int // for each arm
	}{{7, []int{4, 3}}, {2, []int{1, 1}}, {1, nil}} {
		synctest.Test(t, func(t *testing.T) {
			engine := granting(0)
			offered := map[*tls.ClientSessionState]int{}
			inner := engine.outcome
			engine.outcome = func(arm Arm, offer Offer, n int64) fakeOutcome {
				engine.mu.Lock()
				offered[offer.Session.State]++
				engine.mu.Unlock()
				return inner(arm, offer, n)
			}
			p := resuming(SessionPolicy{Policy: session.Once, Scope: session.Shared, Imported: true}, 1, 10)
			other := p.Arms[0]
			other.Name, other.Coords = "session=psk", []Coord{{"session", "psk"}}
			p.Arms = append(p.Arms, other)
			d := Driver{Plan: p, Engines: []Engine{engine}, Sessions: imported(tt.given)}
			r, err := d.Run(context.Background())
			if (err == nil) != (tt.want != nil) {
				t.Fatal(err)
			}
			for i, want := range tt.want {
				if got := r.Arms[i].Sessions.Offered; got != int64(want) {
					t.Errorf("%d sessions: arm %d offered %d, want %d", tt.given, i, got, want)
				}
			}
			for _, times := range offered {
				if times != 1 {
					t.Errorf("%d sessions: one was offered %d times", tt.given, times)
				}
			}
		})
	}
}

// longer is a schedule of more rounds than the plan has.
type longer struct{ rounds int }

func (s longer) Next(done []Round) (RoundSpec, bool) {
	return RoundSpec{Turns: []Turn{{}}}, len(done) < s.rounds
}

// A schedule may make more rounds than the sessions of a file were divided among:
// the others have none.
func TestImportedSessionsInMoreRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := resuming(SessionPolicy{Policy: session.Once, Scope: session.Shared, Imported: true}, 1, 40)
		p.Rounds = 2
		d := Driver{
			Plan: p, Engines: []Engine{granting(0)}, Sessions: imported(10),
			Schedule: func(Plan) (Schedule, error) { return longer{5}, nil },
		}
		r, err := d.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.Arms[0].Sessions, (SessionCounts{Imported: 10, Offered: 10, Accepted: 10}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestImportedSessionsThatNoArmTakes(t *testing.T) {
	p := resuming(SessionPolicy{Policy: session.Latest, Scope: session.PerWorker, Imported: true}, 1, 10)
	p.Arms[0].Want = WantTicket
	d := Driver{Plan: p, Engines: []Engine{granting(0)}, Sessions: imported(2)}
	if _, err := d.Run(context.Background()); err == nil {
		t.Error("sessions of another kind were accepted")
	}
	p.Warmup, p.Arms[0].Want = time.Second, WantResumed
	d.Plan = p
	if _, err := d.Run(context.Background()); err == nil {
		t.Error("a warm-up would use imported sessions up")
	}
}

// What one version refuses is no reason to leave the others unmeasured, and
// the order of the arms must not decide what is said.
func TestOneGroupFails(t *testing.T) {
	for seed := range uint64(6) {
		synctest.Test(t, func(t *testing.T) {
			p := resuming(SessionPolicy{Policy: session.Frozen, Scope: session.PerWorker}, 1, 60)
			p.Seed, p.Rounds, p.Arms = seed, 3, nil
			for _, version := range []string{"1.2", "1.3"} {
				for _, want := range []Want{WantFull, WantResumed} {
					arm := resuming(SessionPolicy{Policy: session.Frozen, Scope: session.PerWorker}, 1, 60).Arms[0]
					named := NewArm(Coord{"tls", version}, Coord{"session", string(want)})
					arm.Name, arm.Coords, arm.Want = named.Name, named.Coords, want
					p.Arms = append(p.Arms, arm)
				}
			}
			engine := &fakeEngine{outcome: func(arm Arm, offer Offer, _ int64) fakeOutcome {
				switch {
				case arm.Coord("tls") == "1.3":
					return fakeOutcome{takes: time.Millisecond, class: ClassAlert}
				case offer.Session.IsZero():
					return fakeOutcome{takes: time.Millisecond, granted: 1}
				default:
					return fakeOutcome{takes: time.Millisecond, kind: Ticket}
				}
			}}
			d := Driver{Plan: p, Engines: []Engine{engine}}
			r, err := d.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if r.Ended != Complete || r.Partial {
				t.Errorf("seed %d: ended %s", seed, r.Ended)
			}
			for i := range r.Arms {
				a := &r.Arms[i]
				if ok := strings.HasPrefix(a.Name, "tls=1.2"); ok && a.Completed() != 60 || !ok && a.Completed() != 0 {
					t.Errorf("seed %d: %s completed %d", seed, a.Name, a.Completed())
				}
			}
		})
	}
}

func TestExport(t *testing.T) {
	for _, tt := range []struct {
		policy  session.Policy
		pool    int
		workers int
		want    int
	}{{session.Latest, 0, 3, 3}, {session.Frozen, 0, 1, 1}, {session.Once, 4, 2, 8}} {
		synctest.Test(t, func(t *testing.T) {
			var got []session.Session
			d := Driver{
				Plan:    resuming(SessionPolicy{Policy: tt.policy, Scope: session.PerWorker, Pool: tt.pool, WhenDry: DryFull}, tt.workers, 60),
				Engines: []Engine{granting(0)},
				Export:  func(_ Arm, s []session.Session) { got = append(got, s...) },
			}
			if _, err := d.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			states := map[*tls.ClientSessionState]bool{}
			for _, s := range got {
				states[s.State] = true
			}
			if len(got) != tt.want || len(states) != tt.want {
				t.Errorf("%s: %d sessions, %d different ones, want %d", tt.policy, len(got), len(states), tt.want)
			}
		})
	}
}

// A store keeps what its arm can offer and nothing else.
func TestWorkersKeepOnlyWhatTheirArmOffers(t *testing.T) {
	ticket := session.Session{State: new(tls.ClientSessionState), Version: tls.VersionTLS12}
	id := session.Session{State: new(tls.ClientSessionState), Version: tls.VersionTLS12, ID: "id"}
	psk := session.Session{State: new(tls.ClientSessionState), Version: tls.VersionTLS13}
	for want, kept := range map[Want][]session.Session{
		WantSessionID: {id}, WantTicket: {ticket}, WantPSK: {psk}, WantResumed: {ticket, id, psk},
	} {
		w := &worker{arm: Arm{Want: want}, store: session.NewStore(session.Once, session.PerWorker)}
		if n := w.keep([]session.Session{ticket, id, psk}); n != int64(len(kept)) || !slices.Equal(w.store.All(), kept) {
			t.Errorf("%s: kept %d", want, n)
		}
	}
}
