package probe

import (
	"reflect"
	"strings"
	"testing"

	"tlsbench/bench/session"
)

func TestGroups(t *testing.T) {
	place := func(key string) *fakePlace { return &fakePlace{nodes: []*fakeNode{honest(key)}} }
	e, p := fakes(place("x"), place("y"), place("x"), place("z"), place("y"))
	res := probeFakes(t, e, p)
	for _, mx := range res.Matrices {
		if want := [][]int{{0, 2}, {1, 4}, {3}}; !reflect.DeepEqual(mx.Groups, want) || len(mx.Doubts) > 0 {
			t.Errorf("%s: groups %v, want %v; doubts %q", mx.Mechanism, mx.Groups, want, mx.Doubts)
		}
		if c := mx.Cells[0][2]; c != (Cell{Accepted: 3, Of: 3}) {
			t.Errorf("%+v", c)
		}
		if c := mx.Cells[0][1]; c != (Cell{Accepted: 0, Of: 3}) {
			t.Errorf("%+v", c)
		}
	}
	if !hasNote(res, "not shared between (a, c) and (b, e) and (d)") {
		t.Errorf("%q", res.Notes)
	}
}

// Single-use sessions are shared all the same.
func TestGroupsOfSingleUse(t *testing.T) {
	node := honest("x")
	node.singleUse = true
	e, p := fakes(&fakePlace{nodes: []*fakeNode{node}}, &fakePlace{nodes: []*fakeNode{node}})
	res := probeFakes(t, e, p)
	if want := [][]int{{0, 1}}; !reflect.DeepEqual(res.Matrices[0].Groups, want) {
		t.Errorf("groups %v", res.Matrices[0].Groups)
	}
}

// A place that takes not even its own sessions does not fail to share them.
func TestGroupsOfNone(t *testing.T) {
	never := honest("x")
	never.forgets = true
	e, p := fakes(&fakePlace{nodes: []*fakeNode{never}}, &fakePlace{nodes: []*fakeNode{never}})
	res := probeFakes(t, e, p)
	if len(res.Matrices[0].Groups) != 0 || hasNote(res, "not shared") {
		t.Errorf("groups %v; %q", res.Matrices[0].Groups, res.Notes)
	}
}

func TestSharedKeysAreCondensed(t *testing.T) {
	place := func(key string) *fakePlace { return &fakePlace{nodes: []*fakeNode{honest(key)}} }
	for _, c := range []struct{ keys, expect, why string }{
		{"xxx", "shared-keys", "ticket: all 3 places; psk: all 3 places"},
		{"xyz", "!shared-keys", "ticket: no two of the 3 places; psk: no two of the 3 places"},
		{"xxxyyy", "shared-keys", "ticket: a and d: 0 of 3 and 0 of 3 accepted; " +
			"ticket: a and e: 0 of 3 and 0 of 3 accepted; ticket: a and f: 0 of 3 and 0 of 3 accepted; and 15 more"},
	} {
		var all []*fakePlace
		for _, key := range c.keys {
			all = append(all, place(string(key)))
		}
		e, p := fakes(all...)
		if got := mustParse(t, c.expect)[0].Check(probeFakes(t, e, p), nil); got.Why != c.why {
			t.Errorf("%s %s: %+v", c.keys, c.expect, got)
		}
	}
}

func TestDoubts(t *testing.T) {
	yes, no, some := Cell{Accepted: 3, Of: 3}, Cell{Of: 3}, Cell{Accepted: 1, Of: 3}
	places := []PlaceResult{{Place: Place{Name: "a"}}, {Place: Place{Name: "b"}}, {Place: Place{Name: "c"}}}
	mx := Matrix{Cells: [][]Cell{{yes, yes, some}, {yes, yes, yes}, {no, yes, yes}}}
	mx.group(places, 3)
	if want := [][]int{{0, 1, 2}}; !reflect.DeepEqual(mx.Groups, want) {
		t.Errorf("groups %v", mx.Groups)
	}
	if len(mx.Doubts) != 2 {
		t.Errorf("doubts %q", mx.Doubts)
	}
	mx = Matrix{Cells: [][]Cell{{yes, yes}, {no, yes}}}
	mx.group(places, 3)
	if len(mx.Groups) != 2 || len(mx.Doubts) != 1 || !strings.Contains(mx.Doubts[0], "b accepts the sessions of a, but not the other way round") {
		t.Errorf("groups %v, doubts %q", mx.Groups, mx.Doubts)
	}
	mx = Matrix{Cells: [][]Cell{{yes, {Accepted: 2, Of: 2}}, {yes, yes}}}
	if mx.group(places, 3); len(mx.Groups) != 2 {
		t.Error("two repeats of three make a group")
	}
}

func TestServerNames(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}})
	p.Places = append(p.Places, Place{Name: "a as other", Address: p.Places[0].Address, ServerName: "other"})
	res := probeFakes(t, e, p)
	if want := [][]int{{0, 1}}; !reflect.DeepEqual(res.Matrices[0].Groups, want) {
		t.Errorf("groups %v, cells %+v", res.Matrices[0].Groups, res.Matrices[0].Cells)
	}
}

func TestGrantedHereAndThere(t *testing.T) {
	none := &fakeNode{key: "x", grants: map[session.Mechanism]int{}}
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}}, &fakePlace{nodes: []*fakeNode{none}})
	p.Notes = []string{"left out"}
	res := probeFakes(t, e, p)
	if !hasNote(res, "sessions are granted at a, but not at b") || !hasNote(res, "left out") {
		t.Errorf("%q", res.Notes)
	}
	if mx := res.Matrices[0]; mx.Cells[1][0].Note != "b grants none" || mx.Cells[0][1].Of != 3 {
		t.Errorf("%+v", mx.Cells)
	}
}

func TestManyDoubtsAreShortened(t *testing.T) {
	two := []*fakeNode{honest("x"), honest("y")}
	var places []*fakePlace
	for range 6 {
		places = append(places, &fakePlace{nodes: two, pick: func(n int) int { return n / 3 % 2 }})
	}
	e, p := fakes(places...)
	res := probeFakes(t, e, p)
	if len(res.Matrices[0].Doubts) <= doubtsTold || len(res.Notes) > 40 || !hasNote(res, "more cells of the matrix") {
		t.Errorf("%d doubts, notes %q", len(res.Matrices[0].Doubts), res.Notes)
	}
}
