package compare_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/hist"
)

// searched is a plan that searches two arms.
func searched(condition string, change func(*bench.Plan)) bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Duration: time.Second, Confidence: 0.95, FindMax: condition}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want, arm.Timeout = want, time.Second
		arm.Load = bench.Load{Rate: 50, Arrivals: "constant", MaxInFlight: 100}
		p.Arms = append(p.Arms, arm)
	}
	if change != nil {
		change(&p)
	}
	return p
}

// server answers a turn of a search with a block whose tls.p99 grows with the
// rate, and is the bound at the arm's capacity.
type server struct {
	capacity map[string]float64
	bound    time.Duration
	noise    float64 // of the logarithm of a block's times
	random   *rand.Rand
	change   func(*bench.Block)
}

func (s *server) answer(arm bench.Arm, t bench.Turn) bench.Block {
	n := int64(t.Rate * t.Duration.Seconds())
	at := float64(s.bound) * math.Pow(t.Rate/s.capacity[arm.Name], 3) * math.Exp(s.noise*s.random.NormFloat64())
	h := hist.New()
	for range n {
		h.Record(time.Duration(max(at, 1)))
	}
	kind := bench.Full
	if arm.Want.Resumes() {
		kind = bench.PSK
	}
	rate := t.Rate
	b := bench.Block{Arm: arm.Name, Stats: bench.Stats{
		Attempts: n, Kinds: map[bench.Kind]int64{kind: n}, Errors: map[bench.ErrorClass]int64{}, Took: t.Duration, Rate: &rate,
		Phases:   map[bench.Phase]hist.Summary{bench.TLSPhase: h.Summary(), bench.Total: h.Summary()},
		Arrivals: &bench.Arrivals{Rate: t.Rate, Window: time.Duration(float64(n) / t.Rate * 1e9), Due: n, Peak: 1},
	}}
	if s.change != nil {
		s.change(&b)
	}
	return b
}

// run carries a search out.
func (s *server) run(t *testing.T, p bench.Plan) *bench.Result {
	t.Helper()
	search, err := compare.NewSearch(p)
	if err != nil {
		t.Fatal(err)
	}
	r := &bench.Result{Plan: p}
	for {
		spec, ok := search.Next(r.Rounds)
		if !ok {
			return r
		}
		if len(r.Rounds) > 1000 {
			t.Fatal("the search does not end")
		}
		var round bench.Round
		for _, turn := range spec.Turns {
			for _, i := range p.Streams()[turn.Stream] {
				round.Blocks = append(round.Blocks, s.answer(p.Arms[i], turn))
			}
		}
		r.Rounds = append(r.Rounds, round)
	}
}

func newServer(noise float64, seed uint64) *server {
	return &server{
		capacity: map[string]float64{"session=full": 730, "session=resumed": 1900},
		bound:    20 * time.Millisecond, noise: noise, random: rand.New(rand.NewPCG(seed, 1)),
	}
}

