package compare

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// weighed is a pair of arms of which a test says what was measured and found.
type weighed struct {
	result *bench.Result
	all    []Comparison
}

// distant is TLS 1.3 with figures that are easy to calculate with, and a round
// trip more in the full handshakes.
func distant() weighed {
	r := &bench.Result{Ended: bench.Complete, Plan: bench.Plan{Compare: "session", Confidence: 0.95, Rounds: 10}}
	r.Clocks.Server = "test"
	w := weighed{result: r}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want, arm.Target.URL = want, "tls://test:1"
		r.Plan.Arms = append(r.Plan.Arms, arm)
		kind, trips, connect := bench.Full, 2.0, 20_400*time.Microsecond
		if want.Resumes() {
			kind, trips, connect = bench.PSK, 1, 20_200*time.Microsecond
		}
		p50 := func(d time.Duration) hist.Summary { return hist.Summary{Count: 100, P50: &d} }
		cpu, in, out, tickets := 1e6, 2400.0, 1600.0, 144.0
		r.Arms = append(r.Arms, bench.ArmResult{Name: arm.Name, Stats: bench.Stats{
			Attempts: 100, Kinds: map[bench.Kind]int64{kind: 100},
			Phases:    map[bench.Phase]hist.Summary{bench.Connect: p50(connect), bench.TLSPhase: p50(42e6), bench.Local: p50(1e6)},
			ClientCPU: &cpu, ServerCPU: &cpu, BytesIn: &in, BytesOut: &out, TicketBytes: &tickets, RoundTrips: &trips,
		}})
	}
	w.found("tls.p50", 42e6, -0.5, -0.51, -0.49)
	w.found("local.p50", 1e6, -0.4, -0.5, -0.3)
	w.found("client_cpu", 2e6, -0.25, -0.3, -0.2)
	w.found("server_cpu", 1e6, -0.3, -0.4, -0.2)
	w.found("bytes_in", 2400, -0.5, -0.5, -0.5)
	w.found("bytes_out", 1600, 0.1, 0.1, 0.1)
	return w
}

// found replaces a comparison.
func (w *weighed) found(metric string, base, change, low, high float64) {
	detectable := 0.02
	c := Comparison{
		Arm: "session=resumed", Baseline: "session=full", Metric: metric, Better: bench.LowerIsBetter, BaselineValue: base,
		Change: &change, CI: &[2]float64{low, high}, Detectable: &detectable, Rounds: 10,
	}
	c.Verdict = c.verdict()
	for i := range w.all {
		if w.all[i].Metric == metric {
			w.all[i] = c
			return
		}
	}
	w.all = append(w.all, c)
}

func (w weighed) worth(t *testing.T, loads ...Capacity) Worth {
	t.Helper()
	all := WorthOf(w.result, w.all, loads...)
	if len(all) != 1 || all[0].Arm != "session=resumed" || all[0].Baseline != "session=full" {
		t.Fatalf("got %+v, want what resumed is worth against full", all)
	}
	return all[0]
}

// near compares a figure that was calculated by hand; NaN stands for none.
func near(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	switch {
	case got == nil && math.IsNaN(want):
	case got == nil:
		t.Errorf("%s is not known, want %v", what, want)
	case !(math.Abs(*got-want) <= 1e-9*math.Max(1, math.Abs(want))):
		t.Errorf("%s is %v, want %v", what, *got, want)
	}
}

func TestWorthIsAsCalculatedByHand(t *testing.T) {
	w := distant().worth(t, Capacity{5000, 0.7})
	near(t, "time", w.Time.Saved, 21e6)
	near(t, "at least", &w.Time.CI[0], 20_580_000)
	near(t, "at most", &w.Time.CI[1], 21_420_000)
	near(t, "detectable", w.Time.Detectable, 840_000)
	near(t, "round trips", w.Time.RoundTrips, 1)
	near(t, "a round trip", w.Time.RTT, 20_300_000)
	near(t, "of round trips", w.Time.OfRoundTrips, 20_300_000)
	near(t, "of the client", w.Time.OfClient, 400_000)
	near(t, "of the rest", w.Time.OfRest, 300_000)
	near(t, "client CPU", w.ClientCPU.Saved, 500_000)
	near(t, "server CPU", w.ServerCPU.Saved, 300_000)
	near(t, "bytes in", w.BytesIn.Saved, 1200)
	near(t, "bytes out", w.BytesOut.Saved, -160)

	l := w.Loads[0]
	near(t, "cores without", &l.ServerCores.Without, 5)
	near(t, "cores with", l.ServerCores.With, 3.95)
	near(t, "cores saved", l.ServerCores.Saved, 1.05)
	near(t, "cores at least", &l.ServerCores.CI[0], 0.7)
	near(t, "cores at most", &l.ServerCores.CI[1], 1.4)
	near(t, "to clients", l.BytesIn, 4_200_000)
	near(t, "from clients", l.BytesOut, -560_000)
	near(t, "tickets", l.TicketBytes, 720_000)
	near(t, "a core every", l.CoreEvery, 1e9/(0.7*300_000))
	near(t, "a core every, at least", &l.CoreEveryCI[0], 1e9/(0.7*400_000))
	near(t, "a core every, at most", &l.CoreEveryCI[1], 1e9/(0.7*200_000))
	near(t, "tickets pay from", w.Tickets.PayFrom, 144.0/1040)
}

