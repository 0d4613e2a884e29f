package report

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// searched reports whether the run looked for the highest rates. Its blocks then
// ran at as many rates, so that figures of all of them together say nothing.
func (d *Document) searched() bool { return d.Result.Plan.FindMax != "" }

// searchPart has a row for each arm, with the highest rate that held the
// condition.
func (d *Document) searchPart(width int) part {
	rates, gains := d.MaxRates, d.maxGains()
	short := labels(d.Result.Plan)
	names := strip{Column: Column{Name: "highest rate", Left: true}}
	for _, m := range rates {
		names.cells = append(names.cells, short[m.Arm])
	}
	of := func(name string, left bool, text func(compare.MaxRate) string) strip {
		s := strip{Column: Column{Name: name, Left: left}}
		for _, m := range rates {
			s.cells = append(s.cells, text(m))
		}
		return s
	}
	figures := [][]strip{{
		of("held", false, func(m compare.MaxRate) string {
			if m.Rate == nil {
				return absent
			}
			return rateText(*m.Rate)
		}),
		of(fmt.Sprintf("%.0f%s%% CI", 100*d.Result.Plan.Confidence, nbsp), true, func(m compare.MaxRate) string {
			if m.CI == nil {
				return absent
			}
			return "[" + rateText(m.CI[0]) + "," + nbsp + rateText(m.CI[1]) + "]"
		}),
	}}
	if len(gains) > 0 {
		figures[0] = append(figures[0], of(d.changeColumn("change").Name, true, func(m compare.MaxRate) string {
			for _, g := range gains {
				if g.Arm == m.Arm {
					return gainText(g)
				}
			}
			return ""
		}))
	}
	figures = append(figures, []strip{
		of("searches", false, func(m compare.MaxRate) string { return grouped(m.Searches) }),
		of("blocks", false, func(m compare.MaxRate) string { return grouped(m.Blocks) }),
		of("ended by", true, func(m compare.MaxRate) string {
			if text := limitText(m); m.ClientBound && m.Limit != compare.LimitClient {
				return text + ", and the client"
			}
			return limitText(m)
		}),
	})
	p := part{}
	g := grid{lead: []strip{names}}
	for _, f := range figures {
		g.metrics = append(g.metrics, [][]strip{f})
	}
	number, key := numbers(names.cells)
	g, numbered := g.shorter(grid{[]strip{number}, g.metrics}, names.cells, width, width/2)
	if numbered {
		p.key = key
	}
	p.tables = g.tables(width)
	for _, m := range rates {
		if m.Why != "" {
			p.notes = append(p.notes, short[m.Arm]+" ended, for instance, at: "+m.Why)
		}
	}
	if d.mix() != "" {
		p.notes = append(p.notes, "The rate is that of the whole stream, of which all arms must hold the condition.")
	}
	return p
}

// maxGains are those between rates that the client did not limit.
func (d *Document) maxGains() []compare.MaxGain {
	bound := func(arm string) bool {
		return slices.ContainsFunc(d.MaxRates, func(m compare.MaxRate) bool { return m.Arm == arm && m.ClientBound })
	}
	return slices.DeleteFunc(compare.MaxGains(d.Result.Plan, d.MaxRates), func(g compare.MaxGain) bool {
		return bound(g.Arm) || bound(g.Baseline)
	})
}

func gainText(g compare.MaxGain) string {
	switch {
	case g.CI == nil:
		return string(compare.Inconclusive)
	case g.CI[0] <= 0 && g.CI[1] >= 0:
		return string(compare.Same)
	}
	return fmt.Sprintf("%s%s%%%s[%s,%s%s]", signed(100*g.Change), nbsp, nbsp+nbsp, signed(100*g.CI[0]), nbsp, signed(100*g.CI[1]))
}

// limitText says what ended most searches of an arm.
func limitText(m compare.MaxRate) string {
	switch m.Limit {
	case compare.LimitCondition:
		return "the condition"
	case compare.LimitDropped:
		return "drops"
	case compare.LimitBehind:
		if m.Of() != compare.OpenLimit {
			return "falling behind"
		}
		return "the server falling behind"
	case compare.LimitErrors:
		return "errors"
	case compare.LimitFallback:
		return "fallbacks"
	case compare.LimitClient:
		return "the client"
	case compare.LimitFew:
		return "too few samples"
	case compare.LimitRate:
		return "the range of rates"
	}
	return absent
}

// searchSentences say what the searches found.
func (d *Document) searchSentences() []string {
	p := d.Result.Plan
	var lines []string
	for _, m := range d.MaxRates {
		arm, _ := p.Arm(m.Arm)
		subject := capital(describe(arm, append(varyingAmong(p.Arms), p.Compare)).noun("handshakes"))
		if m.Unfinished {
			lines = append(lines, fmt.Sprintf("%s: the search for the highest rate that holds %s did not come to an end.", subject, p.FindMax))
			continue
		}
		if m.Rate == nil {
			lines = append(lines, fmt.Sprintf("%s: no rate was found that holds %s%s.", subject, p.FindMax, doubtOf(m.Of())))
			continue
		}
		if m.CI == nil && len(m.Found) > 0 {
			found := "one search found " + rateText(m.Found[0])
			if n := len(m.Found); n > 1 {
				found = fmt.Sprintf("%d searches found rates from %s to %s", n, rateText(slices.Min(m.Found)), rateText(slices.Max(m.Found)))
			}
			lines = append(lines, fmt.Sprintf("%s: %s to hold %s, and it takes %d for an interval%s.", subject, found, p.FindMax, bench.MinRounds, doubtOf(m.Of())))
			continue
		}
		if m.ClientBound { // no limit of the server is claimed
			lines = append(lines, fmt.Sprintf("%s hold %s at least up to %s%s.", subject, p.FindMax, rateText(*m.Rate), doubtOf(m.Of())))
			continue
		}
		line := fmt.Sprintf("%s hold %s up to %s", subject, p.FindMax, rateText(*m.Rate))
		for _, g := range d.maxGains() {
			base, _ := p.Arm(g.Baseline)
			switch {
			case g.Arm != m.Arm || g.CI == nil:
			case g.CI[0] <= 0 && g.CI[1] >= 0:
				line += ", no more and no less than " + describe(base, []string{p.Compare}).pronoun() + " as far as could be seen"
			default:
				line += fmt.Sprintf(", %.2f times that of %s (%.0f%s%% CI %.2f to %.2f)", 1+g.Change,
					describe(base, []string{p.Compare}).pronoun(), 100*p.Confidence, nbsp, 1+g.CI[0], 1+g.CI[1])
			}
		}
		lines = append(lines, line+doubtOf(m.Of())+".")
	}
	if d.mix() != "" && len(d.MaxRates) > 1 {
		return []string{strings.Replace(lines[0], capital(describeArm(d, d.MaxRates[0].Arm)), "The mixed stream's handshakes", 1)}
	}
	return lines
}

func describeArm(d *Document, name string) string {
	arm, _ := d.Result.Plan.Arm(name)
	return describe(arm, append(varyingAmong(d.Result.Plan.Arms), d.Result.Plan.Compare)).noun("handshakes")
}

// maxRates of a result; none where it searched for none, or cannot be understood.
func maxRates(r *bench.Result) []compare.MaxRate {
	if r.Plan.FindMax == "" {
		return nil
	}
	rates, err := compare.MaxRates(r)
	if err != nil {
		return nil
	}
	return rates
}
