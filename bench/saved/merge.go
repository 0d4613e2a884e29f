package saved

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"tlsbench/bench"
)

// Merge makes one result of several of the same plan: shards of one experiment,
// or runs of it. Counts, sums and histograms are added up; no percentile is ever
// made of percentiles. It is exact but for the mean of a phase, which is that of
// its blocks' and may be off by a nanosecond, and associative; another order of
// results gives another order of rounds.
//
// The rounds follow each other in the order given, as if every run had begun
// when the one before it ended: the time between runs, or that shards ran at the
// same time, is in Merged alone. The plan asks for what all of them were asked
// for together; it has the first one's seed, and so has the result the first
// one's Tool and Env. It is as partial as the most partial of them.
//
// What one of them lacks is nil rather than that of a part: the percentiles of a
// phase whose histogram was not saved with each, and so those of fallbacks of
// more than one run; an arm's CPU time where it cannot be found again, since
// its clock both missed blocks and ran in blocks that completed nothing. A run that
// lacks a clock altogether adds nothing to what others read.
//
// Doubts become warnings of the result. The warnings of a run itself are kept,
// and name the run where not all of them have it.
//
// The results are as Read or a Driver gives them, and are left as they are.
// Merge refuses plans whose arms differ in name or wanted kind; compare.Merge
// looks at all else that must be alike, and is mostly the one to call.
func Merge(all []*bench.Result, doubts ...bench.Warning) (*bench.Result, error) {
	if len(all) < 2 {
		return nil, errors.New("there is nothing to merge: want at least two results")
	}
	first := all[0]
	m := &bench.Result{
		Schema: bench.Schema, Tool: first.Tool, Env: first.Env, Started: first.Started,
		Ended: bench.Complete, Rounds: []bench.Round{},
	}
	var err error
	if m.Plan, err = mergePlans(all); err != nil {
		return nil, fmt.Errorf("merge results: %w", err)
	}
	for _, r := range all {
		if err := follow(m, r); err != nil {
			return nil, fmt.Errorf("merge results: %w", err)
		}
	}
	arms, lacking, err := mergeArms(m.Plan, all)
	if err != nil {
		return nil, fmt.Errorf("merge results: %w", err)
	}
	m.Arms = arms
	m.Warnings = mergeWarnings(all, slices.Concat(doubts, lacking))
	if err := restore(m); err != nil {
		return nil, fmt.Errorf("merge results: %w", err)
	}
	return m, nil
}

// mergePlans adds up what was asked for.
func mergePlans(all []*bench.Result) (bench.Plan, error) {
	p := all[0].Plan
	if err := checkArms(p, all[0]); err != nil {
		return p, err
	}
	for _, r := range all[1:] {
		if err := checkArms(p, r); err != nil {
			return p, err
		}
		if (p.Count > 0) != (r.Plan.Count > 0) {
			return p, errors.New("one was measured for a number of attempts, another for a time")
		}
		p.Rounds += r.Plan.Rounds
		p.FewestRounds = max(p.FewestRounds, r.Plan.FewestRounds)
		p.Count += r.Plan.Count
		p.Duration += r.Plan.Duration
		if err := p.Validate(); err != nil { // each time, before a sum overflows
			return p, err
		}
	}
	return p, nil
}

// checkArms refuses results that cannot be added up arm by arm.
func checkArms(p bench.Plan, r *bench.Result) error {
	same := slices.EqualFunc(p.Arms, r.Plan.Arms, func(a, b bench.Arm) bool { return a.Name == b.Name && a.Want == b.Want })
	if !same {
		return errors.New("the plans have other arms")
	}
	if !slices.EqualFunc(p.Arms, r.Arms, func(a bench.Arm, b bench.ArmResult) bool { return a.Name == b.Name }) {
		return errors.New("a result lacks arms of its plan: take it as saved.Read gives it")
	}
	return nil
}

// follow puts another run's rounds behind those that are there.
func follow(m, r *bench.Result) error {
	blocks := 0
	for _, round := range m.Rounds {
		blocks += len(round.Blocks)
	}
	for _, round := range r.Rounds {
		own := bench.Round{Blocks: make([]bench.Block, len(round.Blocks))}
		for i, b := range round.Blocks {
			b.Stats = clone(&b.Stats)
			b.Start += m.Took
			own.Blocks[i] = b
		}
		m.Rounds = append(m.Rounds, own)
		blocks += len(own.Blocks)
	}
	m.Merged = append(m.Merged, r.Origins()...)
	if m.Took += r.Took; m.Took > bench.MaxSpan || blocks > maxBlocks || len(m.Merged) > maxMerged {
		return fmt.Errorf("%s, %d blocks and %v are more than one result can hold", plural(len(m.Merged), "run"), blocks, m.Took)
	}
	if !r.Started.IsZero() && (m.Started.IsZero() || r.Started.Before(m.Started)) {
		m.Started = r.Started
	}
	if m.Clocks.Client == "" {
		m.Clocks.Client = r.Clocks.Client
	}
	if m.Clocks.Server == "" {
		m.Clocks.Server = r.Clocks.Server
	}
	if weight(r.Ended) > weight(m.Ended) {
		m.Ended = r.Ended
	}
	m.Partial = m.Ended != bench.Complete
	if r.LastFailure != nil {
		m.LastFailure = r.LastFailure
	}
	return nil
}

// weight orders ends by how little they leave to be told.
func weight(e bench.End) int {
	return slices.Index([]bench.End{bench.Complete, bench.Interrupted, bench.GaveUp}, e)
}

// clone shares no map that restoring writes to.
func clone(s *bench.Stats) bench.Stats {
	c := *s
	c.Kinds, c.Errors, c.BadStatus = maps.Clone(s.Kinds), maps.Clone(s.Errors), maps.Clone(s.BadStatus)
	c.Phases, c.Medians, c.Histograms = maps.Clone(s.Phases), maps.Clone(s.Medians), maps.Clone(s.Histograms)
	return c
}
