package bench

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// Schedule decides round by round what is run, from what has been measured so
// far. A fixed number of rounds is the simplest one; searches and ramps are
// others.
type Schedule interface {
	// Next gives the next round, or false when the run is over.
	Next(done []Round) (RoundSpec, bool)
}

// RoundSpec is one round to run.
type RoundSpec struct {
	// Turns are the round's stretches, one after the other.
	Turns []Turn
}

// Turn is one stretch of a round.
type Turn struct {
	// Stream is whose it is: an index into the plan's Streams.
	Stream int
	// Rate and Duration are those of this turn, where they are not the plan's.
	Rate     float64
	Duration time.Duration
}

// newSchedule is the plan's own.
func newSchedule(p Plan) Schedule {
	fixed := newFixedRounds(p)
	if p.Ramp {
		return &ramp{fixed: fixed, plan: p, streams: p.Streams()}
	}
	return fixed
}

// fixedRounds runs all streams in each of a number of rounds. Their order is
// random but balanced: in any n rounds, of n streams, that begin at a multiple
// of n, each stream stands at each place once (AB and BA for two, a Latin square
// for more), so that drift within a round favours none.
type fixedRounds struct {
	rounds  int
	streams int
	random  *rand.Rand
	square  [][]int // the rounds that are left of the current square
}

func newFixedRounds(p Plan) *fixedRounds {
	n := len(p.Streams())
	return &fixedRounds{
		rounds:  p.Rounds,
		streams: n,
		random:  rand.New(rand.NewPCG(p.Seed, uint64(n))),
	}
}

func (f *fixedRounds) Next(done []Round) (RoundSpec, bool) {
	if len(done) >= f.rounds {
		return RoundSpec{}, false
	}
	if len(f.square) == 0 {
		f.square = f.newSquare()
	}
	order := f.square[0]
	f.square = f.square[1:]
	var spec RoundSpec
	for _, stream := range order {
		spec.Turns = append(spec.Turns, Turn{Stream: stream})
	}
	return spec, true
}

// newSquare rotates one random order through all its places, in random turn.
func (f *fixedRounds) newSquare() [][]int {
	base := f.random.Perm(f.streams)
	square := make([][]int, f.streams)
	for i, shift := range f.random.Perm(f.streams) {
		row := make([]int, f.streams)
		for j := range row {
			row[j] = base[(j+shift)%f.streams]
		}
		square[i] = row
	}
	return square
}

// ramp climbs in each round from the lowest rate to the highest. Streams of the
// same rate keep the balanced order.
type ramp struct {
	fixed   *fixedRounds
	plan    Plan
	streams [][]int
}

func (r *ramp) Next(done []Round) (RoundSpec, bool) {
	spec, ok := r.fixed.Next(done)
	rate := func(t Turn) float64 { return r.plan.Arms[r.streams[t.Stream][0]].Load.Rate }
	slices.SortStableFunc(spec.Turns, func(a, b Turn) int { return cmp.Compare(rate(a), rate(b)) })
	return spec, ok
}