func throughProxy(r *bench.Result) {
	for i := range r.Plan.Arms {
		r.Plan.Arms[i].Net.Proxy = "http://proxy:3128"
	}
}

// A connect that leads to a proxy is no measure of the way to the server.
func TestWorthThroughAProxySaysWhyNoRoundTrip(t *testing.T) {
	made := distant()
	throughProxy(made.result)
	w := made.worth(t)
	if w.Time.RTT != nil || w.Time.WhyNoRTT != "a round trip beyond the proxy is not measured" {
		t.Errorf("a round trip of %v, and the reason is %q", w.Time.RTT, w.Time.WhyNoRTT)
	}
	near(t, "round trips", w.Time.RoundTrips, 1)
	if w := distant().worth(t); w.Time.WhyNoRTT != "" {
		t.Errorf("without a proxy: %q", w.Time.WhyNoRTT)
	}
}

func TestWorthOfWhatIsNotThere(t *testing.T) {
	none := math.NaN()
	resumed := func(w *weighed) *bench.ArmResult { return &w.result.Arms[1] }
	for _, tt := range []struct {
		name   string
		change func(*weighed)
		// what is left of the time, of its parts, of server cores, of bytes and
		// of the share from which tickets pay
		time, trips, client, rest, cores, bytes, pay float64
		why                                          string // no cores
	}{
		{"nothing is missing", func(*weighed) {}, 21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"resumption costs time", func(w *weighed) { w.found("tls.p50", 42e6, 0.5, 0.4, 0.6) },
			-21e6, 20.3e6, 4e5, -41.7e6, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"no difference in time", func(w *weighed) { w.found("tls.p50", 42e6, -0.01, -0.02, 0.01) },
			none, none, none, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"no difference in the client's work", func(w *weighed) { w.found("local.p50", 1e6, -0.01, -0.02, 0.01) },
			21e6, 20.3e6, none, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"round trips were not counted", func(w *weighed) { resumed(w).RoundTrips = nil },
			21e6, none, 4e5, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"as many round trips, however long", func(w *weighed) {
			two := 2.0
			resumed(w).RoundTrips = &two
			delete(resumed(w).Phases, bench.Connect)
		},
			21e6, 0, 4e5, 206e5, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"no difference in the client's work, as many round trips", func(w *weighed) {
			two := 2.0
			resumed(w).RoundTrips = &two
			w.found("local.p50", 1e6, -0.01, -0.02, 0.01)
		},
			21e6, 0, none, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"through a proxy", func(w *weighed) { throughProxy(w.result) },
			21e6, none, 4e5, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"through a proxy, as many round trips", func(w *weighed) {
			two := 2.0
			throughProxy(w.result)
			resumed(w).RoundTrips = &two
		},
			21e6, 0, 4e5, 206e5, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"too few connects for a median", func(w *weighed) { delete(resumed(w).Phases, bench.Connect) },
			21e6, none, 4e5, none, 1.05, 4.2e6, 144.0 / 1040, ""},
		{"no server's clock", func(w *weighed) { w.result.Clocks.Server, resumed(w).ServerCPU = "", nil },
			21e6, 20.3e6, 4e5, 3e5, none, 4.2e6, 144.0 / 1040, "the CPU of the server was not measured: give --server-pid"},
		{"mixed", func(w *weighed) { resumed(w).Mixed = true },
			21e6, 20.3e6, 4e5, 3e5, none, 4.2e6, 144.0 / 1040, "so it is of a mixture"},
		{"simulated round trips", func(w *weighed) { w.result.Plan.Arms[0].Target.RTT = time.Millisecond },
			21e6, 20.3e6, 4e5, 3e5, none, 4.2e6, 144.0 / 1040, "includes the work of simulating round trips"},
		{"too few rounds", func(w *weighed) { w.all[3].Verdict, w.all[3].Change, w.all[3].Rounds = Inconclusive, nil, 2 },
			21e6, 20.3e6, 4e5, 3e5, none, 4.2e6, 144.0 / 1040, "2 of 0 rounds can be compared"},
		{"no difference in server CPU", func(w *weighed) { w.found("server_cpu", 1e6, -0.01, -0.03, 0.01) },
			21e6, 20.3e6, 4e5, 3e5, none, 4.2e6, 144.0 / 1040, ""},
		{"no difference in bytes out", func(w *weighed) { w.found("bytes_out", 1600, 0, 0, 0) },
			21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, 144.0 / 1200, ""},
		{"tickets that are too large", func(w *weighed) {
			large := 1041.0
			w.result.Arms[0].TicketBytes, resumed(w).TicketBytes = &large, &large
		},
			21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, none, ""},
		{"fewer tickets behind a resumption", func(w *weighed) { two := 288.0; w.result.Arms[0].TicketBytes = &two },
			21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, 288.0 / (1040 + 144), ""},
		{"tickets that nobody waited for", func(w *weighed) { w.result.Arms[0].TicketBytes, resumed(w).TicketBytes = new(float64), new(float64) },
			21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, none, ""},
		{"tickets within the handshake", func(w *weighed) { resumed(w).Kinds = map[bench.Kind]int64{bench.Ticket: 100} },
			21e6, 20.3e6, 4e5, 3e5, 1.05, 4.2e6, none, ""},
		{"never resumed", func(w *weighed) {
			a := resumed(w)
			a.Kinds, a.Phases, a.BytesIn, a.BytesOut, a.TicketBytes, a.RoundTrips = map[bench.Kind]int64{bench.Full: 100}, nil, nil, nil, nil, nil
			a.Mixed = true
			w.all = nil
		}, none, none, none, none, none, none, none, "so it is of a mixture"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			made := distant()
			tt.change(&made)
			w := made.worth(t, Capacity{5000, 0.7})
			l := w.Loads[0]
			near(t, "time", w.Time.Saved, tt.time)
			near(t, "of round trips", w.Time.OfRoundTrips, tt.trips)
			near(t, "of the client", w.Time.OfClient, tt.client)
			near(t, "of the rest", w.Time.OfRest, tt.rest)
			var cores, pay *float64
			if l.ServerCores != nil {
				cores = l.ServerCores.Saved
			}
			if w.Tickets != nil {
				pay = w.Tickets.PayFrom
			}
			near(t, "cores", cores, tt.cores)
			near(t, "bytes", l.BytesIn, tt.bytes)
			near(t, "tickets pay from", pay, tt.pay)
			if (l.WhyNoCores == "") != (tt.why == "") || !strings.Contains(l.WhyNoCores, tt.why) {
				t.Errorf("no cores because %q, want %q", l.WhyNoCores, tt.why)
			}
			if (l.ServerCores == nil) != (tt.why != "") {
				t.Errorf("cores %v, and the reason is %q", l.ServerCores, l.WhyNoCores)
			}
			if w.Tickets != nil && w.Tickets.Never != strings.Contains(tt.name, "too large") {
				t.Errorf("tickets never pay: %v", w.Tickets.Never)
			}
			if _, err := json.Marshal(w); err != nil {
				t.Error(err) // an infinite figure
			}
		})
	}
}

