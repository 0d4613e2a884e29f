package report

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
)

// probed is a probe of three places: two are alike, and one is down.
func probed() Probe {
	hour, size, chain, weight := time.Hour, 176, 1, 931
	no, yes := false, true
	good := func(n int) probe.Finding { return probe.Finding{Verdict: probe.Yes, Accepted: n, Of: n} }
	never := probe.Finding{Verdict: probe.NotTested, Why: "no session was granted"}
	up := func(name string) probe.PlaceResult {
		return probe.PlaceResult{
			Place: probe.Place{Name: name, Address: name},
			Versions: []probe.VersionResult{
				{Version: tls.VersionTLS11, Supported: probe.No},
				{Version: tls.VersionTLS12, Supported: probe.Yes, Suite: "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Group: "X25519",
					Key: "ECDSA P-256", Chain: &chain, CertificateBytes: &weight, HelloRetry: &no},
				{Version: tls.VersionTLS13, Supported: probe.Yes, Suite: "AES_128_GCM_SHA256", Group: "P-384",
					Key: "ECDSA P-256", Chain: &chain, CertificateBytes: &weight, HelloRetry: &yes},
			},
			Mechanisms: []probe.MechanismResult{
				{Mechanism: session.ByID, Version: tls.VersionTLS12, Granted: &probe.Count{Handshakes: 3}, FirstUse: never, Reuse: never,
					Simultaneous: never, Abrupt: never, Ages: []probe.AgeFinding{{Age: time.Minute, Finding: never}}},
				{Mechanism: session.ByPSK, Version: tls.VersionTLS13, Granted: &probe.Count{Min: 1, Max: 2, Handshakes: 3},
					PerResumption: &probe.Count{Min: 1, Max: 1, Handshakes: 3}, TicketBytes: &size, Lifetime: &hour,
					FirstUse: good(3), Reuse: probe.Finding{Verdict: probe.No, Accepted: 3, Of: 12},
					Simultaneous: probe.Finding{Verdict: probe.No, Accepted: 1, Of: 3, Failed: 1},
					Abrupt:       probe.Finding{Verdict: probe.Mixed, Accepted: 1, Of: 3},
					Ages:         []probe.AgeFinding{{Age: time.Minute, Over: true, Finding: probe.Finding{Verdict: probe.NotTested, Withheld: 1}}}},
			},
		}
	}
	down := probe.PlaceResult{
		Place:   probe.Place{Name: "127.0.0.4:8443"},
		Failure: &bench.FailureNote{Class: bench.ClassConnectRefused, Phase: bench.Connect, Error: "connection refused"},
	}
	shared, none := probe.Cell{Accepted: 3, Of: 3}, probe.Cell{Note: "down"}
	trace := func(kind bench.Kind, connect, handshake time.Duration) probe.Trace {
		total := connect + handshake
		return probe.Trace{Kind: kind, Version: "1.3", BytesIn: 2390, BytesOut: 1570, Status: 200, Phases: []probe.PhaseTime{
			{Phase: bench.DNS}, {Phase: bench.Connect, Took: &connect}, {Phase: bench.TLSPhase, Took: &handshake}, {Phase: bench.Total, Took: &total},
		}}
	}
	resumed := trace(bench.PSK, time.Millisecond, 2*time.Millisecond)
	return Probe{
		Result: &probe.Result{
			Schema: probe.Schema, Target: bench.Target{URL: "https://h.example/"}, Repeats: 3, Offers: 4, Simultaneous: 4,
			Places: []probe.PlaceResult{up("127.0.0.2:8443"), up("127.0.0.3:8443"), down},
			Matrices: []probe.Matrix{{Mechanism: session.ByPSK, Groups: [][]int{{0, 1}}, Cells: [][]probe.Cell{
				{shared, {Accepted: 1, Of: 2, Failed: 1}, none}, {shared, shared, none}, {none, none, none},
			}}},
			Waterfall: &probe.Waterfall{Full: trace(bench.Full, time.Millisecond, 4*time.Millisecond), Resumed: &resumed},
			Notes:     []string{"127.0.0.4:8443 is down: phase connect: connection refused: nothing listens there: check the port, and that the server runs"},
		},
		Watch: &probe.WatchResult{
			Took: 5 * time.Minute, Every: time.Second, Ticks: 300,
			Places: []probe.WatchPlace{
				{Place: probe.Place{Name: "127.0.0.2:8443"}, Answered: 300, Mechanisms: []probe.WatchMechanism{
					{Mechanism: session.ByTicket, Offers: 300, Accepted: 300}, {Mechanism: session.ByPSK, Offers: 300, Accepted: 298, Refused: 1, Failed: 1},
				}},
				{Place: probe.Place{Name: "127.0.0.4:8443"}, Silent: 300},
			},
			Events: []probe.Event{{
				Time: time.Date(2026, 5, 17, 12, 0, 32, 0, time.UTC), After: 32 * time.Second, Kind: probe.KeysChanged, Name: "127.0.0.2:8443",
				Mechanism: session.ByPSK, Age: &hour, What: "keys changed between 12:00:31.000 and 12:00:32.000",
			}},
		},
		Checks: []probe.Check{{Expr: "psk>=2", Verdict: probe.Fail, Value: "1", Why: "127.0.0.2:8443: in 3 full handshakes"}},
	}
}

