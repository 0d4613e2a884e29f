package probe

import (
	"context"
	"crypto/tls"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

func hasNote(res *Result, words ...string) bool {
	for _, note := range res.Notes {
		all := true
		for _, w := range words {
			all = all && strings.Contains(note, w)
		}
		if all {
			return true
		}
	}
	return false
}

func TestCountsOfSessions(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	psk := found(t, res, 0, session.ByPSK)
	if *psk.Granted != (Count{2, 2, 3}) || *psk.PerResumption != (Count{1, 1, 3}) || *psk.Lifetime != time.Hour {
		t.Errorf("granted %+v, on resumption %+v, lifetime %v", psk.Granted, psk.PerResumption, psk.Lifetime)
	}
	if psk.TicketBytes != nil {
		t.Errorf("a ticket's size is %d and was not measured", *psk.TicketBytes)
	}
}

func TestSessionIDs(t *testing.T) {
	node := &fakeNode{key: "x", grants: map[session.Mechanism]int{session.ByID: 1}}
	e, p := fakes(&fakePlace{nodes: []*fakeNode{node}, versions: []bench.Version{tls.VersionTLS10, tls.VersionTLS11}})
	res := probeFakes(t, e, p)
	id := found(t, res, 0, session.ByID)
	if id.Version != tls.VersionTLS11 || id.FirstUse.Verdict != Yes || id.PerResumption != nil || id.Lifetime != nil {
		t.Errorf("%+v", id)
	}
	if psk := found(t, res, 0, session.ByPSK); psk.Version != 0 || psk.FirstUse.Verdict != NotTested {
		t.Errorf("without TLS 1.3: %+v", psk)
	}
}

func TestVersions(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, retry: true, cert: 20000, fail: func(_ int, arm bench.Arm, _ bench.Offer) *bench.Failure {
		if arm.TLS.MaxVersion == tls.VersionTLS11 {
			return failure(bench.ClassReset, bench.TLSPhase)
		}
		return nil
	}})
	res := probeFakes(t, e, p)
	var got []Verdict
	for _, v := range res.Places[0].Versions {
		got = append(got, v.Supported)
	}
	if want := []Verdict{No, NotTested, Yes, Yes}; !reflect.DeepEqual(got, want) {
		t.Errorf("versions %v, want %v", got, want)
	}
	for _, words := range []string{"HelloRetryRequest", "initial congestion window", "TLS 1.1 is not known"} {
		if !hasNote(res, words) {
			t.Errorf("no note has %q: %q", words, res.Notes)
		}
	}
}

func TestDown(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}}, nil, &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	if res.Places[1].Up() || !hasNote(res, "b is down", "connect-refused") && !hasNote(res, "b is down") {
		t.Errorf("%+v; notes %q", res.Places[1], res.Notes)
	}
	mx := res.Matrices[0]
	if got := mx.Cells[0][1]; got.Of != 0 || got.Note != "b is down" {
		t.Errorf("the cell of a place that is down: %+v", got)
	}
	if want := [][]int{{0, 2}}; !reflect.DeepEqual(mx.Groups, want) {
		t.Errorf("groups %v, want %v", mx.Groups, want)
	}
	if len(res.Places[1].Mechanisms) != 0 {
		t.Errorf("a place that is down has %+v", res.Places[1].Mechanisms)
	}
}

// A place that dies on the way is told of, and its findings stand on what was
// seen before.
func TestStopsAnswering(t *testing.T) {
	dying := &fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(n int, _ bench.Arm, _ bench.Offer) *bench.Failure {
		if n > 10 {
			return failure(bench.ClassConnectTimeout, bench.Connect)
		}
		return nil
	}}
	e, p := fakes(dying, &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	if res.Places[0].Stopped == nil || !hasNote(res, "a stopped answering") {
		t.Errorf("stopped %v; notes %q", res.Places[0].Stopped, res.Notes)
	}
	if dying.dials > 11+patience {
		t.Errorf("%d connections to a place that is gone", dying.dials)
	}
	if got := found(t, res, 1, session.ByPSK); got.Reuse.Verdict != Yes {
		t.Errorf("the other place: %+v", got.Reuse)
	}
	if got := res.Matrices[len(res.Matrices)-1].Cells[0][1]; got.Of != 0 || got.Note == "" {
		t.Errorf("the cell of a place that is gone: %+v", got)
	}
}

// Failures are counted apart: they are neither acceptances nor refusals.
func TestFailuresInTheMiddle(t *testing.T) {
	offers := 0
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
		if !offer.Session.IsZero() {
			if offers++; offers%2 == 0 {
				return failure(bench.ClassReset, bench.TLSPhase)
			}
		}
		return nil
	}})
	res := probeFakes(t, e, p)
	got := found(t, res, 0, session.ByTicket)
	if got.Reuse.Verdict != Yes || got.Reuse.Of != 6 || got.Reuse.Failed != 6 || !strings.Contains(got.Reuse.Why, "6 failed") {
		t.Errorf("%+v", got.Reuse)
	}
	if got.Failure == nil || !hasNote(res, "some connections failed") {
		t.Errorf("failure %v; notes %q", got.Failure, res.Notes)
	}
	if cell := res.Matrices[0].Cells[0][0]; cell.Full() || cell.Failed == 0 {
		t.Errorf("cell %+v", cell)
	}
}

