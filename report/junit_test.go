package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// element is any element of XML.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) (string, bool) {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// rule is what both of the two schemas of JUnit's reports allow: junit-10.xsd
// of Surefire, by which Jenkins judges, and JUnit.xsd of Ant.
type rule struct {
	required, optional []string
	// children in their order, each with ? for one at most, * for any number,
	// else exactly one; | between names of which one at most may be.
	children string
}

var junitRules = map[string]rule{
	"testsuites": {children: "(testsuite )*"},
	"testsuite": {
		required: []string{"name", "package", "id", "hostname", "tests", "failures", "errors", "skipped", "time"},
		optional: []string{"timestamp"}, // but not in Ant's
		children: "properties (testcase )*system-out system-err ",
	},
	"properties": {children: "(property )*"},
	"property":   {required: []string{"name", "value"}},
	"testcase":   {required: []string{"name", "classname", "time"}, children: "((skipped|error|failure) )?"},
	"skipped":    {required: []string{"message"}},
	"error":      {required: []string{"message", "type"}},
	"failure":    {required: []string{"message", "type"}},
	"system-out": {}, "system-err": {},
}

// junitValues are the types of attributes.
var junitValues = map[string]*regexp.Regexp{
	"time":      regexp.MustCompile(`^[0-9]+\.[0-9]{3}$`), // an xs:decimal, and Surefire's pattern
	"timestamp": regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$`),
	"tests":     regexp.MustCompile(`^[0-9]+$`), "failures": regexp.MustCompile(`^[0-9]+$`),
	"errors": regexp.MustCompile(`^[0-9]+$`), "skipped": regexp.MustCompile(`^[0-9]+$`), "id": regexp.MustCompile(`^[0-9]+$`),
	"name": regexp.MustCompile(`\S`), "classname": regexp.MustCompile(`\S`), "hostname": regexp.MustCompile(`\S`),
}

func (e element) valid() error {
	name := e.XMLName.Local
	r, ok := junitRules[name]
	if !ok {
		return fmt.Errorf("unknown element %s", name)
	}
	var errs []error
	for _, want := range r.required {
		if _, ok := e.attr(want); !ok {
			errs = append(errs, fmt.Errorf("%s lacks %s", name, want))
		}
	}
	for _, a := range e.Attrs {
		if !slices.Contains(slices.Concat(r.required, r.optional), a.Name.Local) {
			errs = append(errs, fmt.Errorf("%s has %s", name, a.Name.Local))
		}
		if p, ok := junitValues[a.Name.Local]; ok && !p.MatchString(a.Value) {
			errs = append(errs, fmt.Errorf("%s of %s is %q", a.Name.Local, name, a.Value))
		}
	}
	children := ""
	for _, c := range e.Children {
		children += c.XMLName.Local + " "
		errs = append(errs, c.valid())
	}
	if !regexp.MustCompile("^(" + r.children + ")$").MatchString(children) {
		errs = append(errs, fmt.Errorf("%s holds %s", name, children))
	}
	if len(e.Children) > 0 && strings.TrimSpace(e.Text) != "" {
		errs = append(errs, fmt.Errorf("%s has text %q", name, e.Text))
	}
	return errors.Join(errs...)
}

func readJUnit(t *testing.T, text string) element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	var root element
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		t.Errorf("after the root: %v", err)
	}
	return root
}

func TestJUnitIsValid(t *testing.T) {
	for name, d := range documents(t) {
		root := readJUnit(t, output(t, "junit", d))
		if err := root.valid(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		suite := root.Children[0]
		counts := map[string]int{}
		for _, c := range suite.Children {
			if c.XMLName.Local == "testcase" {
				counts["tests"]++
				for _, why := range c.Children {
					counts[map[string]string{"failure": "failures", "error": "errors", "skipped": "skipped"}[why.XMLName.Local]]++
				}
			}
		}
		for _, what := range []string{"tests", "failures", "errors", "skipped"} {
			if got, _ := suite.attr(what); got != strconv.Itoa(counts[what]) {
				t.Errorf("%s: %s=%s, but there are %d", name, what, got, counts[what])
			}
		}
		if _, timed := suite.attr("timestamp"); timed != (d.Result != nil) {
			t.Errorf("%s: has a timestamp: %v", name, timed)
		}
	}
}

// The report fails where the gate does.
func TestJUnitFailsWithTheGate(t *testing.T) {
	for name, d := range documents(t) {
		suite := readJUnit(t, output(t, "junit", d)).Children[0]
		failures, _ := suite.attr("failures")
		errs, _ := suite.attr("errors")
		if bad := failures != "0" || errs != "0"; bad != (d.Outcome.Exit != compare.Passed) {
			t.Errorf("%s: %s failures and %s errors, but exit code %d", name, failures, errs, d.Outcome.Exit)
		}
	}
}

// An arm fails for its kinds only in a run that the gate judges.
func TestJUnitOfObservedKinds(t *testing.T) {
	stats := func(attempts, full, psk int64) bench.Stats {
		return bench.Stats{Attempts: attempts, Kinds: map[bench.Kind]int64{bench.Full: full, bench.PSK: psk}}
	}
	for name, c := range map[string]struct {
		want  bench.Want
		stats bench.Stats
		ended bench.End
		is    string
	}{
		"full":              {bench.WantFull, stats(9, 9, 0), bench.Complete, "passed"},
		"resumed":           {bench.WantResumed, stats(9, 1, 8), bench.Complete, "passed"},
		"fell back":         {bench.WantResumed, stats(9, 9, 0), bench.Complete, "failed"},
		"nothing was tried": {bench.WantResumed, stats(0, 0, 0), bench.Complete, "failed"},
		"too early":         {bench.WantResumed, stats(0, 0, 0), bench.Interrupted, "skipped"},
		"too early to fail": {bench.WantResumed, stats(1, 1, 0), bench.Interrupted, "skipped"},
		"early, but seen":   {bench.WantResumed, stats(1, 0, 1), bench.GaveUp, "passed"},
		"all failed":        {bench.WantResumed, stats(9, 0, 0), bench.Complete, "error"},
	} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(c.want)})
		arm.Want = c.want
		got := kindsCase(&bench.Result{Ended: c.ended, Arms: []bench.ArmResult{{Name: arm.Name, Stats: c.stats}}}, arm)
		is := "passed"
		switch {
		case got.Failure != nil:
			is = "failed"
		case got.Error != nil:
			is = "error"
		case got.Skipped != nil:
			is = "skipped"
		}
		if is != c.is {
			t.Errorf("%s: %s, want %s", name, is, c.is)
		}
	}
}
