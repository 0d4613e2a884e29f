package bench

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tlsbench/bench/hist"
	"tlsbench/bench/stats"
)

// Diagnose finds what a reader of the result should doubt, as far as its plan, its
// arms and its rounds show it. The codes are those that are Diagnosed; the
// result's own Warnings play no part.
func Diagnose(r *Result) []Warning {
	var all []Warning
	for i := range r.Arms {
		arm, ok := r.Plan.Arm(r.Arms[i].Name)
		if !ok {
			continue
		}
		all = append(all, diagnoseArm(r, arm, &r.Arms[i])...)
	}
	return append(all, diagnoseRun(r)...)
}

func diagnoseArm(r *Result, arm Arm, a *ArmResult) []Warning {
	var all []Warning
	add := func(code WarningCode, format string, args ...any) {
		all = append(all, warnArm(code, arm.Name, format, args...))
	}
	completed, wanted := a.Completed(), a.Wanted(arm.Want)
	switch {
	case completed == 0:
	case arm.Want.Resumes() && wanted == 0:
		add(WarnNotResumed, "%s: %s", nothingResumed(arm.Want), WhyNotResumed(arm, a))
	case wanted < completed:
		add(WarnFallback, "%d of %d handshakes were not %s; they are counted apart", completed-wanted, completed, arm.Want)
	}
	if a.PrimingFailure != nil && wanted > 0 {
		add(WarnPriming, "an unmeasured connection for a session failed: %s", a.PrimingFailure)
	}
	blocks := r.Blocks(arm.Name)
	if r.Plan.FindMax == "" { // a search goes on until something is amiss
		all = append(all, diagnoseArrivals(arm, a)...)
	}
	if n := count(blocks, func(b *Block) bool { return b.Mixed }); n > 0 && wanted > 0 && arm.Load.Share == 0 {
		add(WarnMixed, "in %d of %d blocks more than 1 %% of the attempts failed or fell back: CPU and rate are of a mixture there and left out of comparisons", n, len(blocks))
	}
	if n := count(blocks, func(b *Block) bool { return b.Dry }); n > 0 {
		more := "raise --session-pool"
		if arm.Session.Imported {
			more = "import more sessions (--session-pool, when they are written)"
		}
		add(WarnPoolDry, "in %d of %d blocks no session was left to offer and the block ended early: %s, choose another --session-policy, or count such connections with --session-dry full", n, len(blocks), more)
	}
	if n := a.Sessions.Starved; n > 0 && wanted > 0 {
		add(WarnStarved, "%d of %d attempts had no session to offer", n, a.Attempts)
	}
	if n := a.Sessions.Expired + a.Sessions.Withheld; n > 0 && wanted > 0 {
		add(WarnWithheld, "%d sessions were not offered: over: %d; left out by crypto/tls: %d", n, a.Sessions.Expired, a.Sessions.Withheld)
	}
	if failed := a.Failed(); failed > 0 {
		add(WarnErrors, "%d of %d attempts failed: %s", failed, a.Attempts, tally(a.Errors))
	}
	if a.Errors[ClassClientExhausted] > 0 {
		add(WarnClientExhaust, "this machine ran out of ports, files or memory%s: the failures are the client's, not the server's; close with --close reset, raise ulimit -n, or %s", inBrackets(a.FirstErrors[ClassClientExhausted]), arm.Load.less())
	}
	if len(a.BadStatus) > 0 {
		add(WarnStatus, "HTTP status %s: errors may cost the server less, or more, than answers", tally(a.BadStatus))
	}
	if a.HelloRetry > 0 {
		add(WarnHelloRetry, "%d handshakes were asked for another key share (HelloRetryRequest), one more round trip: see --groups", a.HelloRetry)
	}
	if a.EarlyDataRejected > 0 {
		add(WarnEarlyData, "of %d handshakes the server rejected the 0-RTT data, which was sent again: they are counted as the kind that they became", a.EarlyDataRejected)
	}
	if a.Retries > 0 {
		add(WarnRetry, "%d handshakes were asked to prove their address (Retry), one more round trip: see --tokens", a.Retries)
	}
	if a.VersionNegotiated > 0 {
		add(WarnQUICVersion, "%d handshakes began with another version of QUIC than the server wants, one more round trip", a.VersionNegotiated)
	}
	all = append(all, diagnoseIdentity(arm, a)...)
	if a.Clamped > 0 {
		add(WarnClamped, "%d durations were outside %v to %v and are counted at that bound", a.Clamped, hist.Lowest, hist.Highest)
	}
	if r.Clocks.Server != "" && a.ServerCPU == nil && completed > 0 {
		add(WarnServerCPU, "the server's CPU is not known: the clock (%s) did not move, could not be read, or its processes changed", r.Clocks.Server)
	}
	if spread, ok := roundSpread(blocks); ok && spread > 0.1 && r.Plan.FindMax == "" {
		add(WarnNoisy, "tls.p50 differs by %.0f %% from round to round: the machine or the network is noisy", spread*100)
	}
	if arm.HTTP.Proto == H2 && a.Facts != nil && a.Facts.ALPN != "h2" {
		add(WarnNotHonoured, "--proto h2 was asked for but the server chose %s", orNone(a.Facts.ALPN))
	}
	return all
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func nothingResumed(w Want) string {
	switch w {
	case WantResumed:
		return "nothing was resumed"
	case WantEarlyData:
		return "no 0-RTT data was accepted"
	default:
		return "nothing was resumed by " + string(w)
	}
}

// WhyNotResumed says why an arm that wanted resumption saw none.
func WhyNotResumed(arm Arm, a *ArmResult) string {
	s := a.Sessions
	had := s.Primed + s.Received + s.Imported
	switch {
	case had == 0 && a.PrimingFailure != nil:
		return "no session could be had: " + a.PrimingFailure.String()
	case had == 0:
		return "not offered: " + notGranted(arm.Want)
	case s.Offered == 0 && s.Withheld+s.Expired > 0:
		return fmt.Sprintf("of %s none could be offered: over: %d; left out by crypto/tls, for another certificate, name or suite: %d",
			plural(int(had), "session"), s.Expired, s.Withheld)
	case arm.Want == WantEarlyData && a.Kinds[PSK] > 0:
		return resumedOnly(a)
	case s.Primed+s.Received == 0:
		return fmt.Sprintf("the server refused all %d offers of %s", s.Offered, plural(int(had), "imported session"))
	case s.Offered == 0:
		return fmt.Sprintf("there were %s, but none was left to offer", plural(int(had), "session"))
	default:
		return fmt.Sprintf("the server granted %s and refused all %d that were offered", plural(int(had), "session"), s.Offered)
	}
}

// resumedOnly says what became of 0-RTT data in handshakes that resumed without.
func resumedOnly(a *ArmResult) string {
	which := "all"
	if a.Kinds[PSK] < a.Sessions.Offered {
		which = fmt.Sprintf("%d of", a.Kinds[PSK])
	}
	text := fmt.Sprintf("the server resumed %s %s that were offered", which, plural(int(a.Sessions.Offered), "session"))
	if a.EarlyDataRejected == 0 {
		return text + ", and none allowed 0-RTT data"
	}
	return fmt.Sprintf("%s, and rejected the 0-RTT data of %d (it is off there, or a limit of the server shrank since it granted them)", text, a.EarlyDataRejected)
}

// notGranted says what a server must have that grants nothing of the kind.
func notGranted(w Want) string {
	switch w {
	case WantSessionID:
		return "the server gave no session ID (its cache is off, or, as Go's servers, it has none)"
	case WantTicket:
		return "the server granted no ticket in TLS 1.2 or below (its tickets are off: try session-id)"
	case WantEarlyData:
		return "the server granted no ticket that allows 0-RTT (it is off there, or its tickets are)"
	case WantPSK:
		return "the server granted no ticket in TLS 1.3 (its tickets are off)"
	default:
		return "the server granted no session (its tickets and its cache are off, or it grants none to this client)"
	}
}

// roundSpread is the typical distance of a round's tls.p50 from the median of
// all rounds, as a fraction of it: a standard deviation where the rounds are
// normal (MAD × 1.4826).
func roundSpread(blocks []*Block) (float64, bool) {
	var values []float64
	for _, b := range blocks {
		if median, ok := b.Medians[TLSPhase]; ok && !b.Cut {
			values = append(values, float64(median))
		}
	}
	if len(values) < MinRounds {
		return 0, false
	}
	s, err := stats.Summarize(values)
	if err != nil || s.Median == 0 {
		return 0, false
	}
	return 1.4826 * s.MAD / s.Median, true
}

func count(blocks []*Block, is func(*Block) bool) (n int) {
	for _, b := range blocks {
		if is(b) {
			n++
		}
	}
	return n
}

// tally writes "reset 12, dns 1", the most frequent first.
func tally[K comparable](counts map[K]int64) string {
	keys := slices.Collect(maps.Keys(counts))
	slices.SortFunc(keys, func(a, b K) int {
		if counts[a] != counts[b] {
			return int(counts[b] - counts[a])
		}
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%v × %d", k, counts[k])
	}
	return strings.Join(parts, ", ")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