func TestSearchFindsTheRate(t *testing.T) {
	for _, noise := range []float64{0, 0.1, 0.3} {
		s := newServer(noise, 1)
		r := s.run(t, searched("tls.p99 < 20ms", nil))
		rates, err := compare.MaxRates(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rates {
			want := s.capacity[m.Arm]
			if m.Rate == nil || math.Abs(math.Log(*m.Rate/want)) > 0.04+noise/6 {
				t.Errorf("noise %v: %s holds %v/s, want %v", noise, m.Arm, m.Rate, want)
				continue
			}
			// A search ends within closeEnough: that much an estimate may be off.
			if m.CI == nil || m.CI[0] > want*1.03 || m.CI[1] < want/1.03 {
				t.Errorf("noise %v: %s: interval %v lacks %v", noise, m.Arm, m.CI, want)
			}
			if m.Searches != 10 || m.Limit != compare.LimitCondition || m.ClientBound || !strings.Contains(m.Why, "tls.p99") {
				t.Errorf("%+v", m)
			}
			if m.Blocks > 10*12 {
				t.Errorf("%s took %d blocks", m.Arm, m.Blocks)
			}
		}
		gains := compare.MaxGains(r.Plan, rates)
		if len(gains) != 1 || math.Abs(gains[0].Change-(1900.0/730-1)) > 0.15 || gains[0].CI == nil {
			t.Errorf("noise %v: gains %+v", noise, gains)
		}
	}
}

// The interval holds the true rate about as often as it claims.
func TestSearchIntervalCovers(t *testing.T) {
	missed, n := 0, 80
	for seed := range n {
		s := newServer(0.2, uint64(seed)+10)
		rates, err := compare.MaxRates(s.run(t, searched("tls.p50 < 20ms", nil)))
		if err != nil {
			t.Fatal(err)
		}
		m := rates[0]
		if want := s.capacity[m.Arm]; m.CI == nil || m.CI[0] > want || m.CI[1] < want {
			missed++
		}
	}
	if missed > n/8 {
		t.Errorf("%d of %d intervals at 95 %% miss the rate", missed, n)
	}
}

// The same blocks tell the same again, as they do when a result is read.
func TestSearchFollowsFromItsBlocks(t *testing.T) {
	s := newServer(0.2, 3)
	r := s.run(t, searched("tls.p99 < 20ms", nil))
	a, _ := compare.MaxRates(r)
	b, _ := compare.MaxRates(r)
	if *a[0].Rate != *b[0].Rate || *a[1].CI != *b[1].CI {
		t.Error("reading the result again finds other rates")
	}
}

func TestSearchSaysWhatTheLimitWas(t *testing.T) {
	beyond := func(change func(b *bench.Block, tenth int64)) func(*bench.Block) {
		return func(b *bench.Block) {
			if b.Arrivals.Rate > 400 {
				change(b, b.Attempts/10)
			}
		}
	}
	more := func(b *bench.Block, n int64) {
		b.Attempts += n
		b.Arrivals.Due = b.Attempts
	}
	for want, change := range map[compare.Limit]func(*bench.Block){
		compare.LimitDropped: beyond(func(b *bench.Block, tenth int64) {
			b.Arrivals.Due += tenth
			b.Arrivals.Dropped = tenth
		}),
		compare.LimitErrors: beyond(func(b *bench.Block, tenth int64) {
			b.Errors[bench.ClassReset] = tenth
			more(b, tenth)
		}),
		compare.LimitFallback: beyond(func(b *bench.Block, tenth int64) {
			b.Kinds[bench.Ticket] = tenth
			more(b, tenth)
		}),
		compare.LimitClient: beyond(func(b *bench.Block, tenth int64) { b.Arrivals.Late = tenth }),
		compare.LimitBehind: func(b *bench.Block) { *b.Rate = min(*b.Rate, 400) },
	} {
		s := newServer(0, 1)
		s.change = change
		rates, err := compare.MaxRates(s.run(t, searched("tls.p99 < 20ms", nil)))
		if err != nil {
			t.Fatal(err)
		}
		m := rates[0]
		if m.Limit != want || m.Rate == nil || math.Abs(*m.Rate/400-1) > 0.06 || m.ClientBound != (want == compare.LimitClient) {
			t.Errorf("%s: limit %s, %v/s, client-bound: %v: %s", want, m.Limit, m.Rate, m.ClientBound, m.Why)
		}
	}
}

// Where client and server fill the cores that they share, the rate is no limit
// of the server.
func TestSearchOnSharedCores(t *testing.T) {
	for _, tt := range []struct {
		name     string
		env      bench.Env
		remote   string
		from     float64 // the rate from which on the cores are full
		held     compare.LoadLimit
		answered bool
	}{
		{"full at the limit", bench.Env{CPUs: 2, GOMAXPROCS: 2}, "127.0.0.1:1", 700, compare.SharedLimit, true},
		{"idle", bench.Env{CPUs: 2, GOMAXPROCS: 2}, "127.0.0.1:1", math.Inf(1), compare.OpenLimit, true},
		{"on another machine", bench.Env{CPUs: 2, GOMAXPROCS: 2}, "192.0.2.1:1", 700, compare.OpenLimit, true},
		{"on cores of their own", bench.Env{CPUs: 2, GOMAXPROCS: 1, ClientCPUs: "0", ServerCPUs: "1"}, "127.0.0.1:1", 700, compare.OpenLimit, true},
		{"full from the beginning", bench.Env{CPUs: 2, GOMAXPROCS: 2}, "127.0.0.1:1", 0, compare.SharedLimit, false},
	} {
		s := newServer(0, 1)
		if !tt.answered {
			s.capacity["session=full"] = 0.01
		}
		s.change = func(b *bench.Block) {
			each := 2 / b.Arrivals.Rate * 1e9 / 10
			if b.Arrivals.Rate >= tt.from {
				each = 0.95 * 2 / b.Arrivals.Rate * 1e9 / 2
			}
			b.ClientCPU, b.ServerCPU = &each, &each
		}
		r := s.run(t, searched("tls.p50 < 20ms", nil))
		r.Env = tt.env
		for _, arm := range r.Plan.Arms {
			r.Arms = append(r.Arms, bench.ArmResult{Name: arm.Name, Facts: &bench.Facts{Remote: tt.remote}})
		}
		rates, err := compare.MaxRates(r)
		if err != nil {
			t.Fatal(err)
		}
		if m := rates[0]; m.Of() != tt.held || m.CoresShared != (tt.held == compare.SharedLimit) || (m.Rate != nil) != tt.answered {
			t.Errorf("%s: the limit is %q: %+v", tt.name, m.Of(), m)
		}
	}
	if of := (compare.MaxRate{ClientBound: true, CoresShared: true}).Of(); of != compare.ClientLimit {
		t.Errorf("of a client at its limit, and shared cores, %q is told", of)
	}
}

func TestSearchThatHoldsNothing(t *testing.T) {
	s := newServer(0, 1)
	s.capacity = map[string]float64{"session=full": 0.01, "session=resumed": 1e9}
	rates, err := compare.MaxRates(s.run(t, searched("tls.p50 < 20ms", nil)))
	if err != nil {
		t.Fatal(err)
	}
	if m := rates[0]; m.Rate != nil || m.Limit != compare.LimitCondition || m.Why == "" {
		t.Errorf("nothing is held: %+v", m)
	}
	if m := rates[1]; m.Rate != nil || m.Limit != compare.LimitRate {
		t.Errorf("everything is held: %+v", m)
	}
}

// Where no block of a bearable length has enough samples for the condition, a
// lower rate has fewer still.
func TestSearchEndsWithoutSamples(t *testing.T) {
	s := newServer(0, 1)
	s.change = func(b *bench.Block) {
		tls := b.Phases[bench.TLSPhase]
		tls.P99 = nil
		b.Phases[bench.TLSPhase] = tls
	}
	r := s.run(t, searched("tls.p99 < 20ms", nil))
	rates, err := compare.MaxRates(r)
	if err != nil {
		t.Fatal(err)
	}
	if m := rates[0]; m.Rate != nil || m.Limit != compare.LimitFew || m.Blocks != 1 || !strings.Contains(m.Why, "tls.p99") {
		t.Errorf("%+v", m)
	}
}

// The arms of a mix share their stream, and so its rate.
func TestSearchOfAMix(t *testing.T) {
	s := newServer(0, 1)
	r := s.run(t, searched("tls.p50 < 20ms", func(p *bench.Plan) { p.Arms[0].Load.Share, p.Arms[1].Load.Share = 0.5, 0.5 }))
	rates, err := compare.MaxRates(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(rates) != 2 || rates[0].Rate == nil || *rates[0].Rate != *rates[1].Rate || math.Abs(*rates[0].Rate/730-1) > 0.04 {
		t.Errorf("%+v", rates)
	}
	if gains := compare.MaxGains(r.Plan, rates); len(gains) != 0 {
		t.Errorf("arms of one stream differ in rate: %v", gains)
	}
}

func TestSearchConditions(t *testing.T) {
	for condition, want := range map[string]string{
		"":                        "",
		"tls.p99":                 "comparison is missing",
		"tls.p99(resumed) < 20ms": "name no arm",
		"saving(tls.p50) > 10%":   "name no arm",
		"ttfb.p99 < 20ms":         "never measured here",
		"connected < 1s":          "never measured here",
		"tls.p99 < 20":            "",
		"nonsense < 1":            "unknown name",
		"tls.p50 < -1ms":          "no rate holds it",
		"tls.p50 < 0ms":           "no rate holds it",
		"tls.p99 > 20ms":          "higher rates hold it",
		"20ms < tls.p99":          "higher rates hold it",
		"tls.p99 == 20ms":         "higher rates hold it",
		"rate > 5/s":              "grows with the rate itself",
		"attempts > 5":            "grows with the rate itself",
	} {
		_, err := compare.NewSearch(searched(condition, nil))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", condition, err, want)
		}
	}
	if _, err := compare.NewSearch(searched("tls.p99 < 20ms", func(p *bench.Plan) {
		for i := range p.Arms {
			p.Arms[i].Load = bench.Load{Workers: 1}
		}
	})); err == nil {
		t.Error("a closed loop can be searched")
	}
	for _, good := range []string{"tls.p99 < 20ms", "total.p95 <= 50ms", "error_ratio < 0.1%", "lag.p99 < 1ms", "20ms > tls.p99", "errors == 0", "drop_ratio == 0", "resumed_ratio > 99%", "tls.p99 < 2 * tls.p50"} {
		if _, err := compare.NewSearch(searched(good, nil)); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
