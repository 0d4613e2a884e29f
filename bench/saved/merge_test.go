package saved_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/bench/saved"
)

func mustMerge(t testing.TB, all ...*bench.Result) *bench.Result {
	t.Helper()
	m, err := saved.Merge(all)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readAgain(t testing.TB, r *bench.Result) *bench.Result {
	t.Helper()
	again, err := read(encoded(t, r))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// shards splits a run's rounds into several results, each as if it had been run
// alone, and saves and reads these.
func shards(t testing.TB, plan bench.Plan, rounds [][]recorded, at ...int) []*bench.Result {
	t.Helper()
	var all []*bench.Result
	from := 0
	for _, to := range append(at, len(rounds)) {
		own := plan
		own.Count = plan.Count * int64(to-from) / int64(len(rounds))
		all = append(all, readAgain(t, record(t, own, rounds[from:to])))
		from = to
	}
	return all
}

// eachRun calls do with runs of random figures, and two places to split them at.
func eachRun(t *testing.T, flaky bool, do func(plan bench.Plan, rounds [][]recorded, at, then int)) {
	t.Helper()
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 1))
		rounds := randomRounds(random, 3+random.IntN(5), flaky)
		at := 1 + random.IntN(len(rounds)-2)
		plan := testPlan(func(p *bench.Plan) { p.Count, p.Duration = int64(100*len(rounds)), 0 })
		do(plan, rounds, at, at+1+random.IntN(len(rounds)-at-1))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Shards of a run make the run: nothing shows where it was split.
func TestMergedShardsAreTheWholeRun(t *testing.T) {
	for _, flaky := range []bool{false, true} {
		eachRun(t, flaky, func(plan bench.Plan, rounds [][]recorded, at, then int) {
			whole := readAgain(t, record(t, plan, rounds))
			parts := shards(t, plan, rounds, at, then)
			merged := mustMerge(t, parts...)
			for i := range whole.Arms {
				want, got := whole.Arms[i], merged.Arms[i]
				settleMeans(t, &want.Stats, &got.Stats)
				settleFallbacks(t, &want.Stats, &got.Stats, parts, i)
				if flaky {
					for _, of := range []func(*bench.Stats) **float64{
						func(s *bench.Stats) **float64 { return &s.ClientCPU }, func(s *bench.Stats) **float64 { return &s.ServerCPU },
					} {
						settleCPU(t, of, &want.Stats, &got.Stats, parts, i)
					}
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got\n%s\nwant\n%s", encoded(t, got), encoded(t, want))
				}
			}
			if !reflect.DeepEqual(merged.Rounds, whole.Rounds) {
				t.Error("the rounds are others")
			}
			if !reflect.DeepEqual(merged.Plan, whole.Plan) || merged.Took != whole.Took {
				t.Errorf("got plan %+v in %v, want %+v in %v", merged.Plan, merged.Took, whole.Plan, whole.Took)
			}
		})
	}
}

// settleMeans allows for the nanosecond that means lose when they are saved.
func settleMeans(t *testing.T, want, got *bench.Stats) {
	t.Helper()
	for p, s := range want.Phases {
		is, ok := got.Phases[p]
		if !ok || is.Mean == nil {
			t.Errorf("%s has no mean", p)
			continue
		}
		if off := *is.Mean - *s.Mean; off < -1 || off > 1 {
			t.Errorf("%s: a mean of %d, want %d", p, *is.Mean, *s.Mean)
		}
		is.Mean = s.Mean
		got.Phases[p] = is
	}
}

// settleFallbacks holds fallbacks of several parts, of which no histogram is
// saved, to what can be known of them.
func settleFallbacks(t *testing.T, want, got *bench.Stats, parts []*bench.Result, arm int) {
	t.Helper()
	for kind, phases := range want.Others {
		for p, s := range phases {
			having := 0
			for _, part := range parts {
				if _, ok := part.Arms[arm].Others[kind][p]; ok {
					having++
				}
			}
			is := got.Others[kind][p]
			if off := *is.Mean - *s.Mean; off < -1 || off > 1 || having == 1 && off != 0 {
				t.Errorf("%s of %s: a mean of %d, want %d", p, kind, *is.Mean, *s.Mean)
			}
			if having > 1 {
				s = hist.Summary{Count: s.Count, Min: s.Min, Mean: is.Mean, Max: s.Max}
			}
			if !reflect.DeepEqual(is, s) {
				t.Errorf("%s of %s: got %+v, want %+v", p, kind, is, s)
			}
		}
	}
	want.Others, got.Others = nil, nil
}

// settleCPU holds CPU time to what parts with odd clocks can tell: it is that of
// the whole or none, unless a part has none.
func settleCPU(t *testing.T, of func(*bench.Stats) **float64, want, got *bench.Stats, parts []*bench.Result, arm int) {
	t.Helper()
	silent, hidden, unknown := false, false, false
	for _, part := range parts {
		silent = silent || *of(&part.Arms[arm].Stats) == nil
		for _, b := range part.Blocks(part.Arms[arm].Name) {
			hidden = hidden || b.Completed() == 0
			unknown = unknown || b.Completed() > 0 && *of(&b.Stats) == nil
		}
	}
	if none := hidden && unknown; (*of(got) == nil) != none && !silent {
		t.Errorf("CPU is %v, and of the whole run %v", *of(got), *of(want))
	}
	if *of(got) == nil || silent {
		*of(want), *of(got) = nil, nil
	}
}

func TestMergingIsAssociative(t *testing.T) {
	eachRun(t, true, func(plan bench.Plan, rounds [][]recorded, at, then int) {
		parts := shards(t, plan, rounds, at, then)
		for i, r := range parts {
			r.Started = r.Started.Add(time.Duration(i) * time.Hour)
			r.Warnings = append(r.Warnings, bench.Warning{Code: bench.WarnExport, Text: "by all"})
			if i < 2 {
				r.Warnings = append(r.Warnings, bench.Warning{Code: bench.WarnServerClock, Text: "by some"})
			}
		}
		a, b, c := parts[0], parts[1], parts[2]
		want := mustMerge(t, a, b, c)
		for name, got := range map[string]*bench.Result{
			"(ab)c": mustMerge(t, mustMerge(t, a, b), c),
			"a(bc)": mustMerge(t, a, mustMerge(t, b, c)),
			"read":  mustMerge(t, readAgain(t, mustMerge(t, a, b)), c),
		} {
			if !bytes.Equal(encoded(t, got), encoded(t, want)) {
				t.Errorf("%s: got\n%s\nwant\n%s", name, encoded(t, got), encoded(t, want))
			}
		}
	})
}

func TestMergingIsCommutativeButForTheOrderOfRounds(t *testing.T) {
	eachRun(t, true, func(plan bench.Plan, rounds [][]recorded, at, _ int) {
		parts := shards(t, plan, rounds, at)
		one, other := mustMerge(t, parts[0], parts[1]), mustMerge(t, parts[1], parts[0])
		for i := range one.Arms {
			if a, b := one.Arms[i].Stats, other.Arms[i].Stats; !reflect.DeepEqual(a, b) {
				t.Errorf("%s: %+v, and %+v", one.Arms[i].Name, a, b)
			}
		}
		n := len(one.Rounds) - at
		for i, round := range slices.Concat(other.Rounds[n:], other.Rounds[:n]) {
			for k, b := range round.Blocks {
				b.Start = one.Rounds[i].Blocks[k].Start
				if !reflect.DeepEqual(b, one.Rounds[i].Blocks[k]) {
					t.Errorf("round %d differs", i+1)
				}
			}
		}
	})
}

// A merge leaves what it was given as it was, and can be written and read.
func TestMergedIsSound(t *testing.T) {
	eachRun(t, true, func(plan bench.Plan, rounds [][]recorded, at, _ int) {
		parts := []*bench.Result{record(t, plan, rounds[:at]), record(t, plan, rounds[at:])} // not yet read
		for _, r := range parts {
			r.Rounds[0].Blocks[0].Kinds[bench.SessionID] = 0 // which reading takes out
		}
		before := string(encoded(t, parts[0])) + string(encoded(t, parts[1]))
		m := mustMerge(t, parts...)
		if string(encoded(t, parts[0]))+string(encoded(t, parts[1])) != before {
			t.Error("merging changed a part")
		}
		if got := readAgain(t, m); !bytes.Equal(encoded(t, got), encoded(t, m)) {
			t.Errorf("read as\n%s\nwant\n%s", encoded(t, got), encoded(t, m))
		}
		last := time.Duration(-1)
		for i := range m.Rounds {
			if b := m.Rounds[i].Blocks[0]; b.Start <= last || b.Start >= m.Took {
				t.Errorf("round %d starts at %v, behind %v, in a run of %v", i+1, b.Start, last, m.Took)
			} else {
				last = b.Start
			}
		}
	})
}

// A fallback's connection speaks for an arm only where there is none of the wanted
// kind.
func TestMergedFactsAreOfTheWantedKind(t *testing.T) {
	plan := testPlan(func(p *bench.Plan) { p.Arms, p.Count, p.Duration = p.Arms[1:], 1, 0 })
	of := func(kind bench.Kind, version string) *bench.Result {
		var s bench.Sample
		s.Reset()
		s.Kind, s.Phases[bench.TLSPhase], s.Phases[bench.Total] = kind, ms, ms
		r := record(t, plan, [][]recorded{{{samples: []bench.Sample{s}}}})
		r.Arms[0].Facts = &bench.Facts{Version: version}
		return r
	}
	for want, all := range map[string][]*bench.Result{
		"1.1": {of(bench.Full, "1.2"), of(bench.PSK, "1.1"), of(bench.PSK, "1.3")},
		"1.2": {of(bench.Full, "1.2"), of(bench.Full, "1.3")},
	} {
		if got := mustMerge(t, all...).Arms[0].Facts; got == nil || got.Version != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

// Percentiles come from merged histograms. A mean of the parts' would be 5 ms, or
// 3 ms where it is weighted, which no handshake took.
func TestMergedPercentilesAreNoMeans(t *testing.T) {
	of := func(n int, takes time.Duration) *bench.Result {
		b := recorded{told: told{took: time.Second}}
		for range n {
			var s bench.Sample
			s.Reset()
			s.Phases[bench.TLSPhase], s.Phases[bench.Total] = takes, takes
			b.samples = append(b.samples, s)
		}
		plan := testPlan(func(p *bench.Plan) { p.Arms, p.Count, p.Duration = p.Arms[:1], int64(n), 0 })
		return record(t, plan, [][]recorded{{b}})
	}
	m := mustMerge(t, of(3000, ms), of(1000, 9*ms))
	tls := m.Arms[0].Phases[bench.TLSPhase]
	for stat, want := range map[string]time.Duration{"min": ms, "p50": ms, "mean": 3 * ms, "p90": 9 * ms, "p95": 9 * ms, "p99": 9 * ms, "max": 9 * ms} {
		if got, ok := tls.Stat(stat); !ok || got < want || got > want+want/1000 {
			t.Errorf("%s is %v, want %v", stat, got, want)
		}
	}
	if got := m.Arms[0].Medians[bench.TLSPhase]; got > ms+ms/1000 {
		t.Errorf("a median of %v", got)
	}
}
