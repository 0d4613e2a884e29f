package bench

import (
	"errors"
	"math/rand/v2"
	"time"

	"testing"
)

// recorded is one block, sample by sample.
type recorded struct {
	arm     int
	samples []Sample
	told    measured
}

// record makes a result of rounds by what a driver makes it with, each of them a
// second long.
func record(t testing.TB, plan Plan, rounds [][]recorded) *Result {
	t.Helper()
	plan.Rounds = len(rounds)
	r := &run{plan: plan, began: time.Now(), result: &Result{
		Schema: Schema, Tool: ThisTool(), Env: ThisEnv(), Started: time.Unix(1_000_000_000, 0).UTC(), Rounds: []Round{}, Warnings: []Warning{},
	}}
	for _, arm := range plan.Arms {
		r.arms = append(r.arms, &armRun{Arm: arm, facts: &Facts{Version: "1.3"}})
	}
	for n, blocks := range rounds {
		var round Round
		for _, b := range blocks {
			s := &stream{arms: r.arms[b.arm : b.arm+1], indexes: []int{b.arm}, tallies: make([]Tally, 1)}
			for i := range b.samples {
				s.tallies[0].Add(&b.samples[i])
			}
			b.told.start = time.Duration(n) * time.Second
			for _, cpu := range []*cpuTime{&b.told.clientCPU, &b.told.serverCPU} {
				if cpu.over != 0 {
					cpu.over = s.tallies[0].Completed()
				}
			}
			if b.told.arms == nil {
				b.told.arms = make([]armMeasured, 1)
			}
			b.told.completed = s.tallies[0].Completed()
			if err := r.keep(s, b.told, &round); err != nil {
				t.Fatal(err)
			}
		}
		r.result.Rounds = append(r.result.Rounds, round)
	}
	result, err := r.finish(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	result.Took = time.Duration(len(rounds)) * time.Second
	return result
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
			b.told.took = time.Duration(1 + random.IntN(1e9))
			b.told.cut = random.IntN(9) == 0
			b.told.arms = []armMeasured{{sessions: SessionCounts{Primed: random.Int64N(3), Received: random.Int64N(9), Expired: random.Int64N(3)}}}
			b.told.clientCPU = cpuTime{time.Duration(1 + random.IntN(1e9)), 1}
			b.told.serverCPU = b.told.clientCPU
			if flaky {
				b.told.serverCPU = []cpuTime{b.told.clientCPU, b.told.clientCPU, {0, 1}, {}}[random.IntN(4)]
			}
			rounds[i] = append(rounds[i], b)
		}
	}
	return rounds
}

func anySample(random *rand.Rand, arm int, fails bool) (s Sample) {
	s.Reset()
	if fails || random.IntN(30) == 0 {
		class := []ErrorClass{ClassReset, ClassDNS}[random.IntN(2)]
		s.Failure = &Failure{Class: class, Phase: Connect, Err: errors.New("as the test said")}
		return s
	}
	if arm == 1 && random.IntN(10) > 0 {
		s.Kind = PSK
	}
	s.BytesIn, s.BytesOut, s.TicketBytes = random.Int64N(9000), random.Int64N(9000), random.Int64N(300)
	s.HelloRetry = random.IntN(20) == 0
	if random.IntN(20) == 0 {
		s.Status = 500
	}
	// From single nanoseconds, whose buckets hold one value, to beyond the last.
	spread := time.Duration(1) << random.IntN(38)
	for p := range s.Phases {
		if Phase(p) == TLSPhase || Phase(p) == Total || random.IntN(3) > 0 {
			s.Phases[p] = 1 + time.Duration(random.Int64N(int64(spread)))
		}
	}
	return s
}
