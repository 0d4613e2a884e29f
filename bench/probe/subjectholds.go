package probe

import (
	"fmt"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// resumesBy asks every place that is up whether it resumes that way.
func resumesBy(m session.Mechanism) func(findings) truths {
	return func(res findings) (all truths) {
		for _, p := range res.Places {
			if !p.Up() {
				continue
			}
			got, ok := p.Mechanism(m)
			t := truth{got.FirstUse.Verdict, p.Name, got.FirstUse.Why}
			switch {
			case !ok:
				t.verdict, t.why = NotTested, "it was not asked for "+string(m)
			case got.Version == 0 && p.refusesAll(m):
				t.verdict = No
			case got.Granted != nil && got.Granted.Max == 0:
				t.verdict = No
			case t.verdict == Yes && got.FirstUse.Failed+got.FirstUse.Withheld > 0:
				t.verdict = NotTested
			case got.FirstUse.Of > 0 && got.Uses.wavers():
				t.verdict, t.why = Mixed, got.Reuse.Why
			}
			all = append(all, t)
		}
		return all
	}
}

// refusesAll reports whether each version that was asked for, and has the
// mechanism, was refused, and did not fail in another way.
func (p PlaceResult) refusesAll(m session.Mechanism) bool {
	low, high := bench.Want(m).Versions()
	for _, v := range p.Versions {
		if low <= v.Version && v.Version <= high && v.Supported != No {
			return false
		}
	}
	return true
}

func ages(m MechanismResult) []Finding {
	var all []Finding
	for _, a := range m.Ages {
		f := a.Finding
		f.Why = fmt.Sprintf("at an age of %s: %s", brief(a.Age), f.Why)
		all = append(all, f)
	}
	return all
}

func aged(res findings) truths {
	if len(res.Ages) == 0 {
		return truths{{NotTested, "", "no age was tried: give --age"}}
	}
	return survives(ages)(res)
}

func one(of func(MechanismResult) Finding) func(MechanismResult) []Finding {
	return func(m MechanismResult) []Finding { return []Finding{of(m)} }
}

// survives asks each mechanism that a place grants. One that never resumes at
// all does not survive anything.
func survives(of func(MechanismResult) []Finding) func(findings) truths {
	return func(res findings) (all truths) {
		for _, p := range res.Places {
			for _, m := range p.Mechanisms {
				where := p.Name + ": " + string(m.Mechanism)
				if m.Granted == nil && m.Version != 0 {
					all = append(all, truth{NotTested, where, "it is not known whether it is granted"})
				}
				if !m.AnyGranted() || p.vain(m) {
					continue
				}
				for _, f := range of(m) {
					t := truth{f.Verdict, where, f.Why}
					if m.Uses == NeverUsed {
						t.verdict = No
					} else if f.Verdict == Yes && f.Failed+f.Withheld > 0 {
						t.verdict = NotTested
					}
					all = append(all, t)
				}
			}
		}
		return all
	}
}

func helloRetry(res findings) (all truths) {
	for _, p := range res.Places {
		if !p.Up() {
			all = append(all, truth{NotTested, p.Name, "it " + p.trouble()})
		}
		for _, v := range p.Versions {
			if v.HelloRetry != nil {
				all = append(all, truth{yesNo(*v.HelloRetry), p.Name + ": TLS " + v.Version.String(), ""})
			}
		}
	}
	// It holds where it was seen anywhere.
	if i := slices.IndexFunc(all, func(t truth) bool { return t.verdict == Yes }); i >= 0 {
		return all[i : i+1]
	}
	return all
}

func yesNo(b bool) Verdict {
	if b {
		return Yes
	}
	return No
}

func up(res findings) (all truths) {
	for _, p := range res.Places {
		t := truth{Yes, p.Name, "answers"}
		if what, why := p.Trouble(); what != "" {
			t.verdict, t.why = No, what+": "+why
			if p.Up() {
				t.verdict = Mixed
			}
		}
		all = append(all, t)
	}
	if res.watch != nil {
		all = append(all, watched(res.watch)...)
	}
	return all
}

// watched has the places that did not answer at every tick.
func watched(w *WatchResult) (all truths) {
	for _, p := range w.Places {
		t := truth{Mixed, p.Name, fmt.Sprintf("did not answer at %d of %d ticks of the watch", p.Silent, p.Silent+p.Answered)}
		if p.Answered == 0 {
			t.verdict = No
		}
		if p.Silent > 0 {
			all = append(all, t)
		}
	}
	return all
}

func speaks(version string) func(findings) truths {
	return func(res findings) (all truths) {
		for _, p := range res.Places {
			t := truth{NotTested, p.Name, "TLS " + version + " was not asked for"}
			if !p.Up() {
				t.why = "it " + p.trouble()
			}
			for _, v := range p.Versions {
				if v.Version.String() != version {
					continue
				}
				t.verdict, t.why = v.Supported, ""
				if v.Failure != nil {
					t.why = v.Failure.Error
				}
			}
			all = append(all, t)
		}
		return all
	}
}

// sharedKeys asks, for every mechanism, whether each pair of places accepts
// the other's sessions, and each place its own.
func sharedKeys(res findings) (all truths) {
	for _, mx := range res.Matrices {
		if mx.allVain(res.Places) {
			continue
		}
		all = append(all, mx.pairs(res.Places).condensed(string(mx.Mechanism), len(res.Places))...)
	}
	return all
}

// pairs asks each pair of places, or the only place.
func (mx *Matrix) pairs(places []PlaceResult) (all truths) {
	for i, row := range mx.Cells {
		for j := i; j < len(row); j++ {
			if i != j || len(row) == 1 {
				all = append(all, mx.pair(places, i, j))
			}
		}
	}
	return all
}

// condensed is one truth where all pairs of more than two places are alike.
func (all truths) condensed(mechanism string, places int) truths {
	if len(all) < 2 || slices.ContainsFunc(all, func(t truth) bool { return t.verdict != all[0].verdict }) {
		return all
	}
	switch all[0].verdict {
	case Yes:
		return truths{{Yes, mechanism, fmt.Sprintf("all %d places", places)}}
	case No:
		return truths{{No, mechanism, fmt.Sprintf("no two of the %d places", places)}}
	}
	return all
}

// vain reports whether a mechanism is session IDs that the place gives and
// never takes, beside tickets that it does take. Some servers name every session,
// though they keep none, and their clients do not mind: they have tickets.
func (p PlaceResult) vain(m MechanismResult) bool {
	tickets, _ := p.Mechanism(session.ByTicket)
	return m.Mechanism == session.ByID && m.Uses == NeverUsed &&
		tickets.AnyGranted() && tickets.Uses != NeverUsed
}

// allVain reports whether that is so wherever the mechanism is granted.
func (mx *Matrix) allVain(places []PlaceResult) bool {
	return !slices.ContainsFunc(places, func(p PlaceResult) bool {
		m, ok := p.Mechanism(mx.Mechanism)
		return ok && m.AnyGranted() && !p.vain(m)
	})
}

// pair is whether two places accept each other's sessions. One place by itself
// is asked whether it accepts its own, as its nodes may differ.
func (mx *Matrix) pair(places []PlaceResult, i, j int) truth {
	t := truth{where: string(mx.Mechanism) + ": " + places[i].Name + " and " + places[j].Name}
	if i == j {
		t.where = string(mx.Mechanism) + ": " + places[i].Name + ", the only place"
	}
	there, back := mx.Cells[i][j], mx.Cells[j][i]
	t.why = fmt.Sprintf("%d of %d accepted", there.Accepted, there.Of)
	if i != j {
		t.why = fmt.Sprintf("%d of %d and %d of %d accepted", there.Accepted, there.Of, back.Accepted, back.Of)
	}
	mixed := func(p PlaceResult) bool {
		m, ok := p.Mechanism(mx.Mechanism)
		return ok && m.Uses == NodesDiffer
	}
	switch {
	case mixed(places[i]), mixed(places[j]):
		t.verdict, t.why = Mixed, nodesDiffer
	case mx.share(i, j, 1):
		t.verdict = Yes
	case there.Of+back.Of > 0 && there.Accepted+back.Accepted == 0:
		t.verdict = No
	case there.Of > there.Accepted || back.Of > back.Accepted:
		t.verdict = Mixed
	default:
		t.verdict = NotTested
		if t.why = there.Note; t.why == "" {
			t.why = back.Note
		}
		if t.why == "" {
			t.verdict, t.why = Mixed, "they accept each other's sessions, but not always their own"
		}
	}
	return t
}
