package probe

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Condition is one condition on a Result: a name that must hold, "!name" for
// one that must not hold anywhere, or a comparison.
type Condition struct {
	Name string
	Not  bool
	// Op is one of >=, <=, >, <, =, empty where nothing is compared.
	Op string
	// Value is a number, nanoseconds or bytes, as the name has it.
	Value float64
	unit  unit
}

// unit is what a name's value is measured in.
type unit uint8

const (
	none  unit = iota // not compared
	count             // a number
	span              // a duration
	bytes
)

// subject is what a condition can be about.
type subject struct {
	name  string
	holds func(findings) truths // nil where it must be compared
	value func(*Result) measure // nil where it cannot be
	unit  unit
}

// findings are what conditions are put to. The watch may be nil.
type findings struct {
	*Result
	watch *WatchResult
}

// subjects are all names, in the order in which they are listed.
//
// What holds "everywhere" is asked of every place that is up, or, of
// tls1.x, shared-keys and up, of every place; and, of reuse, simultaneous,
// abrupt, age and shared-keys, of every mechanism that is granted.
// hello-retry holds where one was seen anywhere. up regards the watch, too.
func subjects() []subject {
	return []subject{
		{"session-id", resumesBy("session-id"), grantedBy("session-id"), count},
		{"ticket", resumesBy("ticket"), grantedBy("ticket"), count},
		{"psk", resumesBy("psk"), grantedBy("psk"), count},
		{"tls1.0", speaks("1.0"), nil, none},
		{"tls1.1", speaks("1.1"), nil, none},
		{"tls1.2", speaks("1.2"), nil, none},
		{"tls1.3", speaks("1.3"), nil, none},
		{"shared-keys", sharedKeys, nil, none},
		{"reuse", survives(one(func(m MechanismResult) Finding { return m.Reuse })), nil, none},
		{"simultaneous", survives(one(func(m MechanismResult) Finding { return m.Simultaneous })), nil, none},
		{"abrupt", survives(one(func(m MechanismResult) Finding { return m.Abrupt })), nil, none},
		{"age", aged, nil, none},
		{"hello-retry", helloRetry, nil, none},
		{"up", up, nil, none},
		{"places", nil, places, count},
		{"lifetime", nil, lifetime, span},
		{"ticket-bytes", nil, ticketBytes, bytes},
		{"certificate-bytes", nil, certificateBytes, bytes},
	}
}

// Names lists what conditions can be about.
func Names() []string {
	var all []string
	for _, s := range subjects() {
		all = append(all, s.name)
	}
	return all
}

func subjectOf(name string) (subject, bool) {
	all := subjects()
	i := slices.IndexFunc(all, func(s subject) bool { return s.name == name })
	if i < 0 {
		return subject{}, false
	}
	return all[i], true
}

// String is the condition as ParseExpect reads it.
func (c Condition) String() string {
	switch {
	case c.Not:
		return "!" + c.Name
	case c.Op == "":
		return c.Name
	default:
		return c.Name + c.Op + c.unit.show(c.Value)
	}
}

func (u unit) show(v float64) string {
	switch u {
	case span:
		return brief(time.Duration(v))
	default:
		return strings.TrimSuffix(fmt.Sprintf("%.3f", v), ".000")
	}
}

// compare applies an operator.
func (c Condition) compare(v float64) bool {
	switch c.Op {
	case ">=":
		return v >= c.Value
	case "<=":
		return v <= c.Value
	case ">":
		return v > c.Value
	case "<":
		return v < c.Value
	default:
		return v == c.Value
	}
}