func TestAges(t *testing.T) {
	node := honest("x")
	node.accepts, node.hint = 5*time.Minute, 30*time.Minute
	e, p := fakes(&fakePlace{nodes: []*fakeNode{node}})
	p.Ages = []time.Duration{10 * time.Second, 10 * time.Minute, time.Hour}
	res := probeFakes(t, e, p)
	for _, m := range []session.Mechanism{session.ByTicket, session.ByPSK} {
		got := found(t, res, 0, m)
		want := []Verdict{Yes, No, No}
		if m == session.ByPSK {
			want[2] = NotTested // the client withholds it
		}
		for i, a := range got.Ages {
			if a.Verdict != want[i] {
				t.Errorf("%s of age %v: %s (%s), want %s", m, a.Age, a.Verdict, a.Why, want[i])
			}
			if a.Verdict != NotTested && (*a.Actual < a.Age || *a.Actual > a.Age+time.Second) {
				t.Errorf("%s of age %v was offered at %v", m, a.Age, *a.Actual)
			}
		}
	}
	if psk := found(t, res, 0, session.ByPSK); !strings.Contains(psk.Ages[2].Why, "lifetime of 30m0s is over") {
		t.Errorf("%q", psk.Ages[2].Why)
	}
	if res.Took > 62*time.Minute {
		t.Errorf("it took %v: ages were waited for one after the other", res.Took)
	}
}

func TestInterrupted(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}})
	p.Ages = []time.Duration{time.Hour}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		res, err := Run(ctx, e, nil, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !res.Partial || res.Took > 2*time.Minute {
			t.Errorf("partial %v after %v", res.Partial, res.Took)
		}
		psk, _ := res.Places[0].Mechanism(session.ByPSK)
		if psk.Reuse.Verdict != Yes || psk.Ages[0].Verdict != NotTested {
			t.Errorf("%+v", psk)
		}
	})
}

func TestPlanIsChecked(t *testing.T) {
	for _, bad := range []Plan{
		{},
		{Places: []Place{{}}, Repeats: -1},
		{Places: []Place{{}}, Offers: 1},
		{Places: []Place{{}}, Simultaneous: 1},
		{Places: []Place{{}}, Ages: []time.Duration{0}},
		{Places: []Place{{}}, Versions: []bench.Version{tls.VersionTLS13}, Template: bench.Arm{TLS: bench.TLS{MaxVersion: tls.VersionTLS12}}},
	} {
		if _, err := Run(t.Context(), &fakeEngine{}, nil, bad, nil); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

// What refuses every version is not down, and is not taken for one that grants
// nothing.
func TestRefusesAll(t *testing.T) {
	e, p := fakes(&fakePlace{versions: []bench.Version{}})
	res := probeFakes(t, e, p)
	if f := res.Places[0].Failure; f == nil || f.Class != bench.Alert("protocol_version") || len(res.Places[0].Versions) != 4 {
		t.Errorf("%+v", res.Places[0])
	}
	if !hasNote(res, "a completes no handshake") {
		t.Errorf("%q", res.Notes)
	}
	e, p = fakes(&fakePlace{versions: []bench.Version{}, fail: func(_ int, arm bench.Arm, _ bench.Offer) *bench.Failure {
		if arm.TLS.MaxVersion == tls.VersionTLS12 {
			return failure(bench.ClassCertificate, bench.TLSPhase)
		}
		return nil
	}})
	if f := probeFakes(t, e, p).Places[0].Failure; f == nil || f.Class != bench.ClassCertificate {
		t.Errorf("%+v", f)
	}
}

// A place that fails once in a while is asked again.
func TestFailsOnce(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(n int, _ bench.Arm, _ bench.Offer) *bench.Failure {
		if n == 0 {
			return failure(bench.ClassConnectRefused, bench.Connect)
		}
		return nil
	}})
	if res := probeFakes(t, e, p); !res.Places[0].Up() || res.Places[0].Stopped != nil {
		t.Errorf("%+v", res.Places[0])
	}
}

// Where full handshakes fail at times, findings stand on fewer sessions.
func TestMintsFail(t *testing.T) {
	primes := 0
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
		if offer.Prime && offer.Session.IsZero() {
			if primes++; primes%2 == 1 {
				return failure(bench.ClassReset, bench.TLSPhase)
			}
		}
		return nil
	}})
	res := probeFakes(t, e, p)
	got := found(t, res, 0, session.ByTicket)
	if got.Reuse.Verdict != Yes || got.Reuse.Of == 12 || got.Failure == nil {
		t.Errorf("%+v", got)
	}
	if cell := res.Matrices[0].Cells[0][0]; cell.Full() || !strings.Contains(cell.Note, "no session could be got") {
		t.Errorf("%+v", cell)
	}
	if got := mustParse(t, "shared-keys")[0].Check(res); got.Verdict == Pass {
		t.Errorf("%+v", got)
	}
}
