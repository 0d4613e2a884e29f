package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench/compare"
)

// summaries tell many comparisons in a sentence for each two compared values, or
// in one where all arms have one baseline. What was not found is told with its
// arms, as what was.
func (d *Document) summaries(all []compare.Comparison) []string {
	p := d.Result.Plan
	value := func(arm string) string {
		a, _ := p.Arm(arm)
		return a.Coord(p.Compare)
	}
	of := func(c compare.Comparison) string { return value(c.Arm) + "\x00" + value(c.Baseline) }
	if len(distinct(all, func(c compare.Comparison) string { return c.Baseline })) == 1 {
		of = func(compare.Comparison) string { return "" }
	}
	var sentences []string
	for _, key := range distinct(all, of) {
		same := slices.DeleteFunc(slices.Clone(all), func(c compare.Comparison) bool { return of(c) != key })
		sentences = append(sentences, d.summary(same, key == ""))
	}
	return sentences
}

// summary tells comparisons of two values, or with one baseline.
func (d *Document) summary(all []compare.Comparison, oneBaseline bool) string {
	if len(all) == 1 {
		return d.sentence(all[0])
	}
	p := d.Result.Plan
	first, _ := p.Arm(all[0].Arm)
	base, _ := p.Arm(all[0].Baseline)
	varying := without(varyingAmong(p.Arms), p.Compare)
	subject := describe(first, []string{p.Compare}).noun("handshakes") + " against " + describe(base, []string{p.Compare}).pronoun()
	if oneBaseline {
		subject = grouped(len(all)) + " arms against " + describe(base, []string{p.Compare}).noun("handshakes")
		varying = append(varying, p.Compare)
	}
	label := func(c compare.Comparison) string {
		arm, _ := p.Arm(c.Arm)
		return coordsText(arm, varying)
	}
	less, more, same, unclear := split(all)
	var found []string
	add := func(what string, some []compare.Comparison) {
		found = append(found, fmt.Sprintf("%s in %s of %s", what, grouped(len(some)), grouped(len(all))))
	}
	for _, side := range [][]compare.Comparison{less, more} {
		if len(side) > 0 {
			add(extent(side, label), side)
		}
	}
	if len(same) > 0 {
		add("no difference found ("+named(same, label)+")", same)
	}
	if len(unclear) > 0 {
		add("inconclusive ("+named(unclear, label)+")", unclear)
	}
	if losing := slices.DeleteFunc(slices.Clone(all), func(c compare.Comparison) bool { return d.lossInTotal(c) == "" }); len(losing) > 0 {
		add("but more time in total ("+named(losing, label)+")", losing)
	}
	return fmt.Sprintf("Median time in TLS of %s: %s.", subject, strings.Join(found, "; "))
}

func split(all []compare.Comparison) (less, more, same, unclear []compare.Comparison) {
	for _, c := range all {
		switch {
		case c.Verdict == compare.Inconclusive:
			unclear = append(unclear, c)
		case c.Verdict == compare.Same:
			same = append(same, c)
		case *c.Change < 0:
			less = append(less, c)
		default:
			more = append(more, c)
		}
	}
	return less, more, same, unclear
}

// extent tells the smallest and the largest of changes that go the same way.
func extent(all []compare.Comparison, label func(compare.Comparison) string) string {
	factor := func(c compare.Comparison) float64 {
		f, _, _, _ := times(c)
		return f
	}
	_, _, _, word := times(all[0])
	order := func(a, b compare.Comparison) int { return cmp.Compare(factor(a), factor(b)) }
	lowest, highest := slices.MinFunc(all, order), slices.MaxFunc(all, order)
	from, to := fmt.Sprintf("%.2f", factor(lowest)), fmt.Sprintf("%.2f", factor(highest))
	switch {
	case len(all) == 1:
		return fmt.Sprintf("%s (%s) times %s", from, label(lowest), word)
	case from == to:
		return fmt.Sprintf("%s times %s", from, word)
	}
	return fmt.Sprintf("%s (%s) to %s (%s) times %s", from, label(lowest), to, label(highest), word)
}

func named(all []compare.Comparison, label func(compare.Comparison) string) string {
	var names []string
	for _, c := range all {
		names = append(names, label(c))
	}
	return few(names, fewNamed, "arms")
}

func without(dimensions []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(dimensions), func(d string) bool { return d == one })
}
