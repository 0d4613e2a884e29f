package bench

import (
	"crypto/tls"
	"slices"
	"testing"
	"time"

	"tlsbench/bench/hist"
)

// calm is a result that gives no cause for doubt.
func calm() *Result {
	h := hist.New()
	for i := range 2000 {
		h.Record(time.Millisecond + time.Duration(i))
	}
	r := &Result{
		Env:  Env{CPUs: 4, GOMAXPROCS: 4, FirstPort: 32768, LastPort: 60999},
		Took: 10 * time.Second, Ended: Complete, Plan: testPlan(nil), Clocks: ClockNames{Client: "c", Server: "s"},
	}
	for _, arm := range r.Plan.Arms {
		kind := Full
		if arm.Want == WantResumed {
			kind = PSK
		}
		stats := Stats{
			Attempts: 2000, Kinds: map[Kind]int64{kind: 2000}, Took: 5 * time.Second,
			Phases:    map[Phase]hist.Summary{TLSPhase: h.Summary()},
			Medians:   map[Phase]time.Duration{TLSPhase: time.Millisecond},
			ClientCPU: ptr(500e3), ServerCPU: ptr(500e3),
			Sessions: SessionCounts{Primed: 10, Offered: 2000, Accepted: 2000},
		}
		r.Arms = append(r.Arms, ArmResult{Name: arm.Name, Stats: stats, Facts: &Facts{
			Remote: "192.0.2.1:443", Version: "1.3", Suite: "AES_128_GCM_SHA256", ALPN: "http/1.1"}})
	}
	for range 10 {
		var round Round
		for i := range r.Arms {
			round.Blocks = append(round.Blocks, Block{Arm: r.Arms[i].Name, Stats: r.Arms[i].Stats})
		}
		r.Rounds = append(r.Rounds, round)
	}
	for i := range r.Plan.Arms {
		r.Plan.Arms[i].HTTP.Method = "GET"
	}
	return r
}

