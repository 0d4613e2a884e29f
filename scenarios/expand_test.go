package scenarios

import (
	"errors"
	"reflect"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

var both = []bench.Want{bench.WantFull, bench.WantResumed}

// Arms that are compared are alike in everything but the kind they want and
// the sessions that this takes.
func TestArmsDifferInTheComparedThingOnly(t *testing.T) {
	common := bench.Arm{
		Engine: "e", Target: bench.Target{URL: "tls://h:1"}, Load: bench.Load{Workers: 3},
		TLS: bench.TLS{Groups: []string{"X25519"}}, Net: bench.Net{Close: bench.CloseReset},
	}
	for _, policy := range session.Policies() {
		arms, err := BySession(common, both, bench.SessionPolicy{Policy: policy, Scope: session.Shared}, true)
		if err != nil || len(arms) != 2 {
			t.Fatal(arms, err)
		}
		full, resumed := arms[0], arms[1]
		if full.Name != "session=full" || full.Want != bench.WantFull || resumed.Name != "session=resumed" || resumed.Want != bench.WantResumed {
			t.Errorf("arms %s and %s", full.Name, resumed.Name)
		}
		if full.Session.ReadTickets != resumed.Session.ReadTickets || resumed.Session.ReadTickets != (policy != session.Frozen) {
			t.Errorf("%s: full reads tickets: %v, resumed: %v", policy, full.Session.ReadTickets, resumed.Session.ReadTickets)
		}
		for _, arm := range arms {
			arm.Name, arm.Coords, arm.Want, arm.Session = "", nil, "", bench.SessionPolicy{}
			if !reflect.DeepEqual(arm, common) {
				t.Errorf("%s: an arm differs from what all have in common:\n%+v\n%+v", policy, arm, common)
			}
		}
	}
}

func TestTicketsAreReadOnlyWhereSomethingUsesThem(t *testing.T) {
	latest := bench.SessionPolicy{Policy: session.Latest, Scope: session.PerWorker}
	arms, err := BySession(bench.Arm{}, []bench.Want{bench.WantFull}, latest, false)
	if err != nil || arms[0].Session.ReadTickets {
		t.Errorf("a full arm alone reads tickets: %v", err)
	}
	withRequest := bench.Arm{HTTP: bench.HTTP{Method: "GET"}}
	if arms, _ := BySession(withRequest, both, latest, false); arms[1].Session.ReadTickets {
		t.Error("an arm with requests waits for tickets")
	}
	if got := DefaultPolicy(withRequest); got != session.Latest {
		t.Errorf("default with requests: %s", got)
	}
	if got := DefaultPolicy(bench.Arm{}); got != session.Frozen {
		t.Errorf("default without requests: %s", got)
	}
}

func TestPolicyWithoutAnArmToFollowIt(t *testing.T) {
	_, err := BySession(bench.Arm{}, []bench.Want{bench.WantFull}, bench.SessionPolicy{Policy: session.Once}, true)
	if !errors.Is(err, ErrNoneResumes) {
		t.Errorf("got %v", err)
	}
}
