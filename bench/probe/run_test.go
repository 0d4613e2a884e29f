package probe

import (
	"context"
	"crypto/tls"
	"encoding/json"
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

// Lists that are empty are saved as such, not as null.
func TestNoNulls(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}})
	text, err := json.Marshal(probeFakes(t, e, p))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"notes", "ages_ns", "doubts", "versions", "mechanisms", "ages"} {
		if !strings.Contains(string(text), `"`+key+`":[`) || strings.Contains(string(text), `"`+key+`":null`) {
			t.Errorf("%s: %s", key, text)
		}
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

func TestAges(t *testing.T) {
	node := honest("x")
	node.accepts, node.hint = 5*time.Minute, 30*time.Minute
	e, p := fakes(&fakePlace{nodes: []*fakeNode{node}})
	p.Ages = []time.Duration{10 * time.Second, 10 * time.Minute, 10 * time.Second, time.Hour}
	res := probeFakes(t, e, p)
	if len(res.Ages) != 3 {
		t.Errorf("ages %v", res.Ages)
	}
	for _, m := range []session.Mechanism{session.ByTicket, session.ByPSK} {
		got := found(t, res, 0, m)
		want := []Verdict{Yes, No, No}
		if m == session.ByPSK {
			want[2] = NotTested // the client withholds it
		}
		for i, a := range got.Ages {
			if a.Over != (m == session.ByPSK && i == 2) {
				t.Errorf("%s of age %v: over %v", m, a.Age, a.Over)
			}
			if a.Verdict != want[i] {
				t.Errorf("%s of age %v: %s (%s), want %s", m, a.Age, a.Verdict, a.Why, want[i])
			}
			if a.Verdict != NotTested && (*a.Actual < a.Age || *a.Actual > a.Age+time.Second) {
				t.Errorf("%s of age %v was offered at %v", m, a.Age, *a.Actual)
			}
		}
	}
	if psk := found(t, res, 0, session.ByPSK); !strings.Contains(psk.Ages[2].Why, "lifetime of 30m is over") {
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
