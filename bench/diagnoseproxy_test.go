package bench

import (
	"strings"
	"testing"
	"time"
)

func TestProxiesAreTold(t *testing.T) {
	arm := func(target, proxy string) Arm {
		parsed, err := ParseTarget(target)
		if err != nil {
			t.Fatal(err)
		}
		return Arm{Target: parsed, Net: Net{Proxy: proxy}}
	}
	chosen := arm("https://h.example", "https://q:443")
	chosen.Net.ProxyFrom, chosen.Net.ProxyInsecure = "HTTPS_PROXY", true
	got := diagnoseProxies(Plan{Arms: []Arm{arm("https://h.example", ""), arm("https://h.example", "http://p:1"), arm("https://h.example", "http://p:1"), chosen}})
	want := []string{"the proxy http://p:1: ", "the proxy https://q:443 ($HTTPS_PROXY; --proxy none", "(--proxy-insecure)"}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i, w := range got {
		if !strings.Contains(w.Text, want[i]) {
			t.Errorf("%q lacks %q", w.Text, want[i])
		}
	}
}

// What a proxy holds back is no gain of resumption.
func TestProxyThatHoldsBack(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		proxy      string
		full, less time.Duration
		trips      float64 // of the full handshakes; the others have one
		want       bool
	}{
		{"http://p:1", 45 * ms, ms, 1, true},
		{"", 45 * ms, ms, 1, false},
		{"http://p:1", 45 * ms, ms, 2, false}, // a round trip of that length
		{"http://p:1", 30 * ms, ms, 1, false},
		{"http://p:1", 90 * ms, ms, 1, false}, // a slow server
		{"http://p:1", 90 * ms, 45 * ms, 1, true},
	} {
		r := &Result{Plan: Plan{Arms: []Arm{NewArm(Coord{"session", "full"}), NewArm(Coord{"session", "resumed"})}}}
		for i, wait := range []time.Duration{tt.full, tt.less} {
			trips := []float64{tt.trips, 1}[i]
			arm := &r.Plan.Arms[i]
			arm.Net.Proxy = tt.proxy
			a := ArmResult{Name: arm.Name}
			a.Medians, a.RoundTrips = map[Phase]time.Duration{Wait: wait}, &trips
			r.Arms = append(r.Arms, a)
		}
		got := r.heldBack()
		if (len(got) == 1) != tt.want || len(got) > 0 && (got[0].Arm != "session=full" || !strings.Contains(got[0].Text, "longer than session=resumed")) {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// A proxy on this machine may lead far away, and one far away to this machine is
// none of loopback's doing.
func TestLoopbackBehindAProxy(t *testing.T) {
	for _, tt := range []struct {
		target, connect string
		want            bool
	}{
		{"https://h.example", "", false}, {"https://127.0.0.1", "", true}, {"https://localhost", "", true},
		{"https://h.example", "127.0.0.1:443", true}, {"https://127.0.0.1", "h.example:443", false}, {"embedded:", "", true},
	} {
		target, err := ParseTarget(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		arm := NewArm(Coord{"session", "full"})
		arm.Target, arm.Net = target, Net{Proxy: "http://127.0.0.1:3128", Connect: tt.connect}
		r := &Result{Plan: Plan{Arms: []Arm{arm}}, Arms: []ArmResult{{Name: arm.Name}}}
		r.Arms[0].Facts = &Facts{Remote: "127.0.0.1:3128"}
		if got := r.loopback(); got != tt.want {
			t.Errorf("%s, --connect %q: loopback %v", tt.target, tt.connect, got)
		}
	}
}
