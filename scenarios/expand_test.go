package scenarios

import (
	"crypto/tls"
	"reflect"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// given makes a scenario from options, all given by flags, and dimensions.
func given(t testing.TB, options ...string) *Scenario {
	t.Helper()
	s := Default()
	for _, o := range options {
		path, value, _ := strings.Cut(o, "=")
		layer := OnCommandLine
		if strings.HasPrefix(path, "matrix.") {
			layer = BySet
		}
		if err := s.Set(path, value, Origin{Layer: layer, Name: "--" + path}); err != nil {
			t.Fatal(o, err)
		}
	}
	return s
}

func planned(t testing.TB, options ...string) (bench.Plan, []bench.Warning) {
	t.Helper()
	p, warnings, err := given(t, options...).Plan(nil)
	if err != nil {
		t.Fatal(options, err)
	}
	return p, warnings
}

func armsOf(p bench.Plan) string {
	var all []string
	for _, a := range p.Arms {
		all = append(all, a.Name)
	}
	return strings.Join(all, " ")
}

// Arms that are compared are alike in everything but the kind they want and
// the sessions that this takes.
func TestArmsDifferInTheComparedThingOnly(t *testing.T) {
	for _, policy := range session.Policies() {
		p, _ := planned(t, "target=tls://h:1", "load.workers=3", "tls.groups=X25519", "sessions.scope=shared", "sessions.policy="+string(policy))
		full, resumed := p.Arms[0], p.Arms[1]
		if full.Name != "session=full" || full.Want != bench.WantFull || resumed.Name != "session=resumed" || resumed.Want != bench.WantResumed {
			t.Errorf("arms %s and %s", full.Name, resumed.Name)
		}
		if full.Session.ReadTickets != resumed.Session.ReadTickets || resumed.Session.ReadTickets != (policy != session.Frozen) {
			t.Errorf("%s: full reads tickets: %v, resumed: %v", policy, full.Session.ReadTickets, resumed.Session.ReadTickets)
		}
		for _, arm := range []*bench.Arm{&full, &resumed} {
			arm.Name, arm.Coords, arm.Want, arm.Session = "", nil, "", bench.SessionPolicy{}
		}
		if !reflect.DeepEqual(full, resumed) {
			t.Errorf("%s: the arms differ:\n%+v\n%+v", policy, full, resumed)
		}
	}
}

// For every dimension: arms of one group differ in what it changes only.
func TestGroupsDifferInTheComparedDimensionOnly(t *testing.T) {
	for _, tt := range []struct {
		dimension, values string
		same              func(*bench.Arm)
	}{
		{"tls", "1.2,1.3", func(a *bench.Arm) { a.TLS.MinVersion, a.TLS.MaxVersion = 0, 0 }},
		{"group", "X25519,P-256", func(a *bench.Arm) { a.TLS.Groups = nil }},
		{"workers", "1,2", func(a *bench.Arm) { a.Load.Workers = 0 }},
		{"policy", "latest,frozen", func(a *bench.Arm) { a.Session.Policy = "" }},
		{"scope", "worker,shared", func(a *bench.Arm) { a.Session.Scope = "" }},
		{"key", "rsa-2048,ed25519", func(a *bench.Arm) { a.Target = bench.Target{} }},
		{"rtt", "1ms,2ms", func(a *bench.Arm) { a.Target = bench.Target{} }},
		{"client-cert", "off,on", func(a *bench.Arm) { a.TLS.NoClientCert = false }},
		{"ech", "off,on", func(a *bench.Arm) { a.Target = bench.Target{} }},
		{"client-auth", "none,require", func(a *bench.Arm) { a.Target = bench.Target{} }},
		{"verify", "on,off", func(a *bench.Arm) { a.TLS.Insecure = false }},
		{"close", "reset,graceful", func(a *bench.Arm) { a.Net.Close = "" }},
		{"server", "embedded", func(a *bench.Arm) {}},
		{"target", "embedded:,tls://h:1", func(a *bench.Arm) { a.Target = bench.Target{} }},
	} {
		p, _ := planned(t, "http.handshake-only=true", "matrix."+tt.dimension+"="+tt.values, "compare="+tt.dimension)
		for _, group := range p.Groups() {
			if want := strings.Count(tt.values, ",") + 1; len(group) != want {
				t.Errorf("%s: a group of %d arms, want %d", tt.dimension, len(group), want)
			}
			first := p.Arms[group[0]]
			for _, i := range group[1:] {
				a, b := first, p.Arms[i]
				for _, arm := range []*bench.Arm{&a, &b} {
					arm.Name, arm.Coords = "", nil
					tt.same(arm)
				}
				if !reflect.DeepEqual(a, b) {
					t.Errorf("%s: arms differ in more:\n%+v\n%+v", tt.dimension, a, b)
				}
			}
		}
	}
}

func TestTicketsAreReadOnlyWhereSomethingUsesThem(t *testing.T) {
	if p, _ := planned(t, "target=tls://h:1", "arms=full"); p.Arms[0].Session.ReadTickets {
		t.Error("a full arm alone reads tickets")
	}
	if p, _ := planned(t); p.Arms[1].Session.ReadTickets {
		t.Error("an arm with requests waits for tickets")
	}
	// What follows the handshake tells whether a client certificate was taken.
	for target, want := range map[string]bool{
		"embedded:": false, "embedded:?client-auth=none": false, "embedded:?client-auth=request": true, "openssl:?client-auth=require": true,
	} {
		p, _ := planned(t, "http.handshake-only=true", "target="+target)
		for _, a := range p.Arms {
			if a.Session.ReadTickets != want {
				t.Errorf("%s of %s reads tickets: %v", a.Name, target, a.Session.ReadTickets)
			}
		}
	}
	p, _ := planned(t, "target=tls://h:1", "tls.cert=c.pem")
	for _, a := range p.Arms {
		if !a.Session.ReadTickets {
			t.Errorf("%s reads no tickets, with a client certificate", a.Name)
		}
	}
	p, _ = planned(t, "target=tls://h:1", "matrix.policy=latest,frozen")
	for _, a := range p.Arms {
		if want := a.Coord("policy") == "latest"; a.Session.ReadTickets != want {
			t.Errorf("%s reads tickets: %v", a.Name, a.Session.ReadTickets)
		}
	}
	p, _ = planned(t, "target=tls://h:1", "matrix.policy=latest,frozen", "compare=policy")
	for _, a := range p.Arms {
		if !a.Session.ReadTickets {
			t.Errorf("%s reads no tickets while what it is compared with does", a.Name)
		}
	}
	if got := DefaultPolicy(bench.Arm{HTTP: bench.HTTP{Method: "GET"}}); got != session.Latest {
		t.Errorf("default with requests: %s", got)
	}
	if got := DefaultPolicy(bench.Arm{}); got != session.Frozen {
		t.Errorf("default without requests: %s", got)
	}
}

// A kind that exists in some versions only pins the version; each version is a
// group with a full arm of its own.
func TestKindsPinTheirVersion(t *testing.T) {
	for _, tt := range []struct{ wants, versions, want string }{
		{"full,resumed", "1.2-1.3", "session=full@1.2-1.3 session=resumed@1.2-1.3"},
		{"full,session-id,ticket,psk", "1.2-1.3",
			"tls=1.2,session=full@1.2-1.2 tls=1.2,session=session-id@1.2-1.2 tls=1.2,session=ticket@1.2-1.2 " +
				"tls=1.3,session=full@1.3-1.3 tls=1.3,session=psk@1.3-1.3"},
		{"full,resumed,psk", "1.2-1.3",
			"tls=1.3,session=full@1.3-1.3 tls=1.3,session=resumed@1.3-1.3 tls=1.3,session=psk@1.3-1.3"},
		{"ticket,session-id", "1.0-1.1", "tls=1.1,session=ticket@1.1-1.1 tls=1.1,session=session-id@1.1-1.1"},
		{"psk", "1.0-1.3", "tls=1.3,session=psk@1.3-1.3"},
	} {
		p, warnings := planned(t, "target=tls://h:1", "sessions.policy=latest", "arms="+tt.wants, "tls.versions="+tt.versions)
		var got []string
		for _, arm := range p.Arms {
			got = append(got, arm.Name+"@"+arm.TLS.MinVersion.String()+"-"+arm.TLS.MaxVersion.String())
			if !arm.Session.ReadTickets {
				t.Errorf("%s: %s reads no tickets while its group does", tt.wants, arm.Name)
			}
		}
		if strings.Join(got, " ") != tt.want || len(warnings) > 0 {
			t.Errorf("%s:\ngot  %s\nwant %s\n%v", tt.wants, strings.Join(got, " "), tt.want, warnings)
		}
	}
}

// What was asked for and cannot be is refused; what only a matrix made is left
// out, with a warning.
func TestArmsThatCannotBe(t *testing.T) {
	for _, tt := range []struct{ options, refused, left string }{
		{"arms=full,psk tls.versions=1.2", "psk exists in TLS 1.3 only, and --tls allows 1.2", ""},
		{"arms=full,ticket tls.versions=1.3", "ticket exists in TLS 1.0-1.2 only, and --tls allows 1.3", ""},
		{"arms=full,session-id tls.versions=1.3", "session-id exists in TLS 1.0-1.2 only", ""},
		{"matrix.tls=1.3 matrix.session=full,session-id", "session=session-id is in no arm", ""},
		{"matrix.tls=1.2,1.3 matrix.session=full,session-id", "", "left out: tls=1.3,session=session-id: "},
		{"matrix.tls=1.2,1.3 matrix.workers=1,2 arms=full,psk", "", "left out: 2 arms (tls=1.2,workers=1,session=psk …): "},
		{"sessions.policy=once arms=full", "acts on arms that resume, and there is none", ""},
		{"sessions.pool=3", "acts on --session-policy once, and the policy is latest", ""},
		{"matrix.policy=latest,once matrix.pool=4,8", "policy=latest is in no arm: ", ""},
		{"matrix.policy=latest,once compare=policy", "", "left out: 2 arms (session=full,policy=latest …): a full handshake offers no session"},
		{"matrix.key=rsa-2048 target=https://h/", "key is a setting of servers that tlsbench starts, and the target is https://h:443/", ""},
		{"matrix.workers=1,many", `"many": want a whole number`, ""},
		{"matrix.workers=0", "want 1 to 65536 workers", ""},
		{"compare=group", "that does not vary", ""},
		{"matrix.group=X25519,P-256 compare=grup", "did you mean group?", ""},
		{"matrix.tls=1.2,1.3 compare=tls compare.baseline=1.4", "tls has the values 1.2, 1.3", ""},
		{"matrix.target=embedded:,https://h vs=https://g", "want one of base, new", ""},
		{"vs=https://g arms=full,full", "two arms", ""},
	} {
		p, warnings, err := given(t, strings.Fields(tt.options)...).Plan(nil)
		switch {
		case tt.refused != "":
			if err == nil || !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%s: %v, want %q", tt.options, err, tt.refused)
			}
		case err != nil || len(warnings) != 1 || !strings.HasPrefix(warnings[0].Text, tt.left) || warnings[0].Code != bench.WarnLeftOut:
			t.Errorf("%s: %v %v, want %q of %s", tt.options, warnings, err, tt.left, armsOf(p))
		}
	}
}