// Whatever was measured: the parts of the time add up to it, the cores under the
// load are those without less the saved ones, an interval is in order about what
// it bounds, no resumption saves nothing, and twice the load saves twice as much.
func TestWorthAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	metrics := []string{"tls.p50", "local.p50", "client_cpu", "server_cpu", "bytes_in", "bytes_out"}
	told, divided := 0, 0
	for range 2000 {
		made := distant()
		for _, metric := range metrics {
			low, high := -1+2*random.Float64(), -1+2*random.Float64()
			low, high = min(low, high), max(low, high)
			made.found(metric, 1e7*random.Float64(), low+random.Float64()*(high-low), low, high)
		}
		trips := 3 * random.Float64()
		made.result.Arms[0].RoundTrips = &trips
		load := Capacity{1e4 * random.Float64(), random.Float64()}
		w := made.worth(t, load, Capacity{load.Rate, 0}, Capacity{2 * load.Rate, load.Resumed})
		if s := w.Time; s.Saved != nil {
			told++
			if (s.OfClient == nil) != (s.ClientVerdict == Same) || (s.OfRest == nil) != (s.OfClient == nil) {
				t.Fatalf("the client's work is %v, found %s; the rest is %v", s.OfClient, s.ClientVerdict, s.OfRest)
			}
			if s.OfRest != nil {
				divided++
				if sum := *s.OfRoundTrips + *s.OfClient + *s.OfRest; sum != *s.Saved {
					t.Fatalf("the parts of %v make %v", *s.Saved, sum)
				}
			}
			if s.CI[0] > *s.Saved || s.CI[1] < *s.Saved {
				t.Fatalf("%v lies outside %v", *s.Saved, *s.CI)
			}
			if *s.Saved > 0 != (s.Verdict == Better) {
				t.Fatalf("%v are saved, and it is %s", *s.Saved, s.Verdict)
			}
		}
		one, nobody, twice := w.Loads[0], w.Loads[1], w.Loads[2]
		c := one.ServerCores
		if (c.Saved == nil) != (w.ServerCPU.Verdict == Same) {
			t.Fatalf("cores saved: %v, where server CPU is %s", c.Saved, w.ServerCPU.Verdict)
		}
		if c.Saved != nil {
			if *c.Saved != c.Without-*c.With && math.Abs(*c.Saved-(c.Without-*c.With)) > 1e-9*c.Without {
				t.Fatalf("%v without, %v with, and %v are saved", c.Without, *c.With, *c.Saved)
			}
			if c.CI[0] > *c.Saved || c.CI[1] < *c.Saved {
				t.Fatalf("%v cores lie outside %v", *c.Saved, *c.CI)
			}
			near(t, "saved by nobody", nobody.ServerCores.Saved, 0)
			near(t, "saved under twice the load", twice.ServerCores.Saved, 2**c.Saved)
			if nobody.CoreEvery != nil || (one.CoreEvery != nil) != (*c.Saved > 0) {
				t.Fatalf("a core every %v and, where nobody resumes, %v; %v are saved", one.CoreEvery, nobody.CoreEvery, *c.Saved)
			}
		}
		if one.BytesIn != nil && *nobody.BytesIn != 0 {
			t.Fatalf("%v bytes are saved where nobody resumes", *nobody.BytesIn)
		}
	}
	if told < 500 || divided < 250 || divided == told {
		t.Errorf("a difference in %d of 2000 cases, taken apart in %d: too few to learn from", told, divided)
	}
}

