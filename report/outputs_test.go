package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/saved"
)

// evil is what a name, a target or a server's error can hold to break out of a
// format.
const evil = "re|su<b>me\"d'\n# x\x00\x1b[2J `a` [l](http://e) _u_ *s* ~~d~~ \\| \u202e\xff, =a/b &amp; %2F 8-256"

var made struct {
	sync.Once
	documents map[string]*Document
}

// documents are what the outputs for pipelines are shown. No test changes them:
// their intervals take long to find.
func documents(t *testing.T) map[string]*Document {
	t.Helper()
	made.Do(func() { made.documents = makeDocuments(t) })
	return made.documents
}

func makeDocuments(t *testing.T) map[string]*Document {
	t.Helper()
	plain := NewDocument(loadResult(t))
	plain.judge("session=resumed", "base.json", "tls.p50(resumed) < 2ms")

	failed := loadResult(t)
	for _, name := range []string{"errors", "mixed"} {
		cases()[name](failed)
	}
	failed.Rounds = failed.Rounds[:4]
	cut, _ := failed.Rounds[3].Block("session=full")
	cut.Cut = true
	soiled := soil(failed, evil)
	hostile := NewDocument(failed)
	hostile.judge(soiled, evil, evil+" < 2ms")

	never := loadResult(t)
	cases()["never-resumed"](never)

	nothing := loadResult(t)
	cases()["nothing-succeeded"](nothing)

	mechanisms := loadResult(t)
	cases()["mechanisms"](mechanisms)
	many := manyDocuments(t)
	return map[string]*Document{
		"many": many["groups-5x4"], "many-long": many["long-groups"], "arm-failed": many["arm-failed"], "sweep": many["sweep-8x2"],
		"plain": plain, "hostile": hostile,
		"never-resumed": NewDocument(never), "nothing-succeeded": NewDocument(nothing), "mechanisms": NewDocument(mechanisms),
		"compared":         {Against: plain.Against, Checks: plain.Checks, Outcome: plain.Outcome},
		"compared-hostile": {Against: hostile.Against, Outcome: hostile.Outcome},
	}
}

// judge adds what a gate has to tell.
func (d *Document) judge(arm, base, check string) {
	p := func(v float64) *float64 { return &v }
	d.Checks = []compare.Check{
		{Expr: check, Value: p(1.14e6), Bound: p(2e6), Unit: bench.Nanoseconds, Verdict: compare.CheckPass, Why: "1.14 ms"},
		{Expr: "saving(tls.p50) >= 40%", Value: p(0.27), Bound: p(0.4), Unit: bench.Fraction, Verdict: compare.CheckFail, Why: "27.3 % of " + arm},
		{Expr: "server_cpu(resumed) < 1ms", Bound: p(1e6), Unit: bench.Nanoseconds, Verdict: compare.CheckInconclusive, Why: "server_cpu was not measured: give --server-pid"},
	}
	one := func(metric string, unit bench.Unit, better bench.Direction, old, new float64) compare.Comparison {
		return compare.Comparison{Arm: arm, Baseline: arm, Metric: metric, Unit: unit, Better: better, BaselineValue: old, Value: new, Rounds: 10}
	}
	found := func(c compare.Comparison, verdict compare.Verdict, change, low, high float64) compare.Comparison {
		c.Verdict, c.Change, c.CI, c.Confidence, c.P = verdict, &change, &[2]float64{low, high}, 0.9512, p(0.002)
		return c
	}
	regressed := found(one("tls.p50", bench.Nanoseconds, bench.LowerIsBetter, 1.14e6, 1.28e6), compare.Worse, 0.12, 0.1, 0.141)
	regressed.Allowed, regressed.PAdjusted, regressed.Regressed = p(0.05), p(0.006), true
	slower := found(one("client_cpu", bench.Nanoseconds, bench.LowerIsBetter, 1.36e6, 1.39e6), compare.Worse, 0.02, 0.01, 0.03)
	slower.Allowed, slower.PAdjusted = p(0.05), p(0.006)
	unknown := one("server_cpu", bench.Nanoseconds, bench.LowerIsBetter, 1.1e6, 1.2e6)
	unknown.Verdict, unknown.Allowed = compare.Inconclusive, p(0.05)
	d.Against = &compare.Against{
		Base: []string{base}, New: []string{"new.json"}, Unit: compare.OfRounds,
		Comparisons: []compare.Comparison{
			slower, unknown,
			found(one("bytes_in", bench.Bytes, bench.LowerIsBetter, 1328, 1200), compare.Better, -0.096, -0.096, -0.096),
			found(one("rate", bench.PerSecond, bench.HigherIsBetter, 503, 501), compare.Same, -0.004, -0.02, 0.01),
			regressed,
			found(one("tls.p99", bench.Nanoseconds, bench.LowerIsBetter, 3e6, 3.1e6), compare.Same, 0.033, -0.1, 0.2),
			found(one("saving(tls.p50)", bench.Fraction, bench.HigherIsBetter, 0.273, 0.191), compare.Worse, -0.082, -0.11, -0.05),
		},
		Doubts: []string{"target: " + base + ", and other", "one run a side"},
	}
	d.Outcome.Judge(compare.Findings{Checks: d.Checks, Judged: d.Against.Comparisons})
}

