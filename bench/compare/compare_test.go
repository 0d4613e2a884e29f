package compare

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// made is a result whose rounds a test can shape.
type made struct {
	rounds  int
	full    time.Duration
	resumed time.Duration
	noise   float64
	change  func(round int, b *bench.Block)
}

func (m made) result(t testing.TB) *bench.Result {
	t.Helper()
	r := &bench.Result{Ended: bench.Complete, Plan: bench.Plan{Compare: "session", Confidence: 0.95, Seed: 1, Rounds: m.rounds}}
	random := rand.New(rand.NewPCG(1, 2))
	sums := map[string]*hist.Histogram{}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want, arm.Target.URL = want, "tls://test:1"
		r.Plan.Arms = append(r.Plan.Arms, arm)
		sums[arm.Name] = hist.New()
	}
	for i := range m.rounds {
		var round bench.Round
		drift := 1 + m.noise*random.NormFloat64()
		for _, arm := range r.Plan.Arms {
			center, kind := m.full, bench.Full
			if arm.Want == bench.WantResumed {
				center, kind = m.resumed, bench.PSK
			}
			h := hist.New()
			for range 200 {
				h.Record(time.Duration(float64(center) * drift * math.Exp(0.1*random.NormFloat64())))
			}
			if err := sums[arm.Name].Merge(h); err != nil {
				t.Fatal(err)
			}
			b := bench.Block{Arm: arm.Name, Stats: statsOf(t, h, kind)}
			cpu := float64(center) * drift / 2
			b.ClientCPU = &cpu
			if m.change != nil {
				m.change(i, &b)
			}
			round.Blocks = append(round.Blocks, b)
		}
		r.Rounds = append(r.Rounds, round)
	}
	for _, arm := range r.Plan.Arms {
		kind := bench.Full
		if arm.Want == bench.WantResumed {
			kind = bench.PSK
		}
		a := bench.ArmResult{Name: arm.Name, Stats: statsOf(t, sums[arm.Name], kind)}
		cpu := float64(m.full)
		a.ClientCPU = &cpu
		r.Arms = append(r.Arms, a)
	}
	return r
}

func statsOf(t testing.TB, h *hist.Histogram, kind bench.Kind) bench.Stats {
	t.Helper()
	text, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	zero := 0.0
	return bench.Stats{
		Attempts: h.Count(), Kinds: map[bench.Kind]int64{kind: h.Count()}, Took: time.Second, ErrorRatio: &zero,
		Phases:     map[bench.Phase]hist.Summary{bench.TLSPhase: h.Summary()},
		Medians:    map[bench.Phase]time.Duration{bench.TLSPhase: h.Quantile(0.5)},
		Histograms: map[bench.Phase]string{bench.TLSPhase: text},
	}
}

func find(t *testing.T, r *bench.Result, metric string) Comparison {
	t.Helper()
	c, ok := Find(Within(r), "session=resumed", metric)
	if !ok {
		t.Fatalf("no comparison of %s", metric)
	}
	return c
}

func TestWithinFindsTheChange(t *testing.T) {
	// The rounds drift by 30 %, which pairing takes out.
	r := made{rounds: 10, full: time.Millisecond, resumed: 700 * time.Microsecond, noise: 0.3}.result(t)
	for _, metric := range []string{"tls.p50", "tls.p95", "tls.p99", "client_cpu"} {
		c := find(t, r, metric)
		if c.Verdict != Better || math.Abs(*c.Change+0.3) > 0.06 || c.CI[0] > *c.Change || c.CI[1] < *c.Change {
			t.Errorf("%s: %s, change %v in %v; want better by 0.3", metric, c.Verdict, *c.Change, *c.CI)
		}
		if c.Rounds != 10 || c.Baseline != "session=full" {
			t.Errorf("%s: %d rounds against %s", metric, c.Rounds, c.Baseline)
		}
	}
	if c := find(t, r, "error_ratio"); c.Verdict != Same || *c.Change != 0 {
		t.Errorf("error_ratio: %s, %v", c.Verdict, *c.Change)
	}
	if _, ok := Find(Within(r), "session=resumed", "resumed_ratio"); ok {
		t.Error("resumed_ratio is compared although it was asked to differ")
	}
}

func TestWithinStaysQuietWhereNothingDiffers(t *testing.T) {
	r := made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond, noise: 0.3}.result(t)
	if c := find(t, r, "tls.p50"); c.Verdict != Same || *c.Detectable <= 0 {
		t.Errorf("%s, detectable %v", c.Verdict, *c.Detectable)
	}
}

func TestWithinSaysWhenItCannotTell(t *testing.T) {
	for rounds := range 6 {
		r := made{rounds: rounds, full: time.Millisecond, resumed: time.Millisecond / 2}.result(t)
		if rounds == 0 {
			continue
		}
		if c := find(t, r, "tls.p50"); c.Verdict != Inconclusive || c.Change != nil || c.CI != nil {
			t.Errorf("%d rounds: %s", rounds, c.Verdict)
		}
	}
}