func TestWhatIsCompared(t *testing.T) {
	for _, tt := range []struct{ options, compare, arms string }{
		{"", "session", "session=full session=resumed"},
		{"arms=full", "session", "session=full"},
		{"matrix.session=resumed,full", "session", "session=resumed session=full"},
		{"arms=full matrix.workers=1,2 matrix.tls=1.2,1.3", "workers",
			"tls=1.2,session=full,workers=1 tls=1.2,session=full,workers=2 tls=1.3,session=full,workers=1 tls=1.3,session=full,workers=2"},
		{"matrix.tls=1.2,1.3 compare=tls compare.baseline=1.3", "tls",
			"session=full,tls=1.3 session=full,tls=1.2 session=resumed,tls=1.3 session=resumed,tls=1.2"},
		{"vs=https://g target=https://h", "target", "session=full,target=base session=full,target=new session=resumed,target=base session=resumed,target=new"},
	} {
		p, _ := planned(t, strings.Fields(tt.options)...)
		if p.Compare != tt.compare || armsOf(p) != tt.arms {
			t.Errorf("%s: compare %s, arms %s", tt.options, p.Compare, armsOf(p))
		}
	}
}

// Arms with and without Encrypted Client Hello offer the same version: the one
// that it is of.
func TestVersionsUnderECH(t *testing.T) {
	for _, tt := range []struct {
		set    []string
		lowest bench.Version
	}{
		{[]string{"matrix.ech=off,on"}, tls.VersionTLS13},
		{[]string{"target=embedded:?ech=on"}, tls.VersionTLS13},
		{[]string{"target=tls://h:1", "tls.ech=file"}, tls.VersionTLS13},
		{[]string{"target=embedded:?ech=off"}, tls.VersionTLS12},
		{[]string{"target=embedded:?ech=on", "tls.versions=1.2-1.3"}, tls.VersionTLS12}, // as was asked for
	} {
		p, _ := planned(t, tt.set...)
		for _, a := range p.Arms {
			if a.TLS.MinVersion != tt.lowest || a.TLS.MaxVersion != tls.VersionTLS13 {
				t.Errorf("%q: %s offers %v to %v", tt.set, a.Name, a.TLS.MinVersion, a.TLS.MaxVersion)
			}
		}
	}
}
