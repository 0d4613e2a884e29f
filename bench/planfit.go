package bench

import (
	"fmt"
	"slices"
	"time"

	"tlsbench/bench/arrival"
)

// Fit returns the plan with no more rounds than its blocks can fill, and a
// warning where that lowers them or leaves the blocks short. perAttempt is how
// long an attempt takes, 0 while that is not known.
func (p Plan) Fit(perAttempt time.Duration) (Plan, []Warning) {
	wanted := p.Rounds
	floor := min(max(MinRounds, p.FewestRounds), wanted)
	if p.Count > 0 {
		floor = int(min(int64(floor), p.Count))
	}
	most := wanted
	for _, arm := range p.Arms {
		most = min(most, p.roundsFor(arm.Load, perAttempt))
	}
	p.Rounds = max(most, floor)
	var warnings []Warning
	switch {
	case most < floor:
		rounds := plural(p.Rounds, "round")
		if p.Rounds < wanted {
			rounds += fmt.Sprintf(" instead of %d", wanted)
		}
		warnings = append(warnings, warn(WarnShortBlocks,
			"little was asked for: in %s a block is shorter than %v or %s; raise %s",
			rounds, MinBlock, p.fewestAttempts(), p.lengthFlag()))
	case most < wanted:
		warnings = append(warnings, warn(WarnFewerRounds,
			"%s instead of %d, so that no block is shorter than %v or %s",
			plural(p.Rounds, "round"), wanted, MinBlock, p.fewestAttempts()))
	}
	return p, warnings
}

// Fitted returns the plan as a driver begins it: with no more rounds and
// workers than its attempts are enough for. The warm-up may show that fewer
// rounds are.
func (p Plan) Fitted() Plan {
	p, _ = p.Begun()
	return p
}

// Begun is Fitted, with the warnings that a run would give.
func (p Plan) Begun() (Plan, []Warning) {
	p, warnings := p.Fit(0)
	p, more := p.fitWorkers()
	return p, slices.Concat(warnings, more)
}

// fitWorkers returns the plan with no more workers than a block has attempts:
// the others would only prime sessions that nobody offers.
func (p Plan) fitWorkers() (Plan, []Warning) {
	var warnings []Warning
	p.Arms = slices.Clone(p.Arms)
	for i := range p.Arms {
		most := int((p.Count + int64(p.Rounds) - 1) / int64(p.Rounds))
		if load := &p.Arms[i].Load; p.Count > 0 && !load.Open() && load.Workers > most {
			warnings = append(warnings, warnArm(WarnFewerWorkers, p.Arms[i].Name,
				"%s instead of %d: a block has no more attempts than that; raise -n", plural(most, "worker"), load.Workers))
			load.Workers = most
		}
	}
	return p, warnings
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// roundsFor is how many rounds give such a load blocks that are long enough.
func (p Plan) roundsFor(load Load, perAttempt time.Duration) int {
	workers := max(1, load.Workers)
	switch {
	case load.Storm > 0:
		return p.Rounds // each is as long as it is
	case load.Open():
		perAttempt = arrival.Window(1, load.Rate)
	}
	block := max(MinBlock, MinBlockAttempts*perAttempt)
	if p.Count == 0 {
		return int(p.Duration / block)
	}
	rounds := p.Count / int64(MinBlockAttempts*workers)
	if perAttempt > 0 {
		whole := perAttempt * time.Duration(p.Count) / time.Duration(workers)
		rounds = min(rounds, int64(whole/block))
	}
	return int(rounds)
}

// fewestAttempts is how many a block has at least.
func (p Plan) fewestAttempts() string {
	text := fmt.Sprintf("%d attempts", MinBlockAttempts)
	if p.Arms[0].Load.Open() {
		return text
	}
	return text + " a worker"
}

// moreWith names the flags that make for more samples.
func (p Plan) moreWith() string {
	switch {
	case p.storms():
		return "--rounds or --storm"
	case p.Arms[0].Load.Rate > 0 && !p.Ramp:
		return "-d, -n or -r"
	}
	return "-d or -n"
}

func (p Plan) lengthFlag() string {
	if p.Count > 0 {
		return "-n"
	}
	return "-d"
}

// Expected is about how long the run will take, 0 where the plan cannot tell.
func (p Plan) Expected() time.Duration {
	if p.Count > 0 {
		return 0
	}
	const between = 30 * time.Millisecond // priming, garbage collection, clocks
	streams := time.Duration(len(p.Streams()))
	return streams * (p.Duration + p.Warmup + time.Duration(p.Rounds)*between)
}
