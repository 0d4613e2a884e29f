package saved_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// Results of all sorts merge into what can be read, or are told to be of two
// lengths.
func TestMergedResultsOfAllSorts(t *testing.T) {
	all := map[string]*bench.Result{}
	for _, name := range fakeResults() {
		all[name] = fakeResult(t, name)
	}
	for name, a := range all {
		for other, b := range all {
			if a.Plan.Arms[0].Load != b.Plan.Arms[0].Load {
				continue
			}
			m, err := saved.Merge([]*bench.Result{a, b})
			if (a.Plan.Count > 0) != (b.Plan.Count > 0) {
				if err == nil || !strings.Contains(err.Error(), "for a number of attempts, another for a time") {
					t.Errorf("%s and %s: %v", name, other, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s and %s: %v", name, other, err)
				continue
			}
			if m.Partial != (a.Partial || b.Partial) || m.Completed() != a.Completed()+b.Completed() || m.Plan.Rounds != a.Plan.Rounds+b.Plan.Rounds {
				t.Errorf("%s and %s: partial %v, %d handshakes, %d rounds", name, other, m.Partial, m.Completed(), m.Plan.Rounds)
			}
			if gone := a.Ended == bench.GaveUp || b.Ended == bench.GaveUp; gone != (m.Ended == bench.GaveUp) || gone != (m.LastFailure != nil) {
				t.Errorf("%s and %s: ended %s with %v", name, other, m.Ended, m.LastFailure)
			}
			staysTheSame(t, reported(t, m))
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	a, b := fakeResult(t, "small"), fakeResult(t, "small")
	b.Plan.Arms = slices.Clone(b.Plan.Arms)
	b.Plan.Arms[1].Want = bench.WantPSK
	long, lacks := *a, *a
	long.Took = 1 << 55
	lacks.Arms = a.Arms[:1]
	for want, all := range map[string][]*bench.Result{
		"at least two results":            {a},
		"nothing to merge":                nil,
		"other arms":                      {a, b},
		"lacks arms":                      {a, &lacks},
		"more than one result can hold":   {&long, a},
		"393216 rounds: want 1 to 262144": slices.Repeat([]*bench.Result{{Plan: func() bench.Plan { p := a.Plan; p.Rounds = 1 << 17; return p }(), Arms: a.Arms}}, 3),
	} {
		if _, err := saved.Merge(all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

// What only the runs saw is kept, and says which run it is about.
func TestMergedWarnings(t *testing.T) {
	var all []*bench.Result
	for i := range 2 {
		r := fakeResult(t, "small")
		r.Started = time.Date(2030, 1, 1+i, 0, 0, 0, 0, time.UTC)
		r.Plan.Seed = uint64(i)
		r.Warnings = []bench.Warning{{Code: bench.WarnExport, Text: "by all"}, {Code: bench.WarnNoisy, Text: "diagnosed"}}
		all = append(all, r)
	}
	all[1].Warnings = append(all[1].Warnings, bench.Warning{Code: bench.WarnServerClock, Arm: "session=full", Text: "by one"})
	doubt := bench.Warning{Code: bench.WarnRunsDiffer, Text: "a doubt"}
	m, err := saved.Merge(all, doubt)
	if err != nil {
		t.Fatal(err)
	}
	want := []bench.Warning{
		{Code: bench.WarnExport, Text: "by all"},
		{Code: bench.WarnServerClock, Arm: "session=full", Text: "in the run of 2030-01-02T00:00:00Z, seed 1: by one"},
		doubt,
	}
	if len(m.Warnings) < 4 || !slices.Equal(m.Warnings[:3], want) || slices.ContainsFunc(m.Warnings, func(w bench.Warning) bool { return w.Text == "diagnosed" }) {
		t.Errorf("got %q", m.Warnings)
	}
	if !slices.ContainsFunc(m.Warnings, func(w bench.Warning) bool {
		return w.Code == bench.WarnMerged && strings.Contains(w.Text, "merged from 2 runs")
	}) {
		t.Errorf("it is not told to be merged: %q", m.Warnings)
	}
}

// Of what a run lacks the others' is no substitute.
func TestMergeWithoutAnArmsHistogram(t *testing.T) {
	text := encoded(t, fakeResult(t, "small"))
	whole, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	lacks, err := read(edit(t, text, "arms/0/histograms/connect", drop{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, all := range [][]*bench.Result{{whole, lacks}, {lacks, whole}} {
		m, err := saved.Merge(all)
		if err != nil {
			t.Fatal(err)
		}
		a := m.Arms[0]
		connect := a.Phases[bench.Connect]
		if _, kept := a.Histograms[bench.Connect]; kept || connect.P50 != nil || connect.Count != 120 || *connect.Max != 1 {
			t.Errorf("got %+v", connect)
		}
		if a.Phases[bench.TLSPhase].P50 == nil || m.Arms[1].Phases[bench.Connect].P50 == nil {
			t.Error("what both have is lacking")
		}
		if w := m.Warnings[0]; w.Code != bench.WarnRunsDiffer || w.Arm != a.Name || !strings.Contains(w.Text, "no percentiles of connect") {
			t.Errorf("got %q", w)
		}
		staysTheSame(t, reported(t, m))
	}
}

// A phase that one run alone has is as it has it.
func TestMergeWithAPhaseOfOneRun(t *testing.T) {
	text := edit(t, encoded(t, fakeResult(t, "small")), "arms/0/histograms/connect", drop{})
	one, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"arms/0", "arms/1", "rounds/0/blocks/0", "rounds/0/blocks/1", "rounds/1/blocks/0", "rounds/1/blocks/1", "rounds/2/blocks/0", "rounds/2/blocks/1"} {
		text = edit(t, text, path+"/phases/connect", drop{})
		text = edit(t, text, path+"/histograms/connect", drop{})
	}
	other, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := saved.Merge([]*bench.Result{other, one})
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Arms {
		got, want := m.Arms[i], one.Arms[i]
		if !reflect.DeepEqual(got.Phases[bench.Connect], want.Phases[bench.Connect]) || got.Phases[bench.Connect].P50 == nil ||
			got.Medians[bench.Connect] != want.Medians[bench.Connect] || got.Histograms[bench.Connect] != want.Histograms[bench.Connect] {
			t.Errorf("%s: got %+v, want %+v", got.Name, got.Phases[bench.Connect], want.Phases[bench.Connect])
		}
	}
	staysTheSame(t, reported(t, m))
}

func TestMergedContradictionsAreRefused(t *testing.T) {
	m, err := saved.Merge([]*bench.Result{fakeResult(t, "small"), fakeResult(t, "small")})
	if err != nil {
		t.Fatal(err)
	}
	text := encoded(t, m)
	for _, c := range []struct {
		path  string
		value any
		want  string
	}{
		{"merged/0/rounds", 2, "merged: 5 rounds, of 6"},
		{"merged/0/rounds", -1, "merged[0]: -1 rounds"},
		{"merged/1/took_ns", -1, "merged[1]: 3 rounds in -1 ns is no run"},
		{"merged/1/took_ns", 1, "took_ns: "},
		{"merged", []any{value(t, text, "merged/0")}, "merged: of one run"},
		{"merged", 7, "merged: want a list"},
		{"merged/0", "x", "merged[0]: string, where an object belongs"},
		{"merged/0/started", "x", "merged[0]: "},
		{"merged", slices.Repeat([]any{map[string]any{}}, 5000), "merged[4096]: more than 4096 runs"},
	} {
		_, err := read(edit(t, text, c.path, c.value))
		if !errors.Is(err, saved.ErrDamaged) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.path, err, c.want)
		}
	}
}

// Whatever two results merge into is sound.
func FuzzMerge(f *testing.F) {
	one, mixed := encoded(f, fakeResult(f, "one")), encoded(f, fakeResult(f, "mixed"))
	old := older(f)
	f.Add(old, old)
	f.Add(one, mixed)
	f.Add(mixed, edit(f, mixed, "arms/1/histograms/tls", drop{}))
	f.Add(mixed, edit(f, mixed, "rounds/0/blocks/0/histograms", drop{}))
	f.Add(mixed, edit(f, mixed, "rounds/0/blocks/0/bytes_in", nil))
	f.Add(one, encoded(f, fakeResult(f, "refused")))
	odd := encoded(f, fakeResult(f, "odd clock"))
	f.Add(odd, edit(f, odd, "rounds/0/blocks/0/client_cpu_ns", 0))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		a, err := read(first)
		if err != nil {
			return
		}
		b, err := read(second)
		if err != nil {
			return
		}
		was := encoded(t, a)
		m, err := saved.Merge([]*bench.Result{a, b, a})
		if !bytes.Equal(encoded(t, a), was) {
			t.Error("merging changed a result")
		}
		if err != nil {
			return
		}
		text := encoded(t, m)
		again, err := read(text)
		if err != nil {
			t.Fatalf("what was merged is refused when it is read: %v", err)
		}
		if !bytes.Equal(encoded(t, again), text) {
			t.Error("a merged result that is read and written again differs")
		}
	})
}
