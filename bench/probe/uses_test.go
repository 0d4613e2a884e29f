package probe

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tlsbench/bench/session"
)

// Every behaviour of a server, and what the probe must say of it, and nothing
// beyond.
func TestUsesOfServers(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	two := []*fakeNode{honest("x"), honest("y")}
	for name, c := range map[string]struct {
		place                               *fakePlace
		uses                                Uses
		first, reuse, simultaneous, abruptl Verdict
		note                                string
	}{
		"reusable": {&fakePlace{nodes: []*fakeNode{honest("x")}}, Reusable, Yes, Yes, Yes, Yes, ""},
		"single use": {&fakePlace{nodes: []*fakeNode{{key: "x", grants: honest("").grants, singleUse: true}}},
			SingleUse, Yes, No, No, Yes, "once only"},
		"never": {&fakePlace{nodes: []*fakeNode{{key: "x", grants: honest("").grants, forgets: true}}},
			NeverUsed, No, No, No, NotTested, "none is ever resumed"},
		"abrupt": {&fakePlace{nodes: []*fakeNode{{key: "x", grants: honest("").grants, abrupt: true}}},
			Reusable, Yes, Yes, Yes, No, "without a close_notify"},
		"stored after a while": {&fakePlace{nodes: []*fakeNode{tardy(settling / 2)}}, Reusable, Yes, Yes, Yes, Yes, ""},
		"stored late":          {&fakePlace{nodes: []*fakeNode{tardy(2 * settling)}}, StoredLate, "", Mixed, "", "", "stored late, or"},
		"alternating": {&fakePlace{nodes: two, pick: func(n int) int { return n % 2 }},
			NodesDiffer, "", Mixed, Mixed, "", "do not share keys"},
		"random": {&fakePlace{nodes: two, pick: func(int) int { return random.IntN(2) }},
			NodesDiffer, "", Mixed, "", "", "do not share keys"},
		"many nodes": {&fakePlace{nodes: []*fakeNode{honest("1"), honest("2"), honest("3"), honest("4"), honest("5")},
			pick: func(n int) int { return n % 5 }}, NodesDiffer, "", Mixed, "", "", "do not share keys"},
	} {
		t.Run(name, func(t *testing.T) {
			e, p := fakes(c.place)
			res := probeFakes(t, e, p)
			for _, m := range []session.Mechanism{session.ByTicket, session.ByPSK} {
				got := found(t, res, 0, m)
				if got.Uses != c.uses {
					t.Errorf("%s: uses %s, want %s: %v", m, got.Uses, c.uses, got.Reuse.Pattern)
				}
				for _, f := range []Finding{got.FirstUse, got.Reuse, got.Simultaneous, got.Abrupt} {
					if f.Verdict == Mixed && (f.Accepted == 0 || f.Accepted == f.Of) {
						t.Errorf("%s: mixed, and %d of %d", m, f.Accepted, f.Of)
					}
				}
				for _, v := range []struct {
					what      string
					got, want Verdict
				}{
					{"first use", got.FirstUse.Verdict, c.first}, {"reuse", got.Reuse.Verdict, c.reuse},
					{"simultaneous", got.Simultaneous.Verdict, c.simultaneous}, {"abrupt", got.Abrupt.Verdict, c.abruptl},
				} {
					if v.want != "" && v.got != v.want {
						t.Errorf("%s: %s: %s, want %s", m, v.what, v.got, v.want)
					}
				}
			}
			if c.note != "" && !hasNote(res, c.note) {
				t.Errorf("no note has %q: %q", c.note, res.Notes)
			}
			if c.note == "" && len(res.Notes) > 0 {
				t.Errorf("notes without a reason: %q", res.Notes)
			}
			if got := found(t, res, 0, session.ByID); got.AnyGranted() || got.FirstUse.Verdict != NotTested {
				t.Errorf("session IDs were never granted, and are %+v", got.FirstUse)
			}
		})
	}
}

