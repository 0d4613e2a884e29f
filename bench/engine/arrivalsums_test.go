package engine_test

import (
	"cmp"
	"slices"
	"testing"
	"tlsbench/bench"
)

// checkArrivals holds what an open loop says of its attempts against the samples,
// and what the witness saw. due is that of each arm, 0 where arms are mixed.
func (f faulty) checkArrivals(t *testing.T, due int64) {
	t.Helper()
	most := int64(0)
	for i := range f.result.Arms {
		a := &f.result.Arms[i]
		if a.Arrivals == nil { // the run was given up before
			if a.Attempts > 0 || due > 0 {
				t.Errorf("%s: nothing is said of when its %d attempts fell due", a.Name, a.Attempts)
			}
			continue
		}
		most = max(most, a.Arrivals.Peak)
		if a.Arrivals.Due != a.Attempts+a.Arrivals.Dropped || due > 0 && a.Arrivals.Due != due {
			t.Errorf("%s: %d fell due, want %d: %d attempts and %d dropped", a.Name, a.Arrivals.Due, due, a.Attempts, a.Arrivals.Dropped)
		}
		if limit := int64(f.result.Plan.Arms[i].Load.AtOnce()); a.Arrivals.Peak > limit {
			t.Errorf("%s: up to %d were in flight, the limit is %d", a.Name, a.Arrivals.Peak, limit)
		}
		if a.Arrivals.Dropped > 0 != slices.ContainsFunc(f.result.Warnings, func(w bench.Warning) bool { return w.Arm == a.Name && w.Code == bench.WarnDropped }) {
			t.Errorf("%s: %d were dropped, and the warnings are %v", a.Name, a.Arrivals.Dropped, f.result.Warnings)
		}
	}
	if f.seen.peak > most {
		t.Errorf("up to %d attempts were under way, the result says %d", f.seen.peak, most)
	}
}

// checkLate counts by the samples of an arm, all of which succeeded, which began
// when their block's window was over.
func (f faulty) checkLate(t *testing.T, arm int) {
	t.Helper()
	for i, round := range f.result.Rounds {
		b, _ := round.Block(f.result.Arms[arm].Name)
		starts := f.seen.starts[stretch{arm, i + 1}]
		if int64(len(starts)) != b.Attempts {
			t.Errorf("%s, round %d: %d samples of %d attempts", b.Arm, i+1, len(starts), b.Attempts)
			continue
		}
		// The first one fell due at the start, and none was under way to have
		// it dropped.
		first := slices.MinFunc(starts, func(a, b start) int { return cmp.Compare(a.due, b.due) })
		var late int64
		for _, s := range starts {
			if s.began > first.due+b.Arrivals.Window {
				late++
			}
		}
		if b.Arrivals.Late != late {
			t.Errorf("%s, round %d: %d of %d were late, want %d; the first fell due at %v, its block began at %v", b.Arm, i+1, b.Arrivals.Late, b.Attempts, late, first.due, b.Start)
		}
	}
}

// completeOpen insists that an open loop went to its end, however many attempts
// failed. Arms that are mixed share their attempts by chance.
func (f faulty) completeOpen(t *testing.T, mixed bool, count int64) {
	t.Helper()
	if f.result.Ended != bench.Complete {
		t.Errorf("it ended %q, last failure %v", f.result.Ended, f.result.LastFailure)
	}
	var attempts int64
	for i := range f.result.Arms {
		a := &f.result.Arms[i]
		attempts += a.Attempts
		if !mixed && a.Attempts != count || a.Completed() == 0 {
			t.Errorf("%s: %d attempts, want %d; kinds %v, errors %v", a.Name, a.Attempts, count, a.Kinds, a.Errors)
		}
	}
	if all := count * int64(len(f.result.Arms)); attempts != all {
		t.Errorf("%d attempts, want %d", attempts, all)
	}
}
