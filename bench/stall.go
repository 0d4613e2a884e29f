package bench

import (
	"context"
	"errors"
	"time"

	"tlsbench/bench/digits"
)

// stalled is how long a step between blocks takes at least until it is told: it
// is no part of what is measured, but what else stood still then is not known.
const stalled = 5 * time.Second

// watched does a step between blocks, and tells where it took long.
func (r *run) watched(a *armRun, step string, do func() error) error {
	began := time.Now()
	err := do()
	if took := time.Since(began); took >= stalled {
		r.warn(warnArm(WarnStalled, a.Name, "before its block of round %d the run stood still for %s: %s",
			len(r.result.Rounds)+1, digits.Duration(took), step))
	}
	return err
}

// garbageTime bounds a collection of garbage: a block with some garbage left is
// better than a run that waits.
const garbageTime = 2 * stalled

// collectGarbage makes a server collect its garbage, where it can. An error means
// that it is gone.
func (r *run) collectGarbage(ctx context.Context, a *armRun) error {
	if a.server.CollectGarbage == nil {
		return nil
	}
	bounded, cancel := context.WithTimeoutCause(ctx, garbageTime, errLateGarbage)
	defer cancel()
	err := a.server.CollectGarbage(bounded)
	if ctx.Err() != nil || errors.Is(err, errLateGarbage) {
		return nil
	}
	return err
}

var errLateGarbage = errors.New("its garbage was not collected in time")
