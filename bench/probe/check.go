package probe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// CheckVerdict says whether a condition is met.
type CheckVerdict string

// The verdicts. Unknown is what was not measured: it does not pass.
const (
	Pass    CheckVerdict = "pass"
	Fail    CheckVerdict = "fail"
	Unknown CheckVerdict = "unknown"
)

// Check is what became of one condition.
type Check struct {
	Expr    string       `json:"expr"`
	Verdict CheckVerdict `json:"verdict"`
	// Value is what was found: yes, no, mixed, unknown, or a value.
	Value string `json:"value"`
	Why   string `json:"why"`
}

// Check applies the condition to a result, and to a watch, which may be nil.
func (c Condition) Check(res *Result, watch *WatchResult) Check {
	check := Check{Expr: c.String()}
	s, ok := subjectOf(c.Name)
	switch {
	case !ok:
		check.Verdict, check.Value, check.Why = Unknown, "unknown", unknownName(c.Name)
	case c.Op != "":
		check.Verdict, check.Value, check.Why = c.measured(s.value(res), s.unit)
	case s.holds == nil:
		check.Verdict, check.Value, check.Why = Unknown, "unknown", s.name+" has to be compared, as in "+s.example()
	default:
		check.Verdict, check.Value, check.Why = s.holds(findings{res, watch}).judge(c.Not)
	}
	return check
}

// measure is a value over all places. known is false where some place's is
// missing, and then why says whose.
type measure struct {
	value    float64
	any      bool // there is a value
	complete bool // it is that of all places
	lowest   bool // it is the minimum, else the maximum
	why      string
	lack     string // the first place whose value is missing
}

// add takes one more value into the minimum or the maximum.
func (m *measure) add(v float64, where string) {
	if !m.any || m.lowest == (v < m.value) && v != m.value {
		m.value, m.why = v, where
	}
	m.any = true
}

func (m *measure) missing(where string) {
	if m.complete {
		m.complete = false
		m.lack = where
	}
}

// measured compares. What is missing could be lower still than a minimum, or
// higher than a maximum, and so can only make a comparison fail that way: one
// that has failed so already has failed.
func (c Condition) measured(m measure, u unit) (CheckVerdict, string, string) {
	if !m.any {
		return Unknown, "unknown", cmp.Or(m.lack, m.why)
	}
	value := u.show(m.value)
	if m.complete {
		if c.compare(m.value) {
			return Pass, value, m.why
		}
		return Fail, value, m.why
	}
	bounded := m.lowest && strings.HasPrefix(c.Op, ">") || !m.lowest && strings.HasPrefix(c.Op, "<")
	if bounded && !c.compare(m.value) {
		return Fail, value, m.why + "; and " + m.lack
	}
	return Unknown, value, m.lack
}

// truth is whether something holds at one place, for one mechanism.
type truth struct {
	verdict Verdict
	where   string
	why     string
}

type truths []truth

// judge sums up. A condition holds where it holds everywhere; turned round,
// where it holds nowhere. What holds only at times is neither.
func (all truths) judge(not bool) (CheckVerdict, string, string) {
	against := []Verdict{No, Mixed}
	if not {
		against = []Verdict{Yes, Mixed}
	}
	var offending, unknown truths
	for _, t := range all {
		switch {
		case slices.Contains(against, t.verdict):
			offending = append(offending, t)
		case t.verdict == NotTested:
			unknown = append(unknown, t)
		}
	}
	switch {
	case len(all) == 0:
		return Unknown, "unknown", "nothing was found out about it"
	case len(offending) > 0:
		return Fail, string(offending[0].verdict), offending.String()
	case len(unknown) > 0:
		return Unknown, "unknown", unknown.String()
	}
	return Pass, string(all[0].verdict), all.String()
}

// truthsTold is how many truths are told one by one.
const truthsTold = 3

func (all truths) String() string {
	var told []string
	for _, t := range all[:min(len(all), truthsTold)] {
		told = append(told, t.String())
	}
	if more := len(all) - truthsTold; more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(told, "; ")
}

func (t truth) String() string {
	if t.where == "" || t.why == "" {
		return t.where + t.why
	}
	return t.where + ": " + t.why
}
