package bench

import "math/rand/v2"

// Schedule decides round by round what is run, from what has been measured so
// far. A fixed number of rounds is the simplest one; searches and ramps are
// others.
type Schedule interface {
	// Next gives the next round, or false when the run is over.
	Next(done []Round) (RoundSpec, bool)
}

// RoundSpec is one round to run.
type RoundSpec struct {
	// Order holds indexes into the plan's arms.
	Order []int
}

// fixedRounds runs all arms in each of a number of rounds. Their order is
// random but balanced: in any len(arms) rounds that begin at a multiple of it,
// each arm stands at each place once (AB and BA for two arms, a Latin square
// for more), so that drift within a round favours none.
type fixedRounds struct {
	rounds int
	arms   int
	random *rand.Rand
	square [][]int // the rounds that are left of the current square
}

func newFixedRounds(p Plan) *fixedRounds {
	return &fixedRounds{
		rounds: p.Rounds,
		arms:   len(p.Arms),
		random: rand.New(rand.NewPCG(p.Seed, uint64(len(p.Arms)))),
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
	return RoundSpec{Order: order}, true
}

// newSquare rotates one random order through all its places, in random turn.
func (f *fixedRounds) newSquare() [][]int {
	base := f.random.Perm(f.arms)
	square := make([][]int, f.arms)
	for i, shift := range f.random.Perm(f.arms) {
		row := make([]int, f.arms)
		for j := range row {
			row[j] = base[(j+shift)%f.arms]
		}
		square[i] = row
	}
	return square
}
