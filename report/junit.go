package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// JUnit is a report for what shows test results: one suite with a case for the
// run, for the kinds that each arm observed, for each check and for each
// comparison. Of comparisons only regressions fail. What is inconclusive is
// skipped.
//
// Elements and attributes are those on which the schemas of Surefire (Jenkins)
// and Ant agree.
type JUnit struct{}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name    string `xml:"name,attr"`
	Package string `xml:"package,attr"`
	ID      int    `xml:"id,attr"`
	// Timestamp is in UTC and names no zone. It is left out where nothing was
	// run.
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties junitProperties `xml:"properties"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
}

// junitProperties is an element of its own, since it must be there when empty.
type junitProperties struct {
	All []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	Classname string       `xml:"classname,attr"`
	Time      string       `xml:"time,attr"`
	Skipped   *junitReason `xml:"skipped"`
	Error     *junitReason `xml:"error"`
	Failure   *junitReason `xml:"failure"`
}

type junitReason struct {
	Type    string `xml:"type,attr,omitempty"` // the schema of Ant knows none of skipped
	Message string `xml:"message,attr"`
}

// Write implements Output.
func (JUnit) Write(w io.Writer, d *Document) error {
	s := junitSuite{Name: "tlsbench", Package: "tlsbench", Hostname: "localhost", Time: junitTime(0)}
	if d.Result != nil {
		s.result(d)
	}
	for _, c := range d.Checks {
		s.check(c)
	}
	if d.Against != nil {
		s.against(d)
	}
	for _, c := range d.Comparisons {
		s.comparison(c, c.Metric+" against "+c.Baseline)
	}
	s.count()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(junitSuites{Suites: []junitSuite{s}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) property(name, value string) {
	s.Properties.All = append(s.Properties.All, junitProperty{name, value})
}

// result has cases for the run itself and for each arm.
func (s *junitSuite) result(d *Document) {
	r := d.Result
	s.Name += " " + d.targets()
	s.Timestamp, s.Time = r.Started.UTC().Format("2006-01-02T15:04:05"), junitTime(r.Took)
	if r.Env.Host != "" {
		s.Hostname = r.Env.Host
	}
	for _, row := range d.factTable().Rows {
		s.property(row[0], row[1])
	}
	run := junitCase{Name: "carried out", Classname: "run", Time: junitTime(0)}
	if e := d.Outcome.Exit; e == compare.NotRun || e == compare.Interrupted {
		run.Error = &junitReason{Type: status(e), Message: strings.Join(d.Outcome.Reasons, "; ")}
	}
	s.Cases = append(s.Cases, run)
	for _, arm := range r.Plan.Arms {
		s.Cases = append(s.Cases, kindsCase(r, arm))
	}
	s.print("warning", d.warnings())
}

// kindsCase fails where the gate does: a run that ended early is not judged.
func kindsCase(r *bench.Result, arm bench.Arm) junitCase {
	c := junitCase{Name: "observed kinds", Classname: arm.Name, Time: junitTime(0)}
	a, ok := r.Arm(arm.Name)
	if !ok {
		a = &bench.ArmResult{}
	}
	c.Time = junitTime(a.Took)
	early := r.Ended == bench.Interrupted || r.Ended == bench.GaveUp
	switch {
	case a.Completed() == 0 && a.Failed() > 0:
		c.Error = &junitReason{Type: "handshake", Message: "not one handshake succeeded: " + failures(a)}
	case !arm.Want.Resumes() && a.Completed() > 0 || a.Wanted(arm.Want) > 0:
	case early || !ok:
		c.Skipped = &junitReason{Message: "inconclusive: the run ended before it could be told"}
	default:
		c.Failure = &junitReason{Type: "kind", Message: fmt.Sprintf("none of %d handshakes was %s: %s", a.Completed(), arm.Want, bench.WhyNotResumed(arm, a))}
	}
	return c
}

func failures(a *bench.ArmResult) string {
	var parts []string
	for _, class := range sorted(a.Errors) {
		parts = append(parts, fmt.Sprintf("%d × %s (%s)", a.Errors[class], class, a.FirstErrors[class]))
	}
	return strings.Join(parts, ", ")
}

func (s *junitSuite) check(c compare.Check) {
	one := junitCase{Name: c.Expr, Classname: "check", Time: junitTime(0)}
	switch c.Verdict {
	case compare.CheckFail:
		one.Failure = &junitReason{Type: "check", Message: c.Why}
	case compare.CheckInconclusive:
		one.Skipped = &junitReason{Message: "inconclusive: " + c.Why}
	}
	s.Cases = append(s.Cases, one)
}

func (s *junitSuite) against(d *Document) {
	s.property("against", d.againstHead())
	for _, c := range d.Against.Comparisons {
		s.comparison(c, c.Metric)
	}
	s.print("doubt", d.Against.Doubts)
}

func (s *junitSuite) comparison(c compare.Comparison, name string) {
	one := junitCase{Name: name, Classname: c.Arm, Time: junitTime(0)}
	switch {
	case c.Regressed:
		one.Failure = &junitReason{Type: "regression", Message: c.String()}
	case c.Verdict == compare.Inconclusive:
		one.Skipped = &junitReason{Message: "inconclusive: too few rounds or runs to tell"}
	}
	s.Cases = append(s.Cases, one)
}

func (s *junitSuite) print(what string, lines []string) {
	for _, line := range lines {
		s.Out += what + ": " + line + "\n"
	}
}

func (s *junitSuite) count() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
