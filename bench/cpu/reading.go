package cpu

import "time"

// Reading is what a clock showed at one moment.
type Reading struct {
	total   time.Duration
	members map[member]spent // of a tree, nil otherwise
}

// member is a process told apart from later ones with the same ID.
type member struct {
	pid   int
	start uint64 // clock ticks after boot
}

type spent struct {
	cpu    time.Duration
	reaped uint64 // CPU time of children that ended and were waited for, in clock ticks
}

// At is what a clock shows that has counted so much, for clocks of one's own.
func At(total time.Duration) Reading { return Reading{total: total} }

// Total is the CPU time since what is measured began; of a tree, that of the
// processes which are alive.
func (r Reading) Total() time.Duration { return r.total }

// Since returns the CPU time spent between two readings of one clock. It is
// false where that cannot be told: the clock went backwards, or a process of
// the tree ended in between and took its count along.
func (r Reading) Since(earlier Reading) (time.Duration, bool) {
	for who, was := range earlier.members {
		if is, alive := r.members[who]; !alive || is.cpu < was.cpu {
			return 0, false
		}
	}
	for who, is := range r.members {
		// A process born in between counts whole, and has no children to show for yet.
		if is.reaped != earlier.members[who].reaped {
			return 0, false
		}
	}
	if r.total < earlier.total {
		return 0, false
	}
	return r.total - earlier.total, true
}