// A block that is too short for a percentile of its own still has a median to
// compare.
func TestWithinComparesShortBlocks(t *testing.T) {
	r := made{rounds: 6, full: time.Millisecond, resumed: time.Millisecond / 2, change: func(_ int, b *bench.Block) {
		b.Phases = nil
	}}.result(t)
	if c := find(t, r, "tls.p50"); c.Verdict != Better || c.Rounds != 6 {
		t.Errorf("%s over %d rounds", c.Verdict, c.Rounds)
	}
}

// A cut block takes part in no comparison, a mixed one in none of clocks.
func TestWithinLeavesOutCutAndMixedBlocks(t *testing.T) {
	r := made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond / 2, change: func(round int, b *bench.Block) {
		b.Cut = round == 0
		b.Mixed = round == 1 && b.Arm == "session=resumed"
	}}.result(t)
	if c := find(t, r, "tls.p50"); c.Rounds != 9 {
		t.Errorf("tls.p50 is of %d rounds, want 9", c.Rounds)
	}
	if c := find(t, r, "client_cpu"); c.Rounds != 8 {
		t.Errorf("client_cpu is of %d rounds, want 8", c.Rounds)
	}
}

func TestBrokenHistogramIsInconclusive(t *testing.T) {
	r := made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond / 2, change: func(_ int, b *bench.Block) {
		b.Histograms = map[bench.Phase]string{bench.TLSPhase: "nonsense"}
	}}.result(t)
	if c := find(t, r, "tls.p99"); c.Verdict != Inconclusive {
		t.Errorf("got %s", c.Verdict)
	}
}

func TestGate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*bench.Result)
		exit   Exit
		reason string
	}{
		{"all is well", func(*bench.Result) {}, Passed, ""},
		{"interrupted", func(r *bench.Result) { r.Ended = bench.Interrupted }, Interrupted, "partial"},
		{"nothing was granted, so nothing was tried", func(r *bench.Result) {
			r.Arms[1].Stats = bench.Stats{}
		}, Failed, "asked for and never granted: not offered"},
		{"granted, and used up by time", func(r *bench.Result) {
			r.Arms[1].Stats = bench.Stats{}
			r.Arms[1].Sessions = bench.SessionCounts{Primed: 2, Expired: 2}
		}, Failed, "asked for and never came about: of 2 sessions none could be offered"},
		{"granted, and no time to try", func(r *bench.Result) {
			r.Arms[1].Stats = bench.Stats{}
			r.Arms[1].Sessions = bench.SessionCounts{Primed: 2}
		}, NotRun, "not one handshake of arm session=resumed succeeded: none was tried"},
		{"never resumed", func(r *bench.Result) {
			r.Arms[1].Kinds = map[bench.Kind]int64{bench.Full: 5}
		}, Failed, "never granted"},
		{"sessions were granted, and refused", func(r *bench.Result) {
			r.Arms[1].Kinds = map[bench.Kind]int64{bench.Full: 5}
			r.Arms[1].Sessions = bench.SessionCounts{Primed: 2, Offered: 5, Refused: 5}
		}, Failed, "asked for and never came about: the server granted 2 sessions and refused all 5"},
		{"no success at all", func(r *bench.Result) {
			for i := range r.Arms {
				fail(&r.Arms[i])
			}
		}, NotRun, "connect-refused: refused: nothing listens there"},
		{"one arm without success", func(r *bench.Result) { fail(&r.Arms[1]) }, NotRun, "not one handshake of arm session=resumed"},
		{"given up", func(r *bench.Result) {
			r.Ended = bench.GaveUp
			r.LastFailure = &bench.FailureNote{Class: bench.ClassConnectRefused, Phase: bench.Connect, Error: "refused"}
		}, NotRun, "tls://test:1: the target stopped answering: phase connect: refused: nothing listens"},
		{"failures beside successes", func(r *bench.Result) {
			r.Arms[0].Attempts++
			r.Arms[0].Errors = map[bench.ErrorClass]int64{bench.ClassReset: 1}
		}, Passed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := made{rounds: 2, full: time.Millisecond, resumed: time.Millisecond}.result(t)
			tt.change(r)
			got := Gate(r)
			if got.Exit != tt.exit || !strings.Contains(strings.Join(got.Reasons, "\n"), tt.reason) {
				t.Errorf("got %d %q, want %d with %q", got.Exit, got.Reasons, tt.exit, tt.reason)
			}
			if (got.Exit == Passed) != (len(got.Reasons) == 0) {
				t.Errorf("exit %d with %d reasons", got.Exit, len(got.Reasons))
			}
		})
	}
}

// Arms that failed alike are told of once.
func TestFailureOfAllArmsIsToldOnce(t *testing.T) {
	r := &bench.Result{Ended: bench.Complete}
	for _, name := range []string{"session=full", "session=resumed"} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: name})
		r.Plan.Arms = append(r.Plan.Arms, arm)
		a := bench.ArmResult{Name: arm.Name}
		a.Attempts = 3
		fail(&a)
		r.Arms = append(r.Arms, a)
	}
	if got := NotMeasured(r); strings.Count(got, "refused: nothing listens there") != 1 {
		t.Error(got)
	}
}

func fail(a *bench.ArmResult) {
	a.Kinds = nil
	a.Errors = map[bench.ErrorClass]int64{bench.ClassConnectRefused: a.Attempts}
	a.FirstErrors = map[bench.ErrorClass]string{bench.ClassConnectRefused: "refused"}
}
