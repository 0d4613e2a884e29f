package report

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// sentences say what each compared arm gains in the time spent in TLS, or in
// total where only that can be compared, of many
// arms together, and where a load has its knee.
func (d *Document) sentences() []string {
	if d.searched() {
		return d.searchSentences()
	}
	all := d.stormSentences()
	var compared []compare.Comparison
	for _, c := range d.Comparisons {
		if c.Metric == d.timeMetric(c) {
			compared = append(compared, c)
		}
	}
	for _, c := range compared {
		if len(compared) <= manyArms {
			all = append(all, d.sentence(c))
		}
	}
	if len(compared) > manyArms {
		all = append(all, d.summaries(compared)...)
	}
	return append(all, d.knees()...)
}

func (d *Document) sentence(c compare.Comparison) string {
	p := d.Result.Plan
	own, _ := p.Arm(c.Arm)
	other, _ := p.Arm(c.Baseline)
	varying := append(varyingAmong(p.Arms), p.Compare)
	arm, base := describe(own, varying), describe(other, []string{p.Compare})
	switch {
	case c.Verdict == compare.Inconclusive && c.Change != nil:
		return fmt.Sprintf("%s cannot be compared with %s: %s are too few for all that is gated.",
			capital(arm.noun("handshakes")), base.pronoun(), plural(c.Rounds, "round"))
	case c.Verdict == compare.Inconclusive:
		return fmt.Sprintf("%s cannot be compared with %s: %s with enough of both, and it takes %d.",
			capital(arm.noun("handshakes")), base.pronoun(), plural(c.Rounds, "round"), bench.MinRounds)
	case c.Verdict == compare.Same:
		both := arm.noun("handshakes") + " and " + base.pronoun()
		if base.before != "" && arm.before != "" {
			both = described{arm.before + " and " + base.before, arm.with, arm.under}.noun("handshakes")
		}
		if d.timeMetric(c) != tlsMedian {
			return fmt.Sprintf("No difference was found between the time that %s take in total; a change of %s would have been seen, 4 times in 5.",
				both, percent(*c.Detectable))
		}
		return fmt.Sprintf("No difference was found between the time that %s spend in TLS; a change of %s would have been seen, 4 times in 5.",
			both, percent(*c.Detectable))
	}
	factor, low, high, word := times(c)
	verb, where := "spend", "in TLS"
	if d.timeMetric(c) != tlsMedian {
		verb, where = "take", "in total"
	}
	return fmt.Sprintf("%s %s %.2f times %s time %s than %s (median, %.0f%s%% CI %.2f to %.2f); a change of %s would have been seen, 4 times in 5.",
		capital(arm.noun("handshakes")), verb, factor, word, where, base.pronoun(), 100*p.Confidence, nbsp, low, high, percent(*c.Detectable)) + d.lossInTotal(c)
}

const totalMedian = "total.p50"

// lossInTotal says, behind what an arm gains in TLS, that it loses more elsewhere:
// "" where no comparison found that.
func (d *Document) lossInTotal(c compare.Comparison) string {
	total, ok := compare.Find(d.Comparisons, c.Arm, totalMedian)
	if c.Metric == totalMedian || c.Verdict != compare.Better || !ok || total.Verdict != compare.Worse {
		return ""
	}
	factor, low, high, word := times(total)
	return fmt.Sprintf(" But in total they take %.2f times %s time (median, %.2f to %.2f).", factor, word, low, high)
}

const tlsMedian = "tls.p50"

// timeMetric is the one that tells of the time of a comparison's arms.
func (d *Document) timeMetric(c compare.Comparison) string {
	arm, _ := d.Result.Plan.Arm(c.Arm)
	base, _ := d.Result.Plan.Arm(c.Baseline)
	return compare.TimeMetric(arm, base)
}

// times is a change as a factor above one, with its interval, and which way it
// goes.
func times(c compare.Comparison) (factor, low, high float64, word string) {
	factor, low, high = 1/(1+*c.Change), 1/(1+c.CI[1]), 1/(1+c.CI[0])
	if *c.Change > 0 {
		return 1 / factor, 1 / high, 1 / low, "more"
	}
	return factor, low, high, "less"
}

// knees say beyond which load more of it costs more than it brings.
func (d *Document) knees() []string {
	p := d.Result.Plan
	var all []string
	for _, k := range compare.Knees(d.Result) {
		dimension := k.Dimension
		at := bench.Coord{Dimension: dimension, Value: k.Arm.Coord(dimension)}
		next := bench.Coord{Dimension: dimension, Value: k.Next.Coord(dimension)}
		of := ""
		if others := coordsText(k.Arm, without(append(varyingAmong(p.Arms), p.Compare), dimension)); others != "" {
			of = " of " + others
		}
		tail := ""
		if k.P99 > 0 {
			tail = fmt.Sprintf(", p99 × %.2f", k.P99)
		}
		if a, ok := d.Result.Arm(k.Next.Name); ok {
			if dropped, ok := a.Arrivals.DropRatio(); ok && dropped > 0 {
				tail += ", " + percent(dropped) + " dropped"
			}
		}
		all = append(all, fmt.Sprintf("%s%s: %s: beyond it the time of a connection grows faster than the rate (at %s: rate × %.2f, total p50 × %.2f%s)%s.",
			kneeName(k), of, phrase(at), phrase(next), k.Rate, k.P50, tail, doubtOf(k.Of)))
	}
	return all
}

// kneeName calls a knee by whose it is.
func kneeName(k compare.Knee) string {
	switch k.Of {
	case compare.ClientLimit:
		return "knee of the client"
	case compare.SharedLimit:
		return "knee of shared cores"
	}
	return "knee"
}

// doubtOf says what a limit that is not the server's alone does not show.
func doubtOf(l compare.LoadLimit) string {
	switch l {
	case compare.ClientLimit:
		return ": the client was the limit there, and the server may take more"
	case compare.SharedLimit:
		return ": client and server filled the cores that they share, and the server alone may take more"
	}
	return ""
}

func capital(text string) string {
	if text == "" {
		return text
	}
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}