func TestProbeTextIsAsGolden(t *testing.T) {
	cases := map[string]Probe{"probe": probed()}
	plain := probed()
	plain.Result.Places, plain.Checks, plain.Result.Notes, plain.Watch = plain.Result.Places[:1], nil, nil, nil
	plain.Result.Waterfall.Resumed, plain.Result.Waterfall.Why = nil, "no session was granted"
	cases["probe-one-place"] = plain
	for name, p := range cases {
		for _, width := range []int{80, 160} {
			var b bytes.Buffer
			if err := p.WriteText(&b, width); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s at %d columns: a line of %d: %s", name, width, n, line)
				}
			}
			golden(t, fmt.Sprintf("%s-%d.txt", name, width), b.Bytes())
		}
	}
}

// Many places that are alike, and long reasons, are broken at the width.
func TestProbeWraps(t *testing.T) {
	p := probed()
	up := p.Result.Places[0]
	p.Result.Places, p.Result.Matrices, p.Result.Waterfall, p.Result.Notes = nil, nil, nil, nil
	for i := range 16 {
		up.Name = fmt.Sprintf("192.0.2.%d:8443", i+1)
		p.Result.Places = append(p.Result.Places, up)
	}
	p.Result.Places = append(p.Result.Places, probe.PlaceResult{
		Place:   probe.Place{Name: "192.0.2.99:8443"},
		Failure: &bench.FailureNote{Class: bench.ClassCertificate, Phase: bench.TLSPhase, Error: strings.Repeat("a long reason ", 10)},
	})
	var b bytes.Buffer
	if err := p.WriteText(&b, 64); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 64 {
			t.Errorf("a line of %d: %s", n, line)
		}
	}
	if !strings.Contains(b.String(), "\ncannot be probed: ") || strings.Contains(b.String(), "down: ") {
		t.Errorf("%s", b.String())
	}
}

func TestProbeJSON(t *testing.T) {
	var b bytes.Buffer
	if err := probed().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema int
		Tool   struct{ Name string }
		Places []struct {
			Name       string
			Failure    *struct{ Class string }
			Mechanisms []struct {
				Mechanism string
				Lifetime  *int64 `json:"lifetime_hint_ns"`
			}
		}
		Matrices []struct{ Groups [][]int }
		Checks   []struct{ Verdict string }
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	switch {
	case doc.Schema != 1 || doc.Tool.Name != "tlsbench" || len(doc.Places) != 3,
		doc.Places[2].Failure == nil || doc.Places[2].Failure.Class != "connect-refused",
		doc.Places[0].Mechanisms[0].Lifetime != nil || *doc.Places[0].Mechanisms[1].Lifetime != int64(time.Hour),
		len(doc.Matrices[0].Groups[0]) != 2 || doc.Checks[0].Verdict != "fail":
		t.Errorf("%s", b.String())
	}
}
