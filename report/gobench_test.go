package report

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"tlsbench/bench"
)

// readGoBench is what benchstat reads.
func readGoBench(t *testing.T, text string) (results []*benchfmt.Result, units benchfmt.UnitMetadataMap) {
	t.Helper()
	r := benchfmt.NewReader(strings.NewReader(text), "test")
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			results = append(results, rec.Clone())
		case *benchfmt.SyntaxError:
			t.Errorf("%v", rec)
		}
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return results, r.Units()
}

func TestGoBenchIsReadByItsReader(t *testing.T) {
	docs := documents(t)
	for name, want := range map[string]int{"plain": 20, "hostile": 7, "mechanisms": 50, "nothing-succeeded": 0} {
		results, units := readGoBench(t, output(t, "gobench", docs[name]))
		if len(results) != want {
			t.Errorf("%s: %d lines, want %d", name, len(results), want)
		}
		for _, r := range results {
			base, parts := r.Name.Parts()
			arm := docs[name].Result.Plan.Arms[0]
			if string(base) != "TLS" || len(parts) != len(arm.Coords)+1 || string(parts[len(parts)-1]) != "-2" {
				t.Errorf("%s: the name is read as %q and %q", name, base, parts)
			}
			if r.GetConfig("goos") != "linux" || r.GetConfig("pkg") != "tlsbench" || r.GetConfig("cpu") == "" {
				t.Errorf("%s: the configuration is %v", name, r.Config)
			}
			if v := r.Values[0]; v.Unit != "tls-p50-sec/op" && name != "never-resumed" || v.Value > 1 {
				t.Errorf("%s: the first value is %v %s", name, v.Value, v.Unit)
			}
			seen := map[string]bool{}
			for _, v := range r.Values {
				if seen[v.Unit] {
					t.Errorf("%s: two values in %s", name, v.Unit)
				}
				seen[v.Unit] = true
				better := map[string]int{"handshakes/s": 1, "resumed-ratio": 1}[v.Unit]
				if units.GetBetter(v.Unit) != max(-1, 2*better-1) {
					t.Errorf("%s: of %s is better: %d", name, v.Unit, units.GetBetter(v.Unit))
				}
			}
		}
	}
}

// benchstat compares with the value of a dimension that it meets first.
func TestGoBenchBeginsWithTheBaseline(t *testing.T) {
	results, _ := readGoBench(t, output(t, "gobench", documents(t)["mechanisms"]))
	var names []string
	for _, r := range results {
		names = append(names, r.Name.String())
	}
	want := []string{
		"TLS/tls=1.2/session=full-2", "TLS/tls=1.2/session=session-id-2", "TLS/tls=1.2/session=ticket-2",
		"TLS/tls=1.3/session=full-2", "TLS/tls=1.3/session=psk-2",
	}
	if got := slices.Compact(names); !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}

// Arms with other names have other names there.
func TestGoBenchNamesAreTold(t *testing.T) {
	names := map[string]bool{}
	values := []string{"a b", "a_b", "a/b", "a%2Fb", "a=b", "a\nb", "a\u00a0b", "a\u202eb", "p-256", "p"}
	for _, v := range values {
		name := gobenchName(bench.NewArm(bench.Coord{Dimension: "x=y", Value: v}), bench.Env{GOMAXPROCS: 8})
		names[name] = true
		results, _ := readGoBench(t, name+" 1 1 ns/op\n")
		if len(results) != 1 {
			t.Fatalf("%q is read as %d results", name, len(results))
		}
		if _, parts := results[0].Name.Parts(); len(parts) != 2 || !strings.HasPrefix(string(parts[0]), "/x%3Dy=") || string(parts[1]) != "-8" {
			t.Errorf("%q has the parts %q", name, parts)
		}
	}
	if len(names) != len(values) {
		t.Errorf("some arms share a name: %v", slices.Sorted(maps.Keys(names)))
	}
}

// What takes no part in comparisons is not compared by benchstat either.
func TestGoBenchLeavesOutMixtures(t *testing.T) {
	results, _ := readGoBench(t, output(t, "gobench", documents(t)["hostile"]))
	cpu := 0
	for _, r := range results {
		for _, v := range r.Values {
			if v.Unit == "client-cpu-sec/op" {
				cpu++
			}
		}
	}
	if cpu != 3 { // the full arm's, less a block that was cut
		t.Errorf("%d values of CPU time, want 3", cpu)
	}
}

func TestGoBenchNamesOneTargetOnly(t *testing.T) {
	r := *documents(t)["plain"].Result
	r.Plan.Arms = slices.Clone(r.Plan.Arms)
	r.Plan.Arms[1].Target.URL = "tls://other"
	results, _ := readGoBench(t, output(t, "gobench", &Document{Result: &r}))
	if len(results) == 0 || results[0].GetConfig("target") != "" {
		t.Errorf("arms of two targets are all of %q", results[0].GetConfig("target"))
	}
}