// A cost that nobody has is no −0.
func TestWorthWhereNobodyResumesIsNothing(t *testing.T) {
	made := distant()
	made.found("server_cpu", 1e6, 0.3, 0.2, 0.4)
	w := made.worth(t, Capacity{5000, 0})
	if text, err := json.Marshal(w.Loads); err != nil || strings.Contains(string(text), "-0") || !strings.Contains(string(text), `"bytes_out_saved_per_s":0,`) {
		t.Errorf("%s (%v)", text, err)
	}
}

// Only resumption against full handshakes has a worth.
func TestWorthIsOfResumptionOnly(t *testing.T) {
	for name, change := range map[string]func(*bench.Plan){
		"another dimension": func(p *bench.Plan) { p.Compare = "tls" },
		"no full arm":       func(p *bench.Plan) { p.Arms[0].Want = bench.WantTicket },
		"two full arms":     func(p *bench.Plan) { p.Arms[1].Want = bench.WantFull },
		"one arm":           func(p *bench.Plan) { p.Arms = p.Arms[1:] },
	} {
		w := distant()
		change(&w.result.Plan)
		if all := WorthOf(w.result, w.all); len(all) > 0 || HasWorth(w.result.Plan) {
			t.Errorf("%s: %+v", name, all)
		}
	}
	w := distant()
	if loads := w.worth(t).Loads; !HasWorth(w.result.Plan) || len(loads) != 2 || loads[0].Capacity != (Capacity{1000, 0.5}) || loads[1].Resumed != 0.9 {
		t.Errorf("without a load: %+v", loads)
	}
}