// Each doubt is raised where there is cause for it, and nowhere else.
func TestDiagnose(t *testing.T) {
	resumed := func(r *Result) *ArmResult { return &r.Arms[1] }
	tests := []struct {
		code  WarningCode // "" for none
		cause func(*Result)
	}{
		{"", func(*Result) {}},
		{WarnPartial, func(r *Result) { r.Partial, r.Ended = true, Interrupted }},
		{WarnFewRounds, func(r *Result) { r.Rounds = r.Rounds[:5] }},
		{WarnFewRounds, func(r *Result) {
			for i := range 5 {
				r.Rounds[i].Blocks[1].Cut = true
			}
		}},
		{WarnFewSamples, func(r *Result) {
			s := resumed(r).Phases[TLSPhase]
			s.P99 = nil
			resumed(r).Phases = map[Phase]hist.Summary{TLSPhase: s}
		}},
		{WarnFallback, func(r *Result) { resumed(r).Kinds = map[Kind]int64{PSK: 1995, Full: 5} }},
		{WarnMixed, func(r *Result) { r.Rounds[3].Blocks[1].Mixed = true }},
		{WarnPoolDry, func(r *Result) { r.Rounds[3].Blocks[1].Dry = true }},
		{WarnNotResumed, func(r *Result) { resumed(r).Kinds = map[Kind]int64{Full: 2000} }},
		{WarnPriming, func(r *Result) {
			resumed(r).PrimingFailure = &FailureNote{Class: ClassReset, Phase: TLSPhase, Error: "x"}
		}},
		{WarnErrors, func(r *Result) {
			resumed(r).Attempts, resumed(r).Errors = 2001, map[ErrorClass]int64{ClassReset: 1}
		}},
		{WarnStatus, func(r *Result) { resumed(r).BadStatus = map[int]int64{503: 7} }},
		{WarnHelloRetry, func(r *Result) { resumed(r).HelloRetry = 1 }},
		{WarnClamped, func(r *Result) { resumed(r).Clamped = 1 }},
		{WarnServerCPU, func(r *Result) { resumed(r).ServerCPU = nil }},
		{WarnNoisy, func(r *Result) {
			for i := range r.Rounds {
				r.Rounds[i].Blocks[1].Medians = map[Phase]time.Duration{TLSPhase: time.Duration(i+1) * time.Millisecond}
			}
		}},
		{WarnNotHonoured, func(r *Result) {
			for i := range r.Plan.Arms {
				r.Plan.Arms[i].HTTP.Proto = H2
			}
			r.Arms[0].Facts.ALPN, r.Arms[1].Facts.ALPN = "h2", "h2"
			r.Arms[1].Facts = nil
			r.Arms[0].Facts.ALPN = ""
		}},
		{WarnArmsDiffer, func(r *Result) { resumed(r).Facts.Version = "1.2" }},
		{WarnArmsDiffer, func(r *Result) { resumed(r).Facts.Suite = "CHACHA20_POLY1305_SHA256" }},
		{"", func(r *Result) { // it was asked for
			r.Plan.Arms[0].TLS.MaxVersion, r.Plan.Arms[1].TLS.MinVersion = tls.VersionTLS12, tls.VersionTLS13
			r.Arms[0].Facts.Version, r.Arms[0].Facts.Suite = "1.2", "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
		}},
		{"", func(r *Result) {
			r.Plan.Compare = "key"
			for i, key := range []string{"rsa-2048", "ecdsa-p256"} {
				r.Plan.Arms[i].Coords = []Coord{{"key", key}}
			}
			r.Arms[0].Facts.Suite = "ECDHE_RSA_WITH_AES_128_GCM_SHA256"
		}},
		{"", func(r *Result) {
			r.Plan.Arms[0].HTTP.Proto, r.Arms[0].Facts.ALPN = H2, "h2"
		}},
		{WarnErrors, func(r *Result) { // the rounds of the other arm are whole
			*resumed(r) = ArmResult{Name: resumed(r).Name, Stats: Stats{Attempts: 9, Errors: map[ErrorClass]int64{ClassReset: 9}}}
			for i := range r.Rounds {
				r.Rounds[i].Blocks[1].Cut = true
			}
		}},
		{WarnClientBound, func(r *Result) { // 2 × 2000 × 9.5 ms of 2 × 5 s × 4 processors
			r.Arms[0].ClientCPU, r.Arms[1].ClientCPU = ptr(9.5e6), ptr(9.5e6)
		}},
		{WarnPorts, func(r *Result) {
			for i := range r.Arms {
				r.Plan.Arms[i].Net.Close = CloseGraceful
				r.Arms[i].Attempts = 10_000
				r.Arms[i].Kinds = map[Kind]int64{Kind(3 * i): 10_000}
			}
		}},
		{"", func(r *Result) { // ports of one arm of two
			r.Plan.Arms[0].Net.Close = CloseGraceful
			for i := range r.Arms {
				r.Arms[i].Attempts = 10_000
				r.Arms[i].Kinds = map[Kind]int64{Kind(3 * i): 10_000}
			}
		}},
		{WarnPorts, func(r *Result) { // of the other
			r.Plan.Arms[1].Net.Close, r.Arms[1].Attempts = CloseGraceful, 25_000
			r.Arms[1].Kinds = map[Kind]int64{PSK: 25_000}
		}},
		{"", func(r *Result) { // ports of two addresses
			for i := range r.Arms {
				r.Plan.Arms[i].Net.Close, r.Plan.Arms[i].Net.Sources = CloseGraceful, "127.0.0.2-127.0.0.3"
				r.Arms[i].Attempts = 10_000
				r.Arms[i].Kinds = map[Kind]int64{Kind(3 * i): 10_000}
			}
		}},
		{"", func(r *Result) { // ports that are free again after a second
			r.Env.TimeWaitReuse = 1
			for i := range r.Arms {
				r.Plan.Arms[i].Net.Close = CloseGraceful
				r.Arms[i].Attempts = 10_000
				r.Arms[i].Kinds = map[Kind]int64{Kind(3 * i): 10_000}
			}
		}},
		{WarnLoopback, func(r *Result) { r.Arms[0].Facts.Remote = "127.0.0.1:443" }},
		{WarnSimulated, func(r *Result) { r.Plan.Arms[0].Target.RTT = time.Millisecond }},
		{WarnInsecure, func(r *Result) { r.Plan.Arms[0].TLS.Insecure = true }},
		{WarnKeyLog, func(r *Result) { r.Plan.Arms[0].TLS.KeyLog = "keys" }},
		{WarnUnfinished, func(r *Result) {
			r.Plan.Arms[0].HTTP.Method, r.Plan.Arms[0].Net.Close = "", CloseReset
		}},
	}
	for _, tt := range tests {
		r := calm()
		tt.cause(r)
		var codes []WarningCode
		for _, w := range Diagnose(r) {
			codes = append(codes, w.Code)
		}
		var want []WarningCode
		if tt.code != "" {
			want = []WarningCode{tt.code}
		}
		if !slices.Equal(slices.Compact(codes), want) {
			t.Errorf("got %v, want %v", codes, want)
		}
	}
}