// soil puts text wherever it comes from outside, and gives the name of the
// second arm.
func soil(r *bench.Result, evil string) string {
	renamed := map[string]string{}
	for i := range r.Plan.Arms {
		arm := &r.Plan.Arms[i]
		old := arm.Name
		named := bench.NewArm(
			bench.Coord{Dimension: "target", Value: "a b"}, bench.Coord{Dimension: "8 \"di|m\n=/", Value: evil}, arm.Coords[0],
		)
		arm.Name, arm.Coords, renamed[old] = named.Name, named.Coords, named.Name
		arm.Target.URL, arm.Target.Path = "https://"+evil, "/"+evil
		a := &r.Arms[i]
		a.Name = named.Name
		a.Facts.Remote, a.Facts.Suite, a.Facts.Key, a.Facts.Protocol = evil, evil, evil, evil
		for class := range a.FirstErrors {
			a.FirstErrors[class] = evil
		}
	}
	for i := range r.Rounds {
		for j := range r.Rounds[i].Blocks {
			b := &r.Rounds[i].Blocks[j]
			b.Arm = renamed[b.Arm]
		}
	}
	r.Env.CPU, r.Env.Host, r.Command = evil, evil, evil
	r.Warnings = append(r.Warnings, bench.Warning{Code: "evil\"", Arm: r.Arms[1].Name, Text: evil}, bench.Warning{Text: "1. " + evil})
	r.LastFailure = &bench.FailureNote{Class: bench.ClassReset, Error: evil}
	return r.Arms[1].Name
}

// output is a document in a format.
func output(t *testing.T, format string, d *Document) string {
	t.Helper()
	get := New
	if d.Result == nil {
		get = NewAgainst
	}
	out, err := get(format, Options{Width: 80})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := out.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOutputsAreAsGolden(t *testing.T) {
	docs := documents(t)
	for format, names := range map[string][]string{
		"text":        {"plain", "hostile", "compared", "compared-hostile"},
		"json":        {"compared", "compared-hostile"},
		"markdown":    {"plain", "hostile", "never-resumed", "nothing-succeeded", "mechanisms", "compared", "compared-hostile"},
		"csv":         {"plain", "hostile", "compared", "compared-hostile"},
		"junit":       {"plain", "hostile", "never-resumed", "nothing-succeeded", "compared", "compared-hostile"},
		"gobench":     {"plain", "hostile", "never-resumed", "nothing-succeeded", "mechanisms"},
		"openmetrics": {"plain", "hostile", "never-resumed", "nothing-succeeded"},
	} {
		for _, name := range names {
			golden(t, "out-"+name+"."+format, []byte(output(t, format, docs[name])))
		}
	}
}

// Nothing but lines and text reaches a terminal.
func TestNoControlCharacterIsPrinted(t *testing.T) {
	docs := documents(t)
	for _, name := range []string{"hostile", "compared-hostile"} {
		for _, format := range []string{"text", "plot", "markdown", "gobench"} {
			if docs[name].Result == nil && (format == "plot" || format == "gobench") {
				continue
			}
			for _, c := range []string{"\x00", "\x1b", "\u202e", "\xff"} {
				if strings.Contains(output(t, format, docs[name]), c) {
					t.Errorf("%s of %s holds %q", format, name, c)
				}
			}
		}
	}
}

func TestOutputsKnowWhatTheyCanWrite(t *testing.T) {
	if _, err := New("xml", Options{}); err == nil || !strings.Contains(err.Error(), "want text, json, markdown, plot, csv, junit, gobench, openmetrics or html") {
		t.Errorf("an unknown format: %v", err)
	}
	if _, err := NewAgainst("gobench", Options{}); err == nil || !strings.Contains(err.Error(), "want text, json, markdown, csv, junit or html") {
		t.Errorf("a format of runs only: %v", err)
	}
	for _, f := range formats() {
		err := f.make(Options{}).Write(&bytes.Buffer{}, &Document{Against: &compare.Against{}})
		if f.against != (err == nil) {
			t.Errorf("%s without a result: %v", f.name, err)
		}
	}
}

// What is saved with checks and comparisons reads back, and a comparison alone
// is not taken for a result.
func TestJSONOfDerivedParts(t *testing.T) {
	docs := documents(t)
	text := output(t, "json", docs["plain"])
	var parts struct {
		Checks  []compare.Check
		Against *compare.Against
	}
	if err := json.Unmarshal([]byte(text), &parts); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(parts.Checks, docs["plain"].Checks) || !reflect.DeepEqual(parts.Against, docs["plain"].Against) {
		t.Errorf("they are read as %+v", parts)
	}
	if r, err := saved.Read(strings.NewReader(text)); err != nil || r.Completed() == 0 {
		t.Errorf("the result is not read: %v", err)
	}
	if !strings.Contains(output(t, "json", docs["mechanisms"]), "\n \"checks\": [],\n \"against\": null\n") {
		t.Error("a run without them does not say so")
	}
	if _, err := saved.Read(strings.NewReader(output(t, "json", docs["compared"]))); !errors.Is(err, saved.ErrForeign) {
		t.Errorf("a comparison is read as a result: %v", err)
	}
}
