package saved_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// recorded is one block, sample by sample, and what else was told of it.
type recorded struct {
	arm     int
	samples []bench.Sample
	cut     bool
	told
}

// told is what the clocks and the workers of a stretch tell, beside its samples.
type told struct {
	took           time.Duration
	client, server clock
	sessions       bench.SessionCounts
}

// clock is what a process's clock showed over a stretch, if there was one.
type clock struct {
	spent time.Duration
	ran   bool
}

func (c clock) over(completed int64) spending {
	if !c.ran {
		return spending{}
	}
	return spending{c.spent, completed}
}

// spending is CPU time, and of how many completed handshakes.
type spending struct {
	spent time.Duration
	over  int64
}

func (s *spending) add(o spending) {
	s.spent += o.spent
	s.over += o.over
}

func (s spending) each() *float64 {
	if s.spent == 0 || s.over == 0 {
		return nil
	}
	return new(float64(s.spent) / float64(s.over))
}

// stretch is a block, or an arm, in the making.
type stretch struct {
	tally          bench.Tally
	took           time.Duration
	client, server spending
	sessions       bench.SessionCounts
}

func (b *recorded) stretch() *stretch {
	s := &stretch{took: b.took, sessions: b.sessions}
	for i := range b.samples {
		s.tally.Add(&b.samples[i])
	}
	s.client, s.server = b.client.over(s.tally.Completed()), b.server.over(s.tally.Completed())
	return s
}

func (s *stretch) add(t testing.TB, o *stretch) {
	t.Helper()
	if err := s.tally.Merge(&o.tally); err != nil {
		t.Fatal(err)
	}
	s.took += o.took
	s.client.add(o.client)
	s.server.add(o.server)
	s.sessions.Add(o.sessions)
}

