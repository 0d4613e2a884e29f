package saved

import (
	"fmt"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// restore derives anew whatever follows from other parts of the result, and
// refuses parts that contradict each other: see the package's documentation.
func restore(r *bench.Result) error {
	if err := checkRun(r); err != nil {
		return err
	}
	var d hist.Decoder
	for i := range r.Arms {
		a := &r.Arms[i]
		arm := r.Plan.Arms[i]
		sum := newArmSum(arm.Want)
		for n := range r.Rounds {
			b, ok := r.Rounds[n].Block(a.Name)
			if !ok {
				continue
			}
			histograms, err := restoreBlock(b, arm.Want, &d)
			if err == nil {
				err = sum.add(&b.Stats, histograms)
			}
			if err != nil {
				return fmt.Errorf("round %d, arm %s: %w", n+1, a.Name, err)
			}
		}
		if err := restoreArm(a, sum, &d); err != nil {
			return fmt.Errorf("arm %s: %w", a.Name, err)
		}
	}
	if err := checkSamples(r); err != nil {
		return err
	}
	kept := []bench.Warning{}
	for _, w := range r.Warnings {
		if !w.Code.Diagnosed() {
			kept = append(kept, w)
		}
	}
	r.Warnings = append(kept, bench.Diagnose(r)...)
	return nil
}

// restoreArm derives an arm from its blocks.
func restoreArm(a *bench.ArmResult, t *armSum, d *hist.Decoder) error {
	if err := checkCounts(&a.Stats); err != nil {
		return err
	}
	a.Attempts, a.Kinds, a.Errors, a.BadStatus = t.counts.Attempts, t.counts.Kinds, t.counts.Errors, t.counts.BadStatus
	a.Took, a.Sessions, a.HelloRetry, a.Clamped = t.counts.Took, t.counts.Sessions, t.counts.HelloRetry, t.counts.Clamped
	a.ClientCerts, a.Unconfirmed, a.ECH = t.counts.ClientCerts, t.counts.Unconfirmed, t.counts.ECH
	a.Arrivals = t.counts.Arrivals
	normalise(&a.Stats)
	a.Derive(t.want)
	a.BytesIn, a.BytesOut, a.TicketBytes = t.bytesIn.mean(a.BytesIn), t.bytesOut.mean(a.BytesOut), t.ticketBytes.mean(a.TicketBytes)
	a.RoundTrips = t.roundTrips.mean(a.RoundTrips)
	a.DatagramsIn, a.DatagramsOut = t.datagramsIn.mean(a.DatagramsIn), t.datagramsOut.mean(a.DatagramsOut)
	a.EarlyDataRejected, a.Retries, a.VersionNegotiated = t.counts.EarlyDataRejected, t.counts.Retries, t.counts.VersionNegotiated
	var err error
	if a.ClientCPU, err = t.clientCPU.each("client_cpu_ns", a.ClientCPU); err != nil {
		return err
	}
	if a.ServerCPU, err = t.serverCPU.each("server_cpu_ns", a.ServerCPU); err != nil {
		return err
	}
	if err := checkFailures(a); err != nil {
		return err
	}
	if err := fitArm(a, t); err != nil {
		return err
	}
	if err := checkStats(&a.Stats, t.want); err != nil {
		return err
	}
	return restoreHistograms(a, t, d)
}

// checkFailures looks at the examples, which only the arm has.
func checkFailures(a *bench.ArmResult) error {
	for class := range a.FirstErrors {
		if a.Errors[class] == 0 {
			return fmt.Errorf("first_errors: one of %q, which its blocks have not", class)
		}
	}
	return checkFailure(a.PrimingFailure, "priming_failure")
}

// fitArm holds what has no histogram, or was rounded, against the blocks.
func fitArm(a *bench.ArmResult, t *armSum) error {
	if t.medians {
		return nil // there is nothing to hold them against
	}
	if err := fitPhases(a.Phases, t.phases); err != nil {
		return fmt.Errorf("phases.%w", err)
	}
	for i := range bench.KindCount {
		kind := bench.Kind(i)
		if len(a.Others[kind]) == 0 && len(t.others[kind]) == 0 {
			continue
		}
		if err := fitPhases(a.Others[kind], t.others[kind]); err != nil {
			return fmt.Errorf("other_kinds.%s.%w", kind, err)
		}
	}
	return nil
}

// restoreHistograms derives the phases. A histogram that all blocks keep is
// that of all of them together; of the others the arm alone has one.
func restoreHistograms(a *bench.ArmResult, t *armSum, d *hist.Decoder) error {
	for p, all := range t.histograms {
		if _, kept := a.Histograms[p]; kept || t.lacking[p] {
			continue
		}
		text, err := all.Encode()
		if err != nil {
			return fmt.Errorf("histograms.%s: %w", p, err)
		}
		a.Histograms[p] = text
	}
	if len(a.Phases) == 0 {
		a.Medians = nil // only blocks may have them alone
	}
	histograms, err := restorePhases(&a.Stats, d)
	if err != nil {
		return err
	}
	for p, all := range t.histograms {
		if !t.lacking[p] && !slices.Equal(all.Bars(), histograms[p].Bars()) {
			return fmt.Errorf("histograms.%s: it is not that of its blocks together", p)
		}
	}
	return nil
}
