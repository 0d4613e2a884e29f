package compare

import (
	"crypto/tls"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// quiet has rounds that waver a little, and nothing else.
var quiet = simulated{rounds: 10, block: 0.01}

// several are results of a server that is slower than usual.
func several(n int, s simulated, seed uint64, worse map[string]float64) []*bench.Result {
	random := rand.New(rand.NewPCG(seed, 7))
	var all []*bench.Result
	for range n {
		all = append(all, s.result(random, simulatedPlan(s.rounds), worse))
	}
	return all
}

func between(t *testing.T, base, next []*bench.Result, n *Noise) *Against {
	t.Helper()
	a, err := Between(base, next, n, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func of(t *testing.T, a *Against, arm, metric string) Comparison {
	t.Helper()
	c, ok := Find(a.Comparisons, "session="+arm, metric)
	if !ok {
		t.Fatalf("%s of %s is not compared", metric, arm)
	}
	return c
}

func TestBetweenFindsTheChange(t *testing.T) {
	worse := map[string]float64{"tls.p50": 1.1, "client_cpu": 0.9}
	for _, tt := range []struct {
		name       string
		base, next int
		unit       Observation
		observed   int // by a comparison
	}{
		{"by rounds", 1, 1, OfRounds, 10},
		{"by runs", 4, 4, OfRuns, 4},
		{"by runs of unequal number", 8, 4, OfRuns, 4},
		{"one run against many", 1, 40, OfRuns, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := between(t, several(tt.base, quiet, 1, nil), several(tt.next, quiet, 2, worse), nil)
			if a.Unit != tt.unit {
				t.Errorf("by %s, want by %s", a.Unit, tt.unit)
			}
			for metric, want := range map[string]struct {
				change  float64
				verdict Verdict
			}{"tls.p50": {0.1, Worse}, "client_cpu": {-0.1, Better}} {
				c := of(t, a, "full", metric)
				if c.Verdict != want.verdict || math.Abs(*c.Change-want.change) > 0.02 || c.CI[0] > want.change || c.CI[1] < want.change {
					t.Errorf("%s: %s; want %s by %v", metric, c, want.verdict, want.change)
				}
				if c.Rounds != tt.observed || c.Baseline != c.Arm || c.ByNoise {
					t.Errorf("%s: %d observations against %s, by noise %v", metric, c.Rounds, c.Baseline, c.ByNoise)
				}
				if change := c.Value/c.BaselineValue - 1; math.Abs(change-want.change) > 0.02 {
					t.Errorf("%s: %v, and %v", metric, c.BaselineValue, c.Value)
				}
			}
		})
	}
}

func TestBetweenSaysWhenItCannotTell(t *testing.T) {
	for _, n := range []int{2, 3} {
		a := between(t, several(n, quiet, 1, nil), several(n, quiet, 2, nil), nil)
		for _, c := range a.Comparisons {
			if c.Verdict != Inconclusive || c.Change != nil || c.CI != nil || c.P != nil {
				t.Errorf("%d runs a side: %s", n, c)
			}
		}
	}
}

// What both arms got worse by alike is no smaller gain.
func TestBetweenComparesSavings(t *testing.T) {
	for _, runs := range []int{1, 4} {
		a := between(t, several(runs, quiet, 1, nil), several(runs, quiet, 2, map[string]float64{"tls.p50": 2}), nil)
		c := of(t, a, "resumed", Saving("tls.p50"))
		if c.Unit != bench.Fraction || c.Better != bench.HigherIsBetter || math.Abs(c.BaselineValue-0.3) > 0.02 || math.Abs(c.Value-0.3) > 0.02 {
			t.Errorf("%d runs: %+v", runs, c)
		}
		if c.Verdict != Same {
			t.Errorf("%d runs: %s", runs, c)
		}
		if _, ok := Find(a.Comparisons, "session=full", Saving("tls.p50")); ok {
			t.Error("the baseline saves something against itself")
		}
		next := several(runs, quiet, 3, nil)
		for _, r := range next { // resumption is worth nothing any more
			full, _ := r.Arm("session=full")
			resumed, _ := r.Arm("session=resumed")
			resumed.Phases = full.Phases
			for i := range r.Rounds {
				base, _ := r.Rounds[i].Block("session=full")
				arm, _ := r.Rounds[i].Block("session=resumed")
				arm.Medians = base.Medians
			}
		}
		c = of(t, between(t, several(runs, quiet, 1, nil), next, nil), "resumed", Saving("tls.p50"))
		if c.Verdict != Worse || math.Abs(*c.Change+0.3) > 0.02 {
			t.Errorf("%d runs, nothing is saved any more: %s", runs, c)
		}
	}
}

func TestBetweenNamesWhatItCannotCompare(t *testing.T) {
	base, next := several(1, quiet, 1, nil), several(1, quiet, 2, nil)
	full, _ := next[0].Arm("session=full")
	full.ServerCPU = nil
	zero, some := 0.0, 144.0
	for _, r := range [][]*bench.Result{base, next} {
		resumed, _ := r[0].Arm("session=resumed")
		resumed.TicketBytes = &zero
	}
	a := between(t, base, next, nil)
	const why = "server_cpu of session=full was measured on one side only (base)"
	if _, ok := Find(a.Comparisons, "session=full", "server_cpu"); ok || !slices.Contains(a.Doubts, why) {
		t.Errorf("one side lacks server_cpu: doubts %q", a.Doubts)
	}
	of(t, a, "resumed", "server_cpu")
	share := 0.05
	if got := a.Untold(Allowance{Gated: &share}); !slices.Equal(got, []string{why}) {
		t.Errorf("gated and untold are %q", got)
	}
	if got := a.Untold(Allowance{By: map[string]float64{"rate": share}}); len(got) > 0 {
		t.Errorf("not gated, and yet untold: %q", got)
	}
	if _, ok := Find(a.Comparisons, "session=resumed", "ticket_bytes"); ok || strings.Contains(strings.Join(a.Doubts, "\n"), "ticket_bytes") {
		t.Error("nothing became of nothing, and is compared or doubted")
	}
	resumed, _ := next[0].Arm("session=resumed")
	resumed.TicketBytes = &some
	if a := between(t, base, next, nil); !slices.Contains(a.Doubts, "ticket_bytes of session=resumed: 0, and 144, which have no ratio") {
		t.Errorf("something became of nothing: doubts %q", a.Doubts)
	}
}

func TestBetweenWithMissingArms(t *testing.T) {
	base, next := several(1, quiet, 1, nil), several(1, quiet, 2, nil)
	next[0].Plan.Arms, next[0].Arms = next[0].Plan.Arms[:1], next[0].Arms[:1]
	a := between(t, base, next, nil)
	of(t, a, "full", "tls.p50")
	if _, ok := Find(a.Comparisons, "session=resumed", "tls.p50"); ok {
		t.Error("an arm that the other side lacks is compared")
	}
	base[0].Plan.Arms = base[0].Plan.Arms[1:]
	if _, err := Between(base, next, nil, 0.95); err == nil || !strings.Contains(err.Error(), "no arm in common") {
		t.Errorf("no arm in common: %v", err)
	}
	for _, sides := range [][2][]*bench.Result{{nil, next}, {base, nil}} {
		if _, err := Between(sides[0], sides[1], nil, 0.95); err == nil {
			t.Error("one side is empty, and there is no error")
		}
	}
	for _, confidence := range []float64{0, 0.3, 0.99999, 1, math.NaN()} {
		if _, err := Between(next, next, nil, confidence); err == nil {
			t.Errorf("a confidence of %v is taken", confidence)
		}
	}
}

// Blocks that were cut or are a mixture take no part, as within a run.
func TestBetweenLeavesOutCutAndMixedBlocks(t *testing.T) {
	base, next := several(1, quiet, 1, nil), several(1, quiet, 2, nil)
	cut, _ := next[0].Rounds[0].Block("session=full")
	cut.Cut = true
	mixed, _ := next[0].Rounds[1].Block("session=full")
	mixed.Mixed = true
	a := between(t, base, next, nil)
	if c := of(t, a, "full", "tls.p50"); c.Rounds != 9 {
		t.Errorf("tls.p50: %d rounds, want 9", c.Rounds)
	}
	if c := of(t, a, "full", "client_cpu"); c.Rounds != 8 {
		t.Errorf("client_cpu: %d rounds, want 8", c.Rounds)
	}
	runs := several(4, quiet, 3, nil)
	arm, _ := runs[0].Arm("session=full")
	arm.Mixed = true
	if c := of(t, between(t, several(4, quiet, 1, nil), runs, nil), "full", "client_cpu"); c.Verdict != Inconclusive {
		t.Errorf("three runs are left of four: %s", c)
	}
}

func TestBetweenDoubts(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(base, next *bench.Result)
		doubt  string
	}{
		"target":  {func(_, r *bench.Result) { r.Plan.Arms[1].Target.URL = "tls://other:1" }, "target: tls://test:1, and tls://other:1"},
		"way":     {func(_, r *bench.Result) { r.Plan.Arms[0].Net.Connect = "[::1]:9" }, "way to the target: its own address, and [::1]:9"},
		"family":  {func(_, r *bench.Result) { r.Plan.Arms[0].Net.Family = 6 }, "way to the target: its own address, and its own address by IPv6"},
		"version": {func(_, r *bench.Result) { r.Tool.Version = "9" }, "tlsbench's version: , and 9"},
		"cpu":     {func(b, r *bench.Result) { b.Env.CPU, r.Env.CPU = "x", "y" }, "environment, CPU: x, and y"},
		"cpus":    {func(b, r *bench.Result) { b.Env.CPUs, r.Env.CPUs = 2, 4 }, "environment, CPUs: 2, and 4"},
		"partial": {func(b, _ *bench.Result) { b.Partial, b.Ended = true, bench.Interrupted }, "a result is partial (interrupted)"},
		"one run": {func(_, _ *bench.Result) {}, "one run a side"},
	} {
		base, next := several(1, quiet, 1, nil), several(1, quiet, 1, nil)
		tt.change(base[0], next[0])
		a := between(t, base, next, nil)
		if !slices.ContainsFunc(a.Doubts, func(d string) bool { return strings.HasPrefix(d, tt.doubt) }) {
			t.Errorf("%s: want %q among %q", name, tt.doubt, a.Doubts)
		}
		if want := min(2, len(a.Doubts)); name != "one run" && len(a.Doubts) != want {
			t.Errorf("%s: doubts %q", name, a.Doubts)
		}
	}
	if a := between(t, several(2, quiet, 1, nil), several(2, quiet, 1, nil), nil); len(a.Doubts) > 0 {
		t.Errorf("several runs a side: %q", a.Doubts)
	}
}

func TestDifferencesByField(t *testing.T) {
	for want, change := range map[string]func(*bench.Plan){
		"arms: session=full session=resumed, and session=full": func(p *bench.Plan) { p.Arms = p.Arms[:1] },
		"compared dimension: session, and target":              func(p *bench.Plan) { p.Compare = "target" },
		"engine none, and x (session=resumed)":                 func(p *bench.Plan) { p.Arms[1].Engine = "x" },
		"wanted kind resumed, and psk (session=resumed)":       func(p *bench.Plan) { p.Arms[1].Want = bench.WantPSK },
		"--groups default, and X25519,P-256 (session=full)":    func(p *bench.Plan) { p.Arms[0].TLS.Groups = []string{"X25519", "P-256"} },
		"--tls default, and 1.2-1.3": func(p *bench.Plan) {
			for i := range p.Arms {
				p.Arms[i].TLS.MinVersion, p.Arms[i].TLS.MaxVersion = tls.VersionTLS12, tls.VersionTLS13
			}
		},
		"--insecure off, and on":                          func(p *bench.Plan) { p.Arms[0].TLS.Insecure, p.Arms[1].TLS.Insecure = true, true },
		"--cert none, and one (session=full)":             func(p *bench.Plan) { p.Arms[0].TLS.CertFiles = bench.FileList{"client.pem"} },
		"--sni default, and a.example (session=full)":     func(p *bench.Plan) { p.Arms[0].TLS.ServerName = "a.example" },
		"--method none, and GET (session=full)":           func(p *bench.Plan) { p.Arms[0].HTTP.Method = "GET" },
		"--header none, and Accept (session=full)":        func(p *bench.Plan) { p.Arms[0].HTTP.HeaderNames = []string{"Accept"} },
		"--close none, and graceful (session=full)":       func(p *bench.Plan) { p.Arms[0].Net.Close = bench.CloseGraceful },
		"--dns once, and each (session=full)":             func(p *bench.Plan) { p.Arms[0].Net.ResolveEach = true },
		"--session-pool default, and 3 (session=resumed)": func(p *bench.Plan) { p.Arms[1].Session.Pool = 3 },
		"-c 1, and 2 (session=full)":                      func(p *bench.Plan) { p.Arms[0].Load.Workers = 2 },
		"--rate none, and 12.5/s (session=full)":          func(p *bench.Plan) { p.Arms[0].Load.Rate = 12.5 },
		"--arrivals none, and poisson (session=full)":     func(p *bench.Plan) { p.Arms[0].Load.Arrivals = "poisson" },
		"--max-inflight none, and 20 (session=full)":      func(p *bench.Plan) { p.Arms[0].Load.MaxInFlight = 20 },
		"--storm none, and 200 (session=resumed)":         func(p *bench.Plan) { p.Arms[1].Load.Storm = 200 },
		"--mix none, and 70% (session=resumed)":           func(p *bench.Plan) { p.Arms[1].Load.Share = 0.7 },
		"--ramp none, and one":                            func(p *bench.Plan) { p.Ramp = true },
		"--find-max none, and tls.p99 < 20ms":             func(p *bench.Plan) { p.FindMax = "tls.p99 < 20ms" },
	} {
		base, next := several(1, quiet, 1, nil), several(2, quiet, 1, nil)
		change(&next[1].Plan)
		if got := Differences(base, next); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := Differences(append(base, next[1]), next); len(got) != 1 {
			t.Errorf("on the base's side: %q", got)
		}
	}
	other := several(1, quiet, 1, nil)
	other[0].Plan.Rounds, other[0].Plan.Count, other[0].Plan.Seed, other[0].Plan.Warmup = 99, 9, 9, 9
	other[0].Plan.Arms[0].Target.URL = "tls://other:1"
	if got := Differences(several(1, quiet, 1, nil), other); len(got) > 0 {
		t.Errorf("length, seed and target make another experiment: %q", got)
	}
	here, there := several(1, quiet, 1, nil), several(1, quiet, 1, nil)
	for i := range here[0].Plan.Arms {
		x, y := &here[0].Plan.Arms[i].TLS, &there[0].Plan.Arms[i].TLS
		x.CAFile, x.CertFiles, x.KeyFiles, x.KeyLog = "ca.pem", bench.FileList{"cert.pem"}, bench.FileList{"key.pem"}, "log"
		y.CAFile, y.CertFiles, y.KeyFiles, y.KeyLog = "/tmp/1/ca.pem", bench.FileList{"/tmp/1/cert.pem"}, nil, ""
	}
	if got := Differences(here, there); len(got) > 0 {
		t.Errorf("paths make another experiment: %q", got)
	}
	if got := doubts(here, there, true); !slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, "TLS secrets") }) {
		t.Errorf("the key log of one side is not told: %q", got)
	}
}
