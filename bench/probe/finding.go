package probe

import (
	"fmt"
	"strings"
)

// Verdict is what a test showed.
type Verdict string

// The verdicts.
const (
	Yes       Verdict = "yes"
	No        Verdict = "no"
	Mixed     Verdict = "mixed" // seen to differ between tries
	NotTested Verdict = "not-tested"
)

// Finding is a verdict with what it stands on.
type Finding struct {
	Verdict Verdict `json:"verdict"`
	// Accepted is how many of the Of offers were resumed: connections that
	// completed, and whose ClientHello had carried the session.
	Accepted int `json:"accepted"`
	Of       int `json:"of"`
	// Failed is how many connections that were to offer it did not complete.
	Failed int `json:"failed"`
	// Withheld is how many ClientHellos went out without it.
	Withheld int `json:"withheld"`
	// Pattern has a word for each session, a character for each offer of it,
	// in order: + accepted, - refused, ! failed, . not offered.
	Pattern []string `json:"pattern,omitempty"`
	// Why says what the verdict means, in words.
	Why string `json:"why"`
}

// outcome is what became of one connection that was to offer a session.
type outcome byte

const (
	accepted outcome = '+'
	refused  outcome = '-' // completed as a full handshake, though it was offered
	failed   outcome = '!'
	withheld outcome = '.' // the client did not offer it
	skipped  outcome = '_' // the place no longer answers: not tried
)

// series are the offers of one session, in order.
type series []outcome

// counted are the offers that the server answered with yes or no.
func (s series) counted() series {
	var c series
	for _, o := range s {
		if o == accepted || o == refused {
			c = append(c, o)
		}
	}
	return c
}

func (s series) count(o outcome) (n int) {
	for _, each := range s {
		if each == o {
			n++
		}
	}
	return n
}

// tally makes a finding of what was counted, without a verdict but for the
// plain ones: all accepted, all refused, nothing counted, or mixed.
func tally(all ...series) Finding {
	var f Finding
	missed := 0
	for _, s := range all {
		f.Accepted += s.count(accepted)
		f.Of += s.count(accepted) + s.count(refused)
		f.Failed += s.count(failed)
		f.Withheld += s.count(withheld)
		missed += s.count(skipped)
		if tried := strings.ReplaceAll(string(bytesOf(s)), string(rune(skipped)), ""); tried != "" {
			f.Pattern = append(f.Pattern, tried)
		}
	}
	switch {
	case f.Of == 0:
		f.Verdict = NotTested
	case f.Accepted == f.Of:
		f.Verdict = Yes
	case f.Accepted == 0:
		f.Verdict = No
	default:
		f.Verdict = Mixed
	}
	f.Why = f.score()
	if missed > 0 {
		f.Why += fmt.Sprintf("; %d not tried: the place stopped answering", missed)
	}
	return f
}

// score is the counts in words.
func (f Finding) score() string {
	var parts []string
	if f.Of > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d accepted", f.Accepted, f.Of))
	}
	if f.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", f.Failed))
	}
	if f.Withheld > 0 {
		parts = append(parts, fmt.Sprintf("%d not offered by the client", f.Withheld))
	}
	if len(parts) == 0 {
		return "nothing was offered"
	}
	return strings.Join(parts, ", ")
}

func bytesOf(s series) []byte {
	b := make([]byte, len(s))
	for i, o := range s {
		b[i] = byte(o)
	}
	return b
}

func notTested(format string, args ...any) Finding {
	return Finding{Verdict: NotTested, Why: fmt.Sprintf(format, args...)}
}
