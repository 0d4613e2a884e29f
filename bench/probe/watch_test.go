package probe

import (
	"context"
	"crypto/tls"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// watchFakes watches TLS 1.3 in virtual time, a tick every 10 s for 5 minutes.
func watchFakes(t *testing.T, e *fakeEngine, p Plan, begin func(time.Time)) (res *WatchResult) {
	t.Helper()
	if p.Versions == nil {
		p.Versions = []bench.Version{tls.VersionTLS13}
	}
	synctest.Test(t, func(t *testing.T) {
		if begin != nil {
			begin(time.Now())
		}
		told := 0
		var err error
		res, err = Watch(t.Context(), e, p, 10*time.Second, 5*time.Minute, func(Event) { told++ })
		if err != nil {
			t.Fatal(err)
		}
		if told != len(res.Events) {
			t.Errorf("%d events told, %d saved", told, len(res.Events))
		}
	})
	if e.opened != 0 {
		t.Errorf("%d clients were not closed", e.opened)
	}
	if res.Ticks != 31 || res.Partial {
		t.Errorf("%d ticks, partial %v", res.Ticks, res.Partial)
	}
	for _, event := range res.Events {
		t.Logf("%v %s %s: %s", event.After, event.Name, event.Kind, event.What)
	}
	return res
}

func kinds(res *WatchResult) string {
	var all []string
	for _, e := range res.Events {
		all = append(all, string(e.Kind))
	}
	return strings.Join(all, " ")
}

func TestWatch(t *testing.T) {
	var began time.Time
	after := func(d time.Duration) bool { return time.Since(began) > d }
	for name, c := range map[string]struct {
		node   *fakeNode
		place  func(*fakePlace)
		events string
		// accepted and refused are those of the offers at the 30 ticks.
		accepted, refused int
	}{
		"steady": {node: honest("x"), accepted: 30},
		"rotation": {node: honest("x"), place: func(p *fakePlace) {
			p.before = func() {
				if after(95 * time.Second) {
					p.nodes[0].key = "y"
				}
			}
		}, events: "keys-changed", accepted: 29, refused: 1},
		"two rotations": {node: honest("x"), place: func(p *fakePlace) {
			p.before = func() {
				if after(95 * time.Second) {
					p.nodes[0].key = "y"
				}
				if after(195 * time.Second) {
					p.nodes[0].key = "z"
				}
			}
		}, events: "keys-changed keys-changed", accepted: 28, refused: 2},
		"stored late":                {node: tardy(2 * settling), accepted: 30},
		"single use":                 {node: &fakeNode{key: "x", grants: honest("").grants, renews: 1, singleUse: true}, accepted: 30},
		"single use without renewal": {node: &fakeNode{key: "x", grants: honest("").grants, singleUse: true}, accepted: 30},
		"never":                      {node: &fakeNode{key: "x", grants: honest("").grants, forgets: true}, events: "never-resumes", refused: 30},
		"nothing":                    {node: &fakeNode{key: "x"}},
		"for a while": {node: honest("x"), place: func(p *fakePlace) {
			p.before = func() { p.nodes[0].forgets = after(95*time.Second) && !after(195*time.Second) }
		}, events: "no-longer-resumes resumes-again", accepted: 20, refused: 10},
		"expired": {node: &fakeNode{key: "x", grants: honest("").grants, hint: 2 * time.Minute},
			events: "expired expired", accepted: 28},
		"down": {node: honest("x"), place: func(p *fakePlace) {
			p.fail = func(int, bench.Arm, bench.Offer) *bench.Failure {
				if after(95*time.Second) && !after(195*time.Second) {
					return failure(bench.ClassConnectRefused, bench.Connect)
				}
				return nil
			}
		}, events: "down up", accepted: 20},
		"down at first": {node: honest("x"), place: func(p *fakePlace) {
			p.fail = func(int, bench.Arm, bench.Offer) *bench.Failure {
				if !after(95 * time.Second) {
					return failure(bench.ClassConnectRefused, bench.Connect)
				}
				return nil
			}
		}, events: "down up", accepted: 20},
		"restarted": {node: honest("x"), place: func(p *fakePlace) {
			p.fail = func(int, bench.Arm, bench.Offer) *bench.Failure {
				if after(95*time.Second) && !after(105*time.Second) {
					p.nodes[0].key = "y"
					return failure(bench.ClassConnectRefused, bench.Connect)
				}
				return nil
			}
		}, events: "down up keys-changed", accepted: 28, refused: 1},
		"lost while it fails": {node: honest("x"), place: func(p *fakePlace) {
			p.fail = func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
				if after(95 * time.Second) {
					p.nodes[0].key = "y"
				}
				// After the first refusal nothing but full handshakes work for a while.
				if after(100500*time.Millisecond) && !after(105*time.Second) && offer.Prime {
					return failure(bench.ClassReset, bench.TLSPhase)
				}
				return nil
			}
		}, events: "keys-changed", accepted: 28, refused: 2},
		"grants no more": {node: honest("x"), place: func(p *fakePlace) {
			p.before = func() {
				if after(95 * time.Second) {
					p.nodes[0].key = "y"
					p.nodes[0].grants = nil
				}
			}
		}, events: "no-longer-resumes", accepted: 9, refused: 1},
		"certificate": {node: honest("x"), place: func(p *fakePlace) {
			p.before = func() {
				if after(95 * time.Second) {
					p.cert = 5
				}
			}
		}, events: "certificate-changed", accepted: 30},
		"offers fail": {node: honest("x"), place: func(p *fakePlace) {
			p.fail = func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
				if after(95*time.Second) && !after(125*time.Second) && !offer.Session.IsZero() {
					return failure(bench.ClassReset, bench.TLSPhase)
				}
				return nil
			}
		}, events: "offer-failed", accepted: 27},
	} {
		t.Run(name, func(t *testing.T) {
			place := &fakePlace{nodes: []*fakeNode{c.node}}
			if c.place != nil {
				c.place(place)
			}
			e, p := fakes(place)
			res := watchFakes(t, e, p, func(now time.Time) { began = now })
			if got := kinds(res); got != c.events {
				t.Errorf("events %q, want %q", got, c.events)
			}
			m := res.Places[0].Mechanisms[0]
			if m.Accepted != c.accepted || m.Refused != c.refused {
				t.Errorf("%d accepted and %d refused, want %d and %d", m.Accepted, m.Refused, c.accepted, c.refused)
			}
		})
	}
}