// What may be said of patterns, for one session a word.
func TestUsesOfPatterns(t *testing.T) {
	for pattern, want := range map[string]Uses{
		"":               UsesUnknown,
		"....":           UsesUnknown,
		"!!!!":           UsesUnknown,
		"+":              UsesUnknown, // never offered twice
		"+!!. +":         UsesUnknown,
		"-":              NeverUsed,
		"++++ ++++":      Reusable,
		"+!+. !+.+":      Reusable,
		"++ +":           Reusable,
		"+--- +---":      SingleUse,
		"!+-- +-- +":     SingleUse,
		"!+-- +-":        Unsteady, // may be chance
		"+-":             Unsteady,
		"+-------":       Unsteady,
		"---- ----":      NeverUsed,
		"-+-+ ++++":      NodesDiffer,
		"+-+- +---":      NodesDiffer,
		"-+-":            NodesDiffer,
		"++++ -+-+":      NodesDiffer,
		"-+++ ++++":      StoredLate,
		"-+ -+ --+":      StoredLate,
		"---- ---+":      StoredLate,
		"-+++ +---":      Unsteady,
		"++-- ++--":      Unsteady, // twice, and then not: forgotten
		"++++ ----":      Unsteady,
		"+--- ----":      Unsteady,
		"+--- ++++ ++++": Unsteady,
	} {
		var all []series
		for word := range strings.FieldsSeq(pattern) {
			var s series
			for _, o := range []byte(word) {
				s = append(s, outcome(o))
			}
			all = append(all, s)
		}
		got := usesOf(all)
		if got != want {
			t.Errorf("%q: %s, want %s", pattern, got, want)
		}
		f := reuse(all, got)
		if wanted := map[Uses]Verdict{
			Reusable: Yes, SingleUse: No, NeverUsed: No, NodesDiffer: Mixed, StoredLate: Mixed, Unsteady: Mixed, UsesUnknown: NotTested,
		}[got]; f.Verdict != wanted || f.Why == "" {
			t.Errorf("%q: %+v", pattern, f)
		}
	}
}

// A refusal after an abrupt close is only that close's doing where sessions are
// accepted otherwise.
func TestCompared(t *testing.T) {
	for _, c := range []struct {
		got, plain string
		want       Verdict
	}{
		{"+++", "+++", Yes}, {"---", "+++", No}, {"+-+", "+++", Mixed}, {"!!!", "+++", NotTested},
		{"---", "---", NotTested}, {"+++", "---", Yes}, {"---", "+-+", NotTested}, {"+--", "+-+", Mixed}, {"+++", "+-+", Yes},
		{"---", "!!!", NotTested}, {"+++", "!!!", Yes},
	} {
		of := func(s string) Finding {
			var all []series
			for _, o := range []byte(s) {
				all = append(all, series{outcome(o)})
			}
			return tally(all...)
		}
		if got := compared(of(c.got), &MechanismResult{FirstUse: of(c.plain)}); got.Verdict != c.want {
			t.Errorf("%s next to %s: %+v, want %s", c.got, c.plain, got, c.want)
		}
	}
}

// With few tries, chance must not be taken for single use, nor for what an
// abrupt close does.
func TestFewTries(t *testing.T) {
	two := []*fakeNode{honest("x"), honest("y")}
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		e, p := fakes(&fakePlace{nodes: two, pick: func(int) int { return random.IntN(2) }})
		p.Repeats, p.Offers = 1, 2
		res := probeFakes(t, e, p)
		for _, claim := range []string{"once only", "close_notify", "none is ever"} {
			if hasNote(res, claim) {
				t.Fatalf("seed %d: %q", seed, res.Notes)
			}
		}
	}
	once := honest("x")
	once.singleUse = true
	e, p := fakes(&fakePlace{nodes: []*fakeNode{once}})
	p.Repeats, p.Offers = 1, 2
	if got := found(t, probeFakes(t, e, p), 0, session.ByPSK); got.Uses != SingleUse {
		t.Errorf("%s %q", got.Uses, got.Reuse.Pattern)
	}
}