// stats are those that a driver makes, written anew.
func (s *stretch) stats(t testing.TB, want bench.Want, keep ...bench.Phase) bench.Stats {
	t.Helper()
	wanted, err := s.tally.Of(want)
	if err != nil {
		t.Fatal(err)
	}
	all := bench.Stats{
		Attempts: s.tally.Attempts(), Kinds: map[bench.Kind]int64{}, Errors: map[bench.ErrorClass]int64{},
		Took: s.took, Sessions: s.sessions, BadStatus: maps.Clone(s.tally.BadStatus),
		ClientCPU: s.client.each(), ServerCPU: s.server.each(),
		Phases: summaries(wanted), Medians: map[bench.Phase]time.Duration{}, Histograms: map[bench.Phase]string{},
	}
	for i, k := range s.tally.Kinds {
		if k == nil {
			continue
		}
		kind := bench.Kind(i)
		all.Kinds[kind] = k.Count
		all.HelloRetry += k.HelloRetry
		for _, h := range k.Phases {
			if h != nil {
				all.Clamped += h.Clamped()
			}
		}
		if !want.Met(kind) {
			if all.Others == nil {
				all.Others = map[bench.Kind]map[bench.Phase]hist.Summary{}
			}
			all.Others[kind] = summaries(k)
		}
	}
	for class, e := range s.tally.Errors {
		all.Errors[class] = e.Count
	}
	if n := float64(wanted.Count); n > 0 {
		all.BytesIn, all.BytesOut = new(float64(wanted.BytesIn)/n), new(float64(wanted.BytesOut)/n)
		all.TicketBytes = new(float64(wanted.TicketBytes) / n)
	}
	for _, p := range keep {
		if h := wanted.Phases[p]; h != nil {
			if all.Histograms[p], err = h.Encode(); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Where no histogram is kept, no reader could find a median again.
	for p := range all.Phases {
		if h := wanted.Phases[p]; h.Count() >= bench.MinMedianSamples {
			all.Medians[p] = h.Quantile(0.5)
		}
	}
	all.Derive(want)
	return all
}

func summaries(k *bench.KindTally) map[bench.Phase]hist.Summary {
	all := map[bench.Phase]hist.Summary{}
	for p, h := range k.Phases {
		if h != nil {
			all[bench.Phase(p)] = h.Summary()
		}
	}
	return all
}

// record makes a result of rounds as a driver does, each of them a second long.
func record(t testing.TB, plan bench.Plan, rounds [][]recorded) *bench.Result {
	t.Helper()
	plan.Rounds = len(rounds)
	r := &bench.Result{
		Schema: bench.Schema, Tool: bench.ThisTool(), Env: bench.ThisEnv(), Started: time.Unix(1_000_000_000, 0).UTC(),
		Plan: plan, Took: time.Duration(len(rounds)) * time.Second, Ended: bench.Complete, Rounds: []bench.Round{}, Warnings: []bench.Warning{},
	}
	arms := make([]stretch, len(plan.Arms))
	for n, blocks := range rounds {
		var round bench.Round
		for _, b := range blocks {
			arm := plan.Arms[b.arm]
			own := b.stretch()
			arms[b.arm].add(t, own)
			round.Blocks = append(round.Blocks, bench.Block{
				Arm: arm.Name, Start: time.Duration(n) * time.Second, Cut: b.cut,
				Stats: own.stats(t, arm.Want, bench.TLSPhase, bench.Total),
			})
		}
		r.Rounds = append(r.Rounds, round)
	}
	for i, arm := range plan.Arms {
		a := bench.ArmResult{Name: arm.Name, Stats: arms[i].stats(t, arm.Want, bench.Phases()...), Facts: &bench.Facts{Version: "1.3"}}
		for class, e := range arms[i].tally.Errors {
			if a.FirstErrors == nil {
				a.FirstErrors = map[bench.ErrorClass]string{}
			}
			a.FirstErrors[class] = e.First.Err.Error()
		}
		r.Arms = append(r.Arms, a)
	}
	r.Warnings = append(r.Warnings, bench.Diagnose(r)...)
	return r
}

// randomRounds are of two arms. Where clocks are flaky, they stand still, are not
// there, and tell of blocks in which nothing succeeded.
func randomRounds(random *rand.Rand, n int, flaky bool) [][]recorded {
	failing := flaky && random.IntN(2) == 0
	rounds := make([][]recorded, n)
	for i := range rounds {
		for _, arm := range random.Perm(2) {
			b := recorded{arm: arm}
			fails := failing && random.IntN(8) == 0
			for range 1 + random.IntN(60) {
				b.samples = append(b.samples, anySample(random, arm, fails))
			}
			for !flaky && b.samples[len(b.samples)-1].Failure != nil { // nothing may have succeeded
				b.samples = append(b.samples, anySample(random, arm, false))
			}
			b.took = time.Duration(1 + random.IntN(1e9))
			b.cut = random.IntN(9) == 0
			b.sessions = bench.SessionCounts{Primed: random.Int64N(3), Received: random.Int64N(9), Expired: random.Int64N(3)}
			b.client = clock{time.Duration(1 + random.IntN(1e9)), true}
			b.server = b.client
			if flaky {
				b.server = []clock{b.client, b.client, {0, true}, {}}[random.IntN(4)]
			}
			rounds[i] = append(rounds[i], b)
		}
	}
	return rounds
}

func anySample(random *rand.Rand, arm int, fails bool) (s bench.Sample) {
	s.Reset()
	if fails || random.IntN(30) == 0 {
		class := []bench.ErrorClass{bench.ClassReset, bench.ClassDNS}[random.IntN(2)]
		s.Failure = &bench.Failure{Class: class, Phase: bench.Connect, Err: errors.New("as the test said")}
		return s
	}
	if arm == 1 && random.IntN(10) > 0 {
		s.Kind = bench.PSK
	}
	s.BytesIn, s.BytesOut, s.TicketBytes = random.Int64N(9000), random.Int64N(9000), random.Int64N(300)
	s.HelloRetry = random.IntN(20) == 0
	if random.IntN(20) == 0 {
		s.Status = 500
	}
	// From single nanoseconds, whose buckets hold one value, to beyond the last.
	spread := time.Duration(1) << random.IntN(38)
	for p := range s.Phases {
		if bench.Phase(p) == bench.TLSPhase || bench.Phase(p) == bench.Total || random.IntN(3) > 0 {
			s.Phases[p] = 1 + time.Duration(random.Int64N(int64(spread)))
		}
	}
	return s
}
