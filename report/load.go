package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
)

// LoadText says when an arm's attempts are made: "4 workers", "500/s, constant,
// up to 1 000 in flight", "storm of 200 connections"; with the arm's part where
// it shares a stream.
func LoadText(l bench.Load) string {
	text := ""
	switch {
	case l.Storm > 0 && l.Share > 0:
		text = "a " + stormText(l.Storm)
	case l.Storm > 0:
		text = stormText(l.Storm)
	case l.Rate > 0:
		text = fmt.Sprintf("%s, %s, %s", rateText(l.Rate), l.Arrivals, inFlight(l.MaxInFlight))
	default:
		return plural(l.Workers, "worker")
	}
	if l.Share > 0 {
		return shareText(l.Share) + " of " + text
	}
	return text
}

func stormText(n int) string { return "storm of " + plural(n, "connection") }

func inFlight(n int) string { return "up to " + grouped(n) + " in flight" }

// loads say when the plan's attempts are made, part by part.
func (d *Document) loads() []string {
	p := d.Result.Plan
	switch {
	case everyLoad(p, func(l bench.Load) bool { return !l.Open() }):
		return []string{d.spread("", " workers", bench.Load.AtOnce, func(n int) string { return plural(n, "worker") }), "closed loop"}
	case everyLoad(p, func(l bench.Load) bool { return l.Storm > 0 }):
		sizes := d.spread("storms of ", " connections", func(l bench.Load) int { return l.Storm }, stormText)
		if d.mix() != "" && !strings.HasPrefix(sizes, "storms") {
			sizes = "a " + sizes
		}
		return d.mixed(sizes)
	case everyLoad(p, func(l bench.Load) bool { return l.Rate > 0 }):
		return d.mixed(d.rates(), "open loop",
			d.spread("up to ", " in flight", func(l bench.Load) int { return l.MaxInFlight }, inFlight))
	}
	return []string{"loads: as each arm says"}
}

func everyLoad(p bench.Plan, is func(bench.Load) bool) bool {
	return !slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return !is(a.Load) })
}

// spread is a number of the arms' loads: the one that all have, the few that
// some have, or the lowest and the highest.
func (d *Document) spread(before, after string, of func(bench.Load) int, one func(int) string) string {
	found := ascending(d.Result.Plan, of)
	switch {
	case len(found) == 1:
		return one(found[0])
	case len(found) <= manyArms:
		var texts []string
		for _, n := range found {
			texts = append(texts, grouped(n))
		}
		return before + strings.Join(texts, ", ") + after
	default:
		return before + grouped(found[0]) + " to " + grouped(found[len(found)-1]) + after
	}
}

// ascending are the values that the loads have, each once.
func ascending[T cmp.Ordered](p bench.Plan, of func(bench.Load) T) []T {
	var found []T
	for _, arm := range p.Arms {
		found = append(found, of(arm.Load))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// rates are those at which attempts fall due, and how they follow each other.
func (d *Document) rates() string {
	p := d.Result.Plan
	found := ascending(p, func(l bench.Load) float64 { return l.Rate })
	lowest, highest := found[0], found[len(found)-1]
	text := ""
	switch {
	case d.searched():
		return "search of the highest rate with " + p.FindMax + ", from " + rateText(lowest) + d.arrivalsText()
	case p.Ramp && len(found) > 1:
		text = fmt.Sprintf("ramp %s to %s, %s", rateText(lowest), rateText(highest), plural(len(found), "rate"))
	case len(found) <= manyArms:
		var texts []string
		for _, v := range found {
			texts = append(texts, rateText(v))
		}
		text = strings.Join(texts, ", ")
	default:
		text = fmt.Sprintf("%s to %s", rateText(lowest), rateText(highest))
	}
	return text + d.arrivalsText()
}

func (d *Document) arrivalsText() string {
	processes := ascending(d.Result.Plan, func(l bench.Load) string { return string(l.Arrivals) })
	return ", " + strings.Join(processes, " and ")
}

// mixed puts the shares of one stream before what they are shares of.
func (d *Document) mixed(stream string, more ...string) []string {
	if text := d.mix(); text != "" {
		stream = text + " of " + stream
	}
	return append([]string{stream}, more...)
}

// mix tells the shares of a stream, "" where every arm has its own.
func (d *Document) mix() string {
	p := d.Result.Plan
	for _, stream := range p.Streams() {
		if len(stream) < 2 {
			continue
		}
		var parts []string
		for _, i := range stream {
			value := shortCoord(bench.Coord{Dimension: p.Compare, Value: p.Arms[i].Coord(p.Compare)})
			parts = append(parts, shareText(p.Arms[i].Load.Share)+" "+value)
		}
		return "mix: " + strings.Join(parts, ", ")
	}
	return ""
}

// length is how much of it there is, "" for storms: they are as long as they
// are.
func (d *Document) length() string {
	p := d.Result.Plan
	switch {
	case everyLoad(p, func(l bench.Load) bool { return l.Storm > 0 }):
		return ""
	case d.searched():
		return ""
	case p.Count > 0:
		return plural(p.Count, "attempt") + " per arm"
	case d.mix() != "":
		return fmt.Sprintf("%.1f s", p.Duration.Seconds())
	default:
		return fmt.Sprintf("%.1f s per arm", p.Duration.Seconds())
	}
}
