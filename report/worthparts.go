package report

import (
	"math"
	"strings"

	"tlsbench/bench/compare"
)

// worthParts are what the time that a resumption saves is made of besides the
// rest, with the classes of their segments.
var worthParts = [...]struct {
	class, name string
	of          func(compare.TimeWorth) *float64
}{
	{"p-wait", "round trips", func(t compare.TimeWorth) *float64 { return t.OfRoundTrips }},
	{"p-local", "the client's own work", func(t compare.TimeWorth) *float64 { return t.OfClient }},
}

// worthRest is what those leave over.
const worthRest = "the rest (the server's work, queues)"

// timePart is a part of the time that a resumption saves.
type timePart struct {
	class, name string
	ns          float64
}

// partsOf takes the saved time apart. What is not known of it is one part
// together with the rest, the last.
func partsOf(t compare.TimeWorth) []timePart {
	if t.Saved == nil {
		return nil
	}
	left := timePart{"w-rest", worthRest, *t.Saved}
	var parts []timePart
	var together []string
	for _, p := range worthParts {
		of := p.of(t)
		if of == nil {
			together = append(together, p.name)
			continue
		}
		parts = append(parts, timePart{p.class, p.name, *of})
		left.ns -= *of
	}
	if len(together) > 0 {
		left.class, left.name = "w-undivided", list(append(together, worthRest))+", not told apart"
	}
	return append(parts, left)
}

// leastTrips are what count writes as more than none.
const leastTrips = 0.005

// timeParts take the time apart in words, as far as its parts are known. They
// add up to what is saved or, where that is told as a cost, to the cost.
func timeParts(t compare.TimeWorth) string {
	var words []string
	for _, p := range partsOf(t) {
		if *t.Saved < 0 {
			p.ns = -p.ns
		}
		switch {
		case p.class != "p-wait":
			words = append(words, signedTime(p.ns)+" of "+p.name)
		case math.Abs(*t.RoundTrips) < leastTrips:
			words = append(words, "no round trip")
		default:
			words = append(words, signedTime(p.ns)+" for "+fewerTrips(*t.RoundTrips))
		}
	}
	if len(words) < 2 {
		return "" // the whole
	}
	return strings.Join(words, ", ")
}

func fewerTrips(n float64) string {
	trips := count(math.Abs(n)) + " round trips"
	if trips == "1 round trips" {
		trips = "1 round trip"
	}
	if n < 0 {
		trips += " more"
	}
	return trips
}

func savedTime(s compare.SavedTime) string {
	switch {
	case s.Saved == nil && s.Verdict == compare.Same:
		return string(compare.Same)
	case s.Saved == nil:
		return absent
	case *s.Saved < 0:
		return costs + nbsp + nanoseconds(-*s.Saved)
	default:
		return nanoseconds(*s.Saved)
	}
}

// roundTripTime is what fewer round trips save.
func roundTripTime(t compare.TimeWorth) string {
	if t.RoundTrips != nil && t.OfRoundTrips != nil && math.Abs(*t.RoundTrips) < leastTrips {
		return "none"
	}
	return partTime(t.OfRoundTrips, "")
}

// partTime is a part of a saved time, and what was found of that part.
func partTime(ns *float64, found compare.Verdict) string {
	switch {
	case ns != nil:
		return signedTime(*ns)
	case found == compare.Same:
		return string(compare.Same)
	default:
		return absent
	}
}

func signedTime(ns float64) string {
	if ns < 0 {
		return minus + nanoseconds(-ns)
	}
	return nanoseconds(ns)
}