func TestWatchTellsWhen(t *testing.T) {
	var began time.Time
	place := &fakePlace{nodes: []*fakeNode{honest("x")}}
	place.before = func() {
		if time.Since(began) > 95*time.Second {
			place.nodes[0].key = "y"
		}
	}
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("z")}}, place)
	res := watchFakes(t, e, p, func(now time.Time) { began = now })
	if len(res.Events) != 1 {
		t.Fatalf("%+v", res.Events)
	}
	got := res.Events[0]
	if got.Place != 1 || got.Name != "b" || got.Mechanism != session.ByPSK {
		t.Errorf("%+v", got)
	}
	if from, to := got.Since.Sub(began), got.Time.Sub(began); from > 95*time.Second || from < 90*time.Second || to < 95*time.Second || to > 101*time.Second {
		t.Errorf("between %v and %v", from, to)
	}
	if *got.Age < 99*time.Second || *got.Age > 101*time.Second {
		t.Errorf("age %v", *got.Age)
	}
}

// Nodes that differ are no rotation, however they take turns.
func TestWatchDifferingNodes(t *testing.T) {
	two := []*fakeNode{honest("x"), honest("y")}
	for name, pick := range map[string]func(int) int{
		"from the start": func(n int) int { return n % 2 },
		"later":          func(n int) int { return n % 2 * min(1, n/40) },
		"long turns":     func(n int) int { return n / 60 % 2 },
	} {
		t.Run(name, func(t *testing.T) {
			e, p := fakes(&fakePlace{nodes: two, pick: pick})
			res := watchFakes(t, e, p, nil)
			got := kinds(res)
			if name == "long turns" {
				// What looks like a rotation at first may be taken back only
				// if the old session is accepted again.
				if !strings.HasPrefix(got, "keys-changed") {
					t.Errorf("events %q", got)
				}
			} else if got != "nodes-differ" {
				t.Errorf("events %q", got)
			}
		})
	}
}

