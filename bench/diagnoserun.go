package bench

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/limits"
)

// diagnoseRun finds doubts that are about the run as a whole.
func diagnoseRun(r *Result) []Warning {
	var all []Warning
	add := func(code WarningCode, format string, args ...any) {
		all = append(all, warn(code, format, args...))
	}
	if n := len(r.Merged); n > 0 {
		add(WarnMerged, "merged from %d runs: intervals are over the rounds of all, and do not show what the rounds of one run share: for that give the runs themselves to compare, several a side", n)
	}
	if r.Partial {
		of := fmt.Sprintf("with %d of %s whole", r.wholeRounds(), plural(r.Plan.Rounds, "round"))
		if r.Plan.FindMax != "" {
			of = "before its search did"
		}
		add(WarnPartial, "the run ended early (%s), %s", r.Ended, of)
	}
	if n := r.wholeRounds(); len(r.Arms) > 1 && n < MinRounds && r.Completed() > 0 {
		add(WarnFewRounds, "%s, and it takes %d to tell a change from noise at %.0f %%", plural(n, "whole round"), MinRounds, r.Plan.Confidence*100)
	}
	if few := r.armsWithout("p99"); few != "" && r.Completed() > 0 {
		add(WarnFewSamples, "%s: too few samples for some percentiles: p99 takes 1 000, p50 takes 20; raise %s", few, r.Plan.moreWith())
	}
	if slices.ContainsFunc(r.Plan.Arms, func(a Arm) bool { return a.Load.Share > 0 }) {
		add(WarnMix, "arms came mixed in one stream: CPU and rate are of the mixture, and left out of comparisons")
	}
	all = append(all, r.diagnoseLoad()...)
	first := r.Plan.Arms[0]
	if r.loopback() && r.Completed() > 0 && !slices.ContainsFunc(r.Plan.Arms, func(a Arm) bool { return a.Target.RTT > 0 }) {
		add(WarnLoopback, "loopback has no round trips to save: try embedded:?rtt=20ms, or a remote target")
	}
	if first.Target.RTT > 0 && r.Clocks.Server != "" {
		add(WarnSimulated, "the server's CPU includes the work of simulating round trips")
	}
	if first.HandshakeOnly() && !first.QUIC() && first.Net.Close == CloseReset && r.Clocks.Server != "" {
		add(WarnUnfinished, "a server may drop a handshake whose client resets right behind its last message (HAProxy does), and server CPU then lacks a part: compare with --close graceful")
	}
	all = append(all, diagnoseProxies(r.Plan)...)
	all = append(all, r.heldBack()...)
	if first.TLS.Insecure {
		add(WarnInsecure, "certificates are not verified (--insecure): full handshakes skip work that real clients do")
	}
	if first.TLS.KeyLog != "" {
		add(WarnKeyLog, "TLS secrets are written to %s, which costs time in every handshake", first.TLS.KeyLog)
	}
	if text := r.armsDiffer(); text != "" {
		add(WarnArmsDiffer, "the arms did not negotiate the same: %s", text)
	}
	return all
}

// diagnoseLoad finds a client, a machine or a port range at its limit.
func (r *Result) diagnoseLoad() []Warning {
	var all []Warning
	for i := range r.Arms {
		if why, bound := r.ClientBound(r.Arms[i].Name); bound {
			all = append(all, warnArm(WarnClientBound, r.Arms[i].Name,
				"client-bound: %s: times and rate are no limit of the server's; %s, or give the client more of a quiet machine (tlsbench doctor)", why, r.Plan.Arms[0].Load.less()))
		}
	}
	if share, full := r.sharedFull(r.Arms); full {
		all = append(all, warn(WarnSharedCores,
			"client and server together used %.0f %% of the cores that they share: each slows the other down; %s or another machine", share*100, r.Plan.Arms[0].Load.less()))
	}
	if r.Took == 0 {
		return all
	}
	if most := r.Env.limits(); most.Ports() > 0 {
		d := limits.Demand{Graceful: true, Lasting: r.Took, Loopback: r.loopback(), Sources: r.Plan.Arms[0].Net.SourceCount()}
		for i := range r.Arms {
			if r.Plan.Arms[i].Net.Close == CloseGraceful {
				d.PerSecond += float64(r.Arms[i].Attempts) / r.Took.Seconds()
			}
		}
		if waiting, ports := limits.InTimeWait(d, most), limits.PortsFor(d, most); waiting > 0.7*ports {
			all = append(all, warn(WarnPorts,
				"graceful closes left about %.0f ports in TIME_WAIT, of %.0f: the next seconds may run out of them; use --close reset", waiting, ports))
		}
	}
	return all
}