// Client and server on one machine: together they can fill it, where neither
// does alone.
func TestSharedCoresAreNoticed(t *testing.T) {
	r := calm()
	for i := range r.Arms {
		r.Arms[i].Facts.Remote = "[::1]:443"
		r.Arms[i].ClientCPU, r.Arms[i].ServerCPU = ptr(5e6), ptr(4.5e6)
	}
	var codes []WarningCode
	for _, w := range Diagnose(r) {
		codes = append(codes, w.Code)
	}
	if !slices.Contains(codes, WarnSharedCores) || slices.Contains(codes, WarnClientBound) {
		t.Errorf("got %v", codes)
	}
	r.Env.ClientCPUs, r.Env.ServerCPUs = "0-1", "2-3"
	if slices.ContainsFunc(Diagnose(r), func(w Warning) bool { return w.Code == WarnSharedCores }) {
		t.Error("client and server are pinned apart, and share cores all the same")
	}
	r.Env.ClientCPUs = "0-2"
	if !slices.ContainsFunc(Diagnose(r), func(w Warning) bool { return w.Code == WarnSharedCores }) {
		t.Error("client and server share a CPU, and it is not told")
	}
}

func TestWhyNotResumed(t *testing.T) {
	for _, tt := range []struct {
		want Want
		a    ArmResult
		says string
	}{
		{WantResumed, ArmResult{}, "not offered: the server granted no session (its tickets and its cache are off, or it grants none to this client)"},
		{WantSessionID, ArmResult{}, "not offered: the server gave no session ID (its cache is off, or, as Go's servers, it has none)"},
		{WantTicket, ArmResult{}, "not offered: the server granted no ticket in TLS 1.2 or below (its tickets are off: try session-id)"},
		{WantPSK, ArmResult{}, "not offered: the server granted no ticket in TLS 1.3 (its tickets are off)"},
		{WantResumed, ArmResult{Stats: Stats{Sessions: SessionCounts{Primed: 5}}}, "there were 5 sessions, but none was left to offer"},
		{WantResumed, ArmResult{Stats: Stats{Sessions: SessionCounts{Received: 5, Offered: 3}}}, "the server granted 5 sessions and refused all 3 that were offered"},
		{WantPSK, ArmResult{Stats: Stats{Sessions: SessionCounts{Imported: 2, Expired: 1, Withheld: 4}}},
			"of 2 sessions none could be offered: over: 1; left out by crypto/tls, for another certificate, name or suite: 4"},
		{WantPSK, ArmResult{Stats: Stats{Sessions: SessionCounts{Imported: 1, Offered: 60}}}, "the server refused all 60 offers of 1 imported session"},
		{WantEarlyData, ArmResult{Stats: Stats{Kinds: map[Kind]int64{PSK: 50}, EarlyDataRejected: 50, Sessions: SessionCounts{Primed: 2, Received: 54, Offered: 50}}},
			"the server resumed all 50 sessions that were offered, and rejected the 0-RTT data of 50 (it is off there, or a limit of the server shrank since it granted them)"},
		{WantEarlyData, ArmResult{Stats: Stats{Kinds: map[Kind]int64{PSK: 40, Full: 10}, Sessions: SessionCounts{Imported: 1, Offered: 50}}},
			"the server resumed 40 of 50 sessions that were offered, and none allowed 0-RTT data"},
		{WantEarlyData, ArmResult{Stats: Stats{Kinds: map[Kind]int64{Full: 50}, EarlyDataRejected: 50, Sessions: SessionCounts{Primed: 1, Offered: 50}}},
			"the server granted 1 session and refused all 50 that were offered"},
		{WantResumed, ArmResult{PrimingFailure: &FailureNote{Class: ClassTLS, Phase: TLSPhase, Error: "x"}},
			"no session could be had: phase tls: x: check --tls, --groups and --ciphers"},
	} {
		if got := WhyNotResumed(Arm{Want: tt.want}, &tt.a); got != tt.says {
			t.Errorf("%s: got %q, want %q", tt.want, got, tt.says)
		}
	}
}