func TestWatchTakesBack(t *testing.T) {
	var began time.Time
	place := &fakePlace{nodes: []*fakeNode{honest("x")}}
	place.before = func() {
		place.nodes[0].key = "x"
		if d := time.Since(began); d > 95*time.Second && d < 105*time.Second {
			place.nodes[0].key = "y"
		}
	}
	e, p := fakes(place)
	res := watchFakes(t, e, p, func(now time.Time) { began = now })
	if got := kinds(res); !strings.HasPrefix(got, "keys-changed nodes-differ") {
		t.Errorf("events %q", got)
	}
}

func TestWatchEnds(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		res, err := Watch(ctx, e, p, 10*time.Second, 0, nil)
		if err != nil || res.Partial || res.Ticks != 6 {
			t.Errorf("%+v, %v", res, err)
		}
		again, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if res, err = Watch(again, e, p, 10*time.Second, time.Hour, nil); err != nil || !res.Partial {
			t.Errorf("%+v, %v", res, err)
		}
	})
	if _, err := Watch(t.Context(), e, p, 0, time.Hour, nil); err == nil {
		t.Error("no time between ticks was accepted")
	}
}

// A session ID has no lifetime that a client knows: that it is no longer
// accepted may mean only that it is over.
func TestWatchForgets(t *testing.T) {
	node := &fakeNode{key: "x", grants: map[session.Mechanism]int{session.ByID: 1}, accepts: 2 * time.Minute}
	e, p := fakes(&fakePlace{nodes: []*fakeNode{node}})
	p.Versions = []bench.Version{tls.VersionTLS12}
	res := watchFakes(t, e, p, nil)
	if got := kinds(res); got != "forgotten forgotten" || !strings.Contains(res.Events[0].What, "its time in the server's cache was over, or") {
		t.Errorf("%s: %+v", got, res.Events)
	}
}

// Getting the first sessions takes time, which is no part of the watch.
func TestWatchCountsFromTheFirstSessions(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, before: func() { time.Sleep(time.Second) }})
	res := watchFakes(t, e, p, nil)
	if res.Took < 5*time.Minute || res.Took > 5*time.Minute+10*time.Second || res.Places[0].Mechanisms[0].Offers != 30 {
		t.Errorf("%v, %+v", res.Took, res.Places)
	}
}

func TestWatchOutage(t *testing.T) {
	var began time.Time
	place := &fakePlace{nodes: []*fakeNode{honest("x")}}
	place.fail = func(int, bench.Arm, bench.Offer) *bench.Failure {
		if d := time.Since(began); d > 95*time.Second && d < 125*time.Second {
			return failure(bench.ClassConnectRefused, bench.Connect)
		}
		return nil
	}
	e, p := fakes(place, &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := watchFakes(t, e, p, func(now time.Time) { began = now })
	if got := kinds(res); got != "down up" {
		t.Fatal(got)
	}
	for _, text := range []string{"at least 19.9", "at most 40", "since it last answered"} {
		if what := res.Events[1].What; !strings.Contains(what, text) {
			t.Errorf("%q is not in %q", text, what)
		}
	}
	up := mustParse(t, "up")[0]
	found := &Result{Places: []PlaceResult{{Place: Place{Name: "a"}}, {Place: Place{Name: "b"}}}}
	if got := up.Check(found, res); got.Verdict != Fail || !strings.HasPrefix(got.Why, "a: did not answer at 3 of 31 ticks") {
		t.Errorf("%+v", got)
	}
	if got := up.Check(found, nil); got.Verdict != Pass {
		t.Errorf("%+v", got)
	}
}
