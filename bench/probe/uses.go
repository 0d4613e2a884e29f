package probe

import (
	"fmt"
	"slices"
)

// Uses is what offering sessions one after the other showed of a place.
type Uses string

// The ways.
const (
	Reusable    Uses = "reusable"     // every offer was accepted
	SingleUse   Uses = "single-use"   // each session was accepted once, first, and then never again
	NeverUsed   Uses = "never"        // granted, and refused every time
	NodesDiffer Uses = "nodes-differ" // refused and accepted in turns: different nodes answered
	StoredLate  Uses = "stored-late"  // refused at first, and accepted from then on
	Unsteady    Uses = "unsteady"     // anything else
	UsesUnknown Uses = "unknown"      // nothing was offered twice
)

// usesOf sums up the offers of several sessions, each offered one after the
// other.
//
// A server forgets sessions, may take each only once, and may be slow to store
// them. But a single one does not go back to what it answered before: where
// that was seen, nodes answered that do not share keys or caches.
func usesOf(all []series) Uses {
	var counted []series
	for _, s := range all {
		if c := s.counted(); len(c) > 0 {
			counted = append(counted, c)
		}
	}
	if len(counted) == 0 {
		return UsesUnknown
	}
	every := func(test func(series) bool) bool {
		return !slices.ContainsFunc(counted, func(s series) bool { return !test(s) })
	}
	twice := func(s series) bool { return len(s) > 1 }
	switch {
	case slices.ContainsFunc(counted, func(s series) bool { return s.turns() > 1 }):
		return NodesDiffer
	case every(func(s series) bool { return s.count(accepted) == 0 }):
		return NeverUsed
	case slices.ContainsFunc(counted, recovered) && every(func(s series) bool { return s.turns() == 0 || recovered(s) }):
		return StoredLate
	case !slices.ContainsFunc(counted, twice):
		return UsesUnknown
	case every(func(s series) bool { return s.count(refused) == 0 }):
		return Reusable
	case every(once) && provenOnce(counted):
		return SingleUse
	default:
		return Unsteady
	}
}

// turns is how often the answers of counted offers changed.
func (s series) turns() (n int) {
	for i := range s[1:] {
		if s[i] != s[i+1] {
			n++
		}
	}
	return n
}

// recovered reports whether a session was refused first and accepted later.
func recovered(s series) bool { return s[0] == refused && s[len(s)-1] == accepted }

// once reports whether a session was accepted at its first offer alone.
func once(s series) bool { return s[0] == accepted && s[1:].count(accepted) == 0 }

// Fewer than onceSessions sessions that were refused onceRefusals times after
// they had been accepted may be chance: nodes that differ.
const onceSessions, onceRefusals = 2, 2

func provenOnce(counted []series) bool {
	n := 0
	for _, s := range counted {
		if s.count(refused) >= onceRefusals {
			n++
		}
	}
	return n >= onceSessions
}

// onceSoFar reports whether it looks like single use, but is not proven.
func onceSoFar(all []series) bool {
	refusals := 0
	var counted []series
	for _, s := range all {
		if c := s.counted(); len(c) > 0 {
			if !once(c) {
				return false
			}
			counted = append(counted, c)
			refusals += c.count(refused)
		}
	}
	return refusals > 0 && !provenOnce(counted)
}

// nodesDiffer is said wherever offers show it.
const nodesDiffer = "refused and accepted in turns: the nodes behind this address do not share keys or caches " +
	"(a load balancer whose nodes do not share keys)"

// firstUse is the finding of the first offers.
func firstUse(all []series, uses Uses) Finding {
	first := make([]series, 0, len(all))
	for _, s := range all {
		first = append(first, s[:min(1, len(s))])
	}
	f := tally(first...)
	if uses == NodesDiffer && f.Of > 0 {
		f.Why += "; " + nodesDiffer
	}
	return f
}

// reuse is the finding of sessions that were offered several times.
func reuse(all []series, uses Uses) Finding {
	f := tally(all...)
	switch uses {
	case Reusable:
		f.Verdict = Yes
	case SingleUse:
		f.Verdict = No
		f.Why += "; each session was accepted once and never again: single use"
	case NeverUsed:
		f.Verdict = No
		f.Why += "; granted, but never resumed"
	case NodesDiffer:
		f.Verdict = Mixed
		f.Why += "; " + nodesDiffer
	case StoredLate:
		f.Verdict = Mixed
		f.Why += "; refused at first, and accepted from then on: they are stored late, or nodes differ"
	case Unsteady:
		f.Verdict = Mixed
		f.Why += "; not always accepted: sessions are for a single use, or forgotten early, or nodes differ"
	default:
		f.Verdict = NotTested
		f.Why += "; no session was offered twice"
	}
	return f
}

// wavers reports whether sessions are accepted at times only.
func (u Uses) wavers() bool { return u == NodesDiffer || u == StoredLate || u == Unsteady }

// simultaneous is the finding of one session that was offered on several
// connections at the same time.
func simultaneous(s series, uses Uses) Finding {
	f := tally(s)
	if f.Of < 2 {
		f.Verdict = NotTested
		f.Why += "; fewer than 2 connections answered"
		return f
	}
	switch {
	case f.Accepted == f.Of:
	case uses == SingleUse && f.Accepted == 1:
		f.Verdict = No
		f.Why = fmt.Sprintf("%s: single use", f.score())
	case uses == NodesDiffer && f.Accepted > 0:
		f.Why += "; the nodes behind this address do not share keys or caches"
	}
	return f
}

// compared is the finding of first offers under a condition, next to those
// without it: a refusal is the condition's only where sessions are accepted
// otherwise.
func compared(f Finding, m *MechanismResult) Finding {
	if f.Of == 0 {
		return f
	}
	plain := m.FirstUse.Verdict
	if m.Uses.wavers() {
		plain = Mixed
	}
	switch plain {
	case Yes:
		if f.Verdict == No {
			f.Why += "; without that condition they are accepted"
		}
	case No:
		if f.Accepted == 0 {
			f.Verdict = NotTested
			f.Why += "; sessions are not accepted otherwise either"
		}
	case Mixed:
		if f.Verdict != Yes {
			if f.Verdict = Mixed; f.Accepted == 0 {
				f.Verdict = NotTested
			}
			f.Why += "; they are not always accepted otherwise either"
		}
	default:
		if f.Verdict == No {
			f.Verdict = NotTested
			f.Why += "; it is not known whether they are accepted otherwise"
		}
	}
	return f
}

// lost leaves open what a single refusal means.
func lost(f Finding) Finding {
	if f.Verdict == No && f.Of < 2 {
		f.Verdict = NotTested
		f.Why += "; one session is too few to tell"
	}
	return f
}
