package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"tlsbench/bench"
)

// kinds says what the arms' handshakes were.
func (d *Document) kinds() []armLine { return lines(d.outcomes(), kindsOf) }

func kindsOf(arm bench.Arm, a *bench.ArmResult) string {
	completed := a.Completed()
	if completed == 0 {
		return "none completed"
	}
	var wanted, others []string
	for _, k := range sorted(a.Kinds) {
		n := a.Kinds[k]
		if arm.Want.Met(k) {
			wanted = append(wanted, fmt.Sprintf("%s of %s %s", grouped(n), grouped(completed), k))
			continue
		}
		text := fmt.Sprintf("%s fell back to %s", grouped(n), k)
		if p50, ok := a.Others[k][bench.TLSPhase].Stat("p50"); ok {
			text += fmt.Sprintf(" (tls p50 %s, counted apart)", duration(p50))
		}
		others = append(others, text)
	}
	if len(wanted) == 0 {
		wanted = []string{"none of " + grouped(completed) + " " + string(arm.Want)}
	}
	return strings.Join(append(append(wanted, others...), certificates(a)...), ", ")
}

// certificates says how often a server that asked for a client certificate got
// one, and which where there were several.
func certificates(a *bench.ArmResult) []string {
	const fewPlaces = 4
	places := slices.DeleteFunc(slices.Sorted(maps.Keys(a.ClientCerts)), func(place int) bool { return place == 0 })
	var parts, each []string
	var sum int64
	least, most := int64(math.MaxInt64), int64(0)
	for _, place := range places {
		n := a.ClientCerts[place]
		sum, least, most = sum+n, min(least, n), max(most, n)
		each = append(each, fmt.Sprintf("no. %d × %s", place, grouped(n)))
	}
	switch {
	case len(places) == 1 && places[0] == 1:
		parts = append(parts, "a client certificate in "+grouped(sum))
	case len(places) > fewPlaces:
		parts = append(parts, fmt.Sprintf("%d client certificates in %s, each in %s to %s", len(places), grouped(sum), grouped(least), grouped(most)))
	case len(places) > 0:
		parts = append(parts, fmt.Sprintf("a client certificate in %s (%s)", grouped(sum), strings.Join(each, ", ")))
	}
	if n := a.ClientCerts[0]; n > 0 {
		parts = append(parts, fmt.Sprintf("none given in %s that were asked for a certificate", grouped(n)))
	}
	return parts
}

// sessions follows the sessions of the arms that offered any.
func (d *Document) sessions() []armLine { return lines(d.outcomes(), sessionsOf) }

func sessionsOf(arm bench.Arm, a *bench.ArmResult) string {
	if arm.Want == bench.WantFull {
		return ""
	}
	s := a.Sessions
	starved := "connections starved"
	if s.Starved == 1 {
		starved = "connection starved"
	}
	var parts []string
	for _, count := range []struct {
		n      int64
		what   string
		always bool
	}{
		{s.Imported, "imported", arm.Session.Imported},
		{s.Primed, "primed", !arm.Session.Imported},
		{s.Received, "received", true},
		{s.Offered, "offered", true},
		{s.Accepted, "accepted", true},
		{s.Refused, "refused", false},
		{s.Expired, "expired", false},
		{s.Withheld, "withheld by the client", false},
		{s.Starved, starved, false},
	} {
		if count.always || count.n > 0 {
			parts = append(parts, grouped(count.n)+" "+count.what)
		}
	}
	return strings.Join(parts, ", ")
}

// errors says of each arm what failed.
func (d *Document) errors() []string {
	failed := lines(d.outcomesOfEach(), func(_ bench.Arm, a *bench.ArmResult) string {
		if a.Failed() == 0 {
			return ""
		}
		var parts []string
		for _, class := range sorted(a.Errors) {
			parts = append(parts, fmt.Sprintf("%s × %s (%s)", grouped(a.Errors[class]), class, a.FirstErrors[class]))
		}
		return fmt.Sprintf("%s of %s failed: %s", grouped(a.Failed()), grouped(a.Attempts), strings.Join(parts, ", "))
	})
	lines := joined(d.alike(failed))
	if f := d.Result.LastFailure; f != nil {
		lines = append(lines, fmt.Sprintf("the last one, %s: %s", f.Class, f))
	}
	if len(lines) == 0 {
		return []string{"none"}
	}
	return lines
}

func sorted[K interface{ ~uint8 | ~string }, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
