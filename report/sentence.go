package report

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// sentences say what each compared arm gains in the time spent in TLS.
func (d *Document) sentences() []string {
	short := labels(d.Result.Plan)
	var all []string
	for _, c := range d.Comparisons {
		if c.Metric == bench.TLSPhase.String()+".p50" {
			all = append(all, sentence(c, short[c.Arm], short[c.Baseline], d.Result.Plan.Confidence))
		}
	}
	return all
}

func sentence(c compare.Comparison, name, base string, confidence float64) string {
	arm := capital(name)
	switch c.Verdict {
	case compare.Inconclusive:
		if c.Change != nil {
			return fmt.Sprintf("%s handshakes cannot be judged against %s ones: %s are too few for all gated metrics together; raise -d or -n, or gate fewer.",
				arm, base, plural(c.Rounds, "round"))
		}
		return fmt.Sprintf("%s handshakes cannot be compared with %s ones: %s with enough of both, and it takes %d.", arm, base, plural(c.Rounds, "round"), bench.MinRounds)
	case compare.Same:
		return fmt.Sprintf("No difference was found between the time that %s and %s handshakes spend in TLS; a change of %s would have been seen, 4 times in 5.",
			name, base, percent(*c.Detectable))
	}
	factor, low, high := 1/(1+*c.Change), 1/(1+c.CI[1]), 1/(1+c.CI[0])
	word := "less"
	if *c.Change > 0 {
		factor, low, high = 1/factor, 1/high, 1/low
		word = "more"
	}
	return fmt.Sprintf("%s handshakes spend %.2f times %s time in TLS than %s ones (median, %.0f%s%% CI %.2f to %.2f); a change of %s would have been seen, 4 times in 5.",
		arm, factor, word, base, 100*confidence, nbsp, low, high, percent(*c.Detectable))
}

func capital(text string) string {
	if text == "" {
		return text
	}
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:]
}
