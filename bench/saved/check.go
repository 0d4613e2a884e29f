package saved

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"tlsbench/bench"
)

func checkArm(a bench.Arm, path string) error {
	if a.Name == "" || strings.ContainsFunc(a.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("%s.name: %q is no printable name", path, a.Name)
	}
	if _, err := bench.ParseWant(string(a.Want)); err != nil {
		return fmt.Errorf("%s.want: %w", path, err)
	}
	if rtt := a.Target.RTT; rtt < 0 || rtt > bench.MaxSpan {
		return fmt.Errorf("%s: a round trip of %v is no time", path, rtt)
	}
	return nil
}

// checkRun looks at what concerns the run as a whole.
func checkRun(r *bench.Result) error {
	switch r.Ended {
	case bench.Complete, bench.Interrupted, bench.GaveUp:
	default:
		return fmt.Errorf("ended: unknown %q: want %s, %s or %s", r.Ended, bench.Complete, bench.Interrupted, bench.GaveUp)
	}
	e := r.Env
	switch {
	case r.Partial != (r.Ended != bench.Complete):
		return fmt.Errorf("partial: %v, and the run ended %q", r.Partial, r.Ended)
	case r.Ended == bench.Complete && r.Plan.FindMax == "" && len(r.Rounds) != r.Plan.Rounds:
		return fmt.Errorf("ended: %q, with %d of %d rounds", r.Ended, len(r.Rounds), r.Plan.Rounds)
	case r.LastFailure != nil && r.Ended != bench.GaveUp:
		return fmt.Errorf("last_failure: there is one, and the run ended %q", r.Ended)
	case len(r.Command) > bench.MaxCommand:
		return fmt.Errorf("command: more than %d KiB", bench.MaxCommand>>10)
	case r.Took < 0 || r.Took > bench.MaxSpan:
		return fmt.Errorf("took_ns: %d is no time that a run can take", r.Took)
	case e.CPUs < 1 || e.GOMAXPROCS < 1:
		return fmt.Errorf("env: %d cpus and gomaxprocs of %d: want at least 1", e.CPUs, e.GOMAXPROCS)
	case e.FirstPort < 0 || e.LastPort < e.FirstPort || e.LastPort > math.MaxUint16:
		return fmt.Errorf("env: ephemeral ports %d to %d are no range", e.FirstPort, e.LastPort)
	case e.ReservedPorts < 0 || e.ReservedPorts > e.LastPort-e.FirstPort+1:
		return fmt.Errorf("env: %d reserved ports of %d to %d", e.ReservedPorts, e.FirstPort, e.LastPort)
	}
	if _, err := e.Pinned(); err != nil {
		return fmt.Errorf("env.%w", err)
	}
	if err := checkMerged(r); err != nil {
		return err
	}
	return checkFailure(r.LastFailure, "last_failure")
}

// checkMerged holds the runs that a result was merged from against it.
func checkMerged(r *bench.Result) error {
	if len(r.Merged) == 0 {
		return nil
	}
	var took time.Duration
	rounds := 0
	for i, o := range r.Merged {
		if o.Took < 0 || o.Took > bench.MaxSpan || o.Rounds < 0 || o.Rounds > maxBlocks {
			return fmt.Errorf("merged[%d]: %s in %d ns is no run", i, plural(o.Rounds, "round"), o.Took)
		}
		rounds += o.Rounds
		if took += o.Took; took > bench.MaxSpan {
			break
		}
	}
	switch {
	case len(r.Merged) == 1:
		return errors.New("merged: of one run")
	case took != r.Took:
		return fmt.Errorf("took_ns: %d, and the merged runs took %d", r.Took, took)
	case rounds != len(r.Rounds):
		return fmt.Errorf("merged: %s, of %d", plural(rounds, "round"), len(r.Rounds))
	}
	return nil
}

func checkFailure(n *bench.FailureNote, field string) error {
	if n != nil && !n.Class.Known() {
		return fmt.Errorf("%s: unknown class %q", field, n.Class)
	}
	return nil
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
