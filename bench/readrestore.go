package bench

import (
	"fmt"
	"slices"

	"tlsbench/bench/hist"
)

// restore derives anew whatever follows from other parts of the result, and
// refuses parts that contradict each other.
//
// Of a block it derives rate, ratios, mixed, and the percentiles and medians of
// the phases whose histograms are kept. Of an arm it derives all of these, the
// counts, the time, CPU and bytes; and of the warnings those that diagnose
// finds. What it must keep, because nothing else tells it, it holds against
// what does: minimum, mean and maximum against the buckets and the blocks; CPU
// of an arm where a block has none; percentiles without a histogram.
func (r *Result) restore() error {
	if err := r.checkRun(); err != nil {
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
			histograms, err := b.restore(arm.Want, &d)
			if err == nil {
				err = sum.add(&b.Stats, histograms)
			}
			if err != nil {
				return fmt.Errorf("round %d, arm %s: %w", n+1, a.Name, err)
			}
		}
		if err := a.restore(sum, &d); err != nil {
			return fmt.Errorf("arm %s: %w", a.Name, err)
		}
	}
	if err := r.checkSamples(); err != nil {
		return err
	}
	kept := []Warning{}
	for _, w := range r.Warnings {
		if !slices.Contains(diagnosed, w.Code) {
			kept = append(kept, w)
		}
	}
	r.Warnings = append(kept, diagnose(r)...)
	return nil
}

// restore derives an arm from its blocks.
func (a *ArmResult) restore(t *armSum, d *hist.Decoder) error {
	if err := a.checkCounts(); err != nil {
		return err
	}
	a.Attempts, a.Kinds, a.Errors, a.BadStatus = t.counts.Attempts, t.counts.Kinds, t.counts.Errors, t.counts.BadStatus
	a.Took, a.Sessions, a.HelloRetry, a.Clamped = t.counts.Took, t.counts.Sessions, t.counts.HelloRetry, t.counts.Clamped
	a.Arrivals = t.counts.Arrivals
	a.normal()
	a.ratios(t.want)
	a.BytesIn, a.BytesOut, a.TicketBytes = t.bytesIn.mean(a.BytesIn), t.bytesOut.mean(a.BytesOut), t.ticketBytes.mean(a.TicketBytes)
	a.RoundTrips = t.roundTrips.mean(a.RoundTrips)
	var err error
	if a.ClientCPU, err = t.clientCPU.each("client_cpu_ns", a.ClientCPU); err != nil {
		return err
	}
	if a.ServerCPU, err = t.serverCPU.each("server_cpu_ns", a.ServerCPU); err != nil {
		return err
	}
	if err := a.checkFailures(); err != nil {
		return err
	}
	if err := a.fit(t); err != nil {
		return err
	}
	if err := a.check(t.want); err != nil {
		return err
	}
	return a.restoreHistograms(t, d)
}

// checkFailures looks at the examples, which only the arm has.
func (a *ArmResult) checkFailures() error {
	for class := range a.FirstErrors {
		if a.Errors[class] == 0 {
			return fmt.Errorf("first_errors: one of %q, which its blocks have not", class)
		}
	}
	return a.PrimingFailure.check("priming_failure")
}

// fit holds what has no histogram, or was rounded, against the blocks.
func (a *ArmResult) fit(t *armSum) error {
	if t.medians {
		return nil // there is nothing to hold them against
	}
	if err := fitPhases(a.Phases, t.phases); err != nil {
		return fmt.Errorf("phases.%w", err)
	}
	for i := range KindCount {
		kind := Kind(i)
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
func (a *ArmResult) restoreHistograms(t *armSum, d *hist.Decoder) error {
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
	histograms, err := a.restorePhases(d)
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
