package report

import (
	"fmt"
	"math"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// lateShare is how many of the attempts may begin after their time before a rate
// passes for missed.
const lateShare = 0.01

// asWanted reports whether the attempts of an open loop were made as they fell
// due.
func asWanted(a *bench.Arrivals) bool {
	return a.Dropped == 0 && float64(a.Late) <= lateShare*float64(a.Due)
}

// arrivalLines say of open loops in few words that they were made as wanted,
// none where there is more to say: see arrivalParts.
func (d *Document) arrivalLines() []string {
	arms := d.withArrivals(func(a *bench.Arrivals) bool { return a.Storms == 0 })
	if len(arms) == 0 || d.searched() || !slices.ContainsFunc(arms, func(a *bench.ArmResult) bool { return a.Completed() > 0 }) ||
		slices.ContainsFunc(arms, func(a *bench.ArmResult) bool { return !asWanted(a.Arrivals) }) {
		return nil
	}
	short := labels(d.Result.Plan)
	rates := distinct(arms, wantedText)
	if len(rates) > manyArms {
		return []string{fmt.Sprintf("all begun as wanted, %s to %s; none dropped; %s", rates[0], rates[len(rates)-1], mostInFlight(arms))}
	}
	var lines []string
	for _, rate := range rates {
		of := slices.DeleteFunc(slices.Clone(arms), func(a *bench.ArmResult) bool { return wantedText(a) != rate })
		line := fmt.Sprintf("%s wanted, %s begun; none dropped; %s", rate, begunText(of), mostInFlight(of))
		if len(rates) > 1 {
			line = few(distinct(of, func(a *bench.ArmResult) string { return short[a.Name] }), fewAlike, "arms") + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

func wantedText(a *bench.ArmResult) string {
	v, ok := a.Arrivals.Wanted()
	const enough = 1e6 // a share of a rate is no round number
	return ifKnown(math.Round(enough*v)/enough, ok, rateText)
}

func begunText(arms []*bench.ArmResult) string {
	var all []float64
	for _, a := range arms {
		if v, ok := a.Arrivals.Begun(); ok {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		return absent
	}
	lowest, highest := rateText(slices.Min(all)), rateText(slices.Max(all))
	if lowest == highest {
		return lowest
	}
	return lowest + " to " + highest
}

func mostInFlight(arms []*bench.ArmResult) string {
	most := int64(0)
	for _, a := range arms {
		most = max(most, a.Arrivals.Peak)
	}
	return "up to " + grouped(most) + " in flight"
}

// arrivalParts have a row for each arm of an open loop where some attempts were
// not made in time, and for each arm that storms. A sweep's table has columns of
// its own for that.
func (d *Document) arrivalParts(width int) []part {
	var parts []part
	if len(d.arrivalLines()) == 0 {
		if arms := d.unsweptArrivals(func(a *bench.Arrivals) bool { return a.Storms == 0 }); len(arms) > 0 {
			parts = append(parts, d.gridPart(arms, "arrivals", d.rateStrips(arms), width))
		}
	}
	if arms := d.unsweptArrivals(func(a *bench.Arrivals) bool { return a.Storms > 0 }); len(arms) > 0 {
		parts = append(parts, d.gridPart(arms, "storm", d.stormStrips(arms), width))
	}
	return parts
}

// withArrivals are the arms of open loops of a sort.
func (d *Document) withArrivals(is func(*bench.Arrivals) bool) []*bench.ArmResult {
	var all []*bench.ArmResult
	for i := range d.Result.Arms {
		if a := &d.Result.Arms[i]; a.Arrivals != nil && is(a.Arrivals) {
			all = append(all, a)
		}
	}
	return all
}

func (d *Document) unsweptArrivals(is func(*bench.Arrivals) bool) []*bench.ArmResult {
	sweeps := d.sweeps()
	return slices.DeleteFunc(d.withArrivals(is), func(a *bench.ArmResult) bool {
		return slices.ContainsFunc(sweeps, func(s compare.Sweep) bool { return has(s, a.Name) })
	})
}

// gridPart has a row for each arm, named below the title.
func (d *Document) gridPart(arms []*bench.ArmResult, title string, columns []strip, width int) part {
	short := labels(d.Result.Plan)
	names := strip{Column: Column{Name: title, Left: true}}
	for _, a := range arms {
		names.cells = append(names.cells, short[a.Name])
	}
	g := grid{lead: []strip{names}}
	for _, c := range columns {
		g.metrics = append(g.metrics, [][]strip{{c}})
	}
	number, key := numbers(names.cells)
	chosen, numbered := g.shorter(grid{[]strip{number}, g.metrics}, names.cells, width, width/2)
	if !numbered {
		key = nil
	}
	return part{key: key, tables: chosen.tables(width)}
}

func columnOf(name string, arms []*bench.ArmResult, of func(*bench.ArmResult) string) strip {
	s := strip{Column: Column{Name: name}}
	for _, a := range arms {
		s.cells = append(s.cells, of(a))
	}
	return s
}

func ifKnown(v float64, ok bool, text func(float64) string) string {
	if !ok {
		return absent
	}
	return text(v)
}

// rateStrips say what became of the attempts that fell due.
func (d *Document) rateStrips(arms []*bench.ArmResult) []strip {
	of := func(name string, of func(*bench.ArmResult) string) strip { return columnOf(name, arms, of) }
	return []strip{
		of("wanted", wantedText),
		of("begun", func(a *bench.ArmResult) string {
			v, ok := a.Arrivals.Begun()
			return ifKnown(v, ok, rateText)
		}),
		of("completed", func(a *bench.ArmResult) string {
			if a.Rate == nil {
				return absent
			}
			return rateText(*a.Rate)
		}),
		of("dropped", func(a *bench.ArmResult) string { return part100(a.Arrivals.Dropped, a.Arrivals.Due) }),
		of("late", func(a *bench.ArmResult) string { return part100(a.Arrivals.Late, a.Arrivals.Due) }),
		of("most in flight", func(a *bench.ArmResult) string { return grouped(a.Arrivals.Peak) }),
	}
}

// part100 counts some of all, and says what share that is.
func part100(n, of int64) string {
	if n == 0 || of == 0 {
		return grouped(n)
	}
	return grouped(n) + " (" + percent(float64(n)/float64(of)) + ")"
}