// partOf is the time that an arm's blocks took; of a stream that it shares, its
// part.
func (r *Result) partOf(a *ArmResult) time.Duration {
	if a.Arrivals == nil || a.Arrivals.Share == 0 {
		return a.Took
	}
	return time.Duration(float64(a.Took) * a.Arrivals.Share)
}

func whole(each *float64, n int64) time.Duration {
	if each == nil {
		return 0
	}
	return time.Duration(*each * float64(n))
}

// wholeRounds is how many rounds have an uncut block of every arm that
// succeeded at all: what the others lack is told of them.
func (r *Result) wholeRounds() (n int) {
	succeeded := map[string]bool{}
	for i := range r.Arms {
		if r.Arms[i].Completed() > 0 {
			succeeded[r.Arms[i].Name] = true
		}
	}
	for i := range r.Rounds {
		uncut := 0
		for j := range r.Rounds[i].Blocks {
			if b := &r.Rounds[i].Blocks[j]; !b.Cut && succeeded[b.Arm] {
				uncut++
			}
		}
		if uncut == len(succeeded) {
			n++
		}
	}
	return n
}

// armsWithout names the arms that have samples but too few for a percentile of
// tls, "" where none has.
func (r *Result) armsWithout(stat string) string {
	var names []string
	for i := range r.Arms {
		tls, measured := r.Arms[i].Phases[TLSPhase]
		if _, ok := tls.Stat(stat); measured && !ok {
			names = append(names, r.Arms[i].Name)
		}
	}
	const most = 4
	switch more := len(names) - most; {
	case len(names) > 1 && len(names) == len(r.Arms):
		return "all arms"
	case more > 1:
		return fmt.Sprintf("%s and %d more arms", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// sharedCores is how many processors client and server had together, 0 where
// each had its own.
func (r *Result) sharedCores() int {
	pinned, err := r.Env.Pinned()
	switch {
	case !r.loopback() || err == nil && pinned.Apart():
		return 0
	case err == nil && pinned.Client != nil && pinned.Server != nil:
		return len(pinned.Client) + len(pinned.Server.Without(pinned.Client))
	}
	return r.Env.CPUs
}

// loopback reports whether the server was reached over loopback.
func (r *Result) loopback() bool {
	for i := range r.Arms {
		if arm, _ := r.Plan.Arm(r.Arms[i].Name); arm.Net.Proxy != "" {
			if arm.reachesLoopback() {
				return true
			}
			continue // the other end of the connection is the proxy
		}
		if f := r.Arms[i].Facts; f != nil {
			host, _, err := net.SplitHostPort(f.Remote)
			if err == nil && net.ParseIP(host).IsLoopback() {
				return true
			}
		}
	}
	return false
}

// armsDiffer says in what connections differed that should have been alike, or
// "": those of arms that are compared with each other.
func (r *Result) armsDiffer() string {
	for i, arm := range r.Plan.Arms {
		base, ok := r.Plan.Baseline(i)
		if !ok {
			continue
		}
		a, okArm := r.Arm(arm.Name)
		first, okBase := r.Arm(base.Name)
		if !okArm || !okBase || a.Facts == nil || first.Facts == nil {
			continue
		}
		// What differs because it was asked to is no doubt.
		x, y := arm.TLS, base.TLS
		sameVersions := x.MinVersion == y.MinVersion && x.MaxVersion == y.MaxVersion
		// Up to TLS 1.2 a suite names the kind of key.
		sameSuites := sameVersions && slices.Equal(x.Ciphers, y.Ciphers) && r.Plan.Compare != "key"
		sameProtocols := slices.Equal(x.ALPN, y.ALPN) && arm.HTTP.Proto == base.HTTP.Proto
		f, g := first.Facts, a.Facts
		switch {
		case sameVersions && f.Version != g.Version:
			return first.Name + " spoke " + f.Version + ", " + a.Name + " " + g.Version
		case sameSuites && f.Suite != g.Suite:
			return first.Name + " used " + f.Suite + ", " + a.Name + " " + g.Suite
		case sameProtocols && f.ALPN != g.ALPN:
			return first.Name + " agreed on " + orNone(f.ALPN) + ", " + a.Name + " on " + orNone(g.ALPN)
		}
	}
	return ""
}
