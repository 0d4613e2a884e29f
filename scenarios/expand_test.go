package scenarios

import (
	"crypto/tls"
	"errors"
	"reflect"
	"strings"
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

// A kind that exists in some versions only pins the version; each version is a
// group with a full arm of its own.
func TestKindsPinTheirVersion(t *testing.T) {
	for _, tt := range []struct {
		wants    string
		min, max bench.Version
		want     string
	}{
		{"full,resumed", tls.VersionTLS12, tls.VersionTLS13, "session=full@1.2-1.3 session=resumed@1.2-1.3"},
		{"full,session-id,ticket,psk", tls.VersionTLS12, tls.VersionTLS13,
			"tls=1.2,session=full@1.2-1.2 tls=1.2,session=session-id@1.2-1.2 tls=1.2,session=ticket@1.2-1.2 " +
				"tls=1.3,session=full@1.3-1.3 tls=1.3,session=psk@1.3-1.3"},
		{"full,resumed,psk", tls.VersionTLS12, tls.VersionTLS13,
			"tls=1.3,session=full@1.3-1.3 tls=1.3,session=resumed@1.3-1.3 tls=1.3,session=psk@1.3-1.3"},
		{"ticket,session-id", tls.VersionTLS10, tls.VersionTLS11,
			"tls=1.1,session=ticket@1.1-1.1 tls=1.1,session=session-id@1.1-1.1"},
		{"psk", tls.VersionTLS10, tls.VersionTLS13, "tls=1.3,session=psk@1.3-1.3"},
	} {
		var wants []bench.Want
		for name := range strings.SplitSeq(tt.wants, ",") {
			wants = append(wants, bench.Want(name))
		}
		common := bench.Arm{TLS: bench.TLS{MinVersion: tt.min, MaxVersion: tt.max}}
		arms, err := BySession(common, wants, bench.SessionPolicy{Policy: session.Latest}, false)
		if err != nil {
			t.Errorf("%s: %v", tt.wants, err)
		}
		var got []string
		for _, arm := range arms {
			got = append(got, arm.Name+"@"+arm.TLS.MinVersion.String()+"-"+arm.TLS.MaxVersion.String())
			if !arm.Session.ReadTickets {
				t.Errorf("%s: %s reads no tickets while its group does", tt.wants, arm.Name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.wants, strings.Join(got, " "), tt.want)
		}
	}
}

func TestKindsThatTheVersionsDoNotHave(t *testing.T) {
	for _, tt := range []struct {
		want     bench.Want
		min, max bench.Version
	}{
		{bench.WantPSK, tls.VersionTLS10, tls.VersionTLS12},
		{bench.WantTicket, tls.VersionTLS13, tls.VersionTLS13},
		{bench.WantSessionID, tls.VersionTLS13, tls.VersionTLS13},
	} {
		common := bench.Arm{TLS: bench.TLS{MinVersion: tt.min, MaxVersion: tt.max}}
		_, err := BySession(common, []bench.Want{bench.WantFull, tt.want}, bench.SessionPolicy{}, false)
		if err == nil || !strings.Contains(err.Error(), string(tt.want)) || !strings.Contains(err.Error(), "--tls") {
			t.Errorf("%s in %s to %s: %v", tt.want, tt.min, tt.max, err)
		}
	}
}
