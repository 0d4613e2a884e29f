package saved

import (
	"math"

	"tlsbench/bench"
)

// mergeMeans finds again the sums that an arm's means were made of, where these
// do not follow from its blocks.
func mergeMeans(a *bench.ArmResult, union *armSum, parts []armPart) {
	a.ClientCPU = mergeCPU(union.clientCPU, parts, func(p armPart) (cpuSum, *float64) { return p.sum.clientCPU, p.ClientCPU })
	a.ServerCPU = mergeCPU(union.serverCPU, parts, func(p armPart) (cpuSum, *float64) { return p.sum.serverCPU, p.ServerCPU })
	a.BytesIn = mergeMean(union.bytesIn, parts, func(p armPart) (meanSum, *float64) { return p.sum.bytesIn, p.BytesIn })
	a.BytesOut = mergeMean(union.bytesOut, parts, func(p armPart) (meanSum, *float64) { return p.sum.bytesOut, p.BytesOut })
	a.TicketBytes = mergeMean(union.ticketBytes, parts, func(p armPart) (meanSum, *float64) { return p.sum.ticketBytes, p.TicketBytes })
	a.DatagramsIn = mergeMean(union.datagramsIn, parts, func(p armPart) (meanSum, *float64) { return p.sum.datagramsIn, p.DatagramsIn })
	a.DatagramsOut = mergeMean(union.datagramsOut, parts, func(p armPart) (meanSum, *float64) { return p.sum.datagramsOut, p.DatagramsOut })
	a.RoundTrips = mergeMean(union.roundTrips, parts, func(p armPart) (meanSum, *float64) { return p.sum.roundTrips, p.RoundTrips })
}

func mergeCPU(union cpuSum, parts []armPart, of func(armPart) (cpuSum, *float64)) *float64 {
	if union.open() {
		return nil // also where each part's is known, so that the order of merging does not matter
	}
	var all cpuTime
	for _, part := range parts {
		sum, each := of(part)
		if all.add(sum.total(each)); all.spent > maxTotal {
			break // checkMeans refuses it
		}
	}
	return all.each()
}

// total finds an arm's CPU time again, and the handshakes that it is for.
func (c cpuSum) total(each *float64) cpuTime {
	t := cpuTime{c.sum, c.of}
	switch {
	case each == nil || *each <= 0:
	case c.unknown: // some blocks' clocks stood still: the time is known
		t.over = min(max(int64(math.Round(float64(c.sum) / *each)), c.of), c.completed)
	case c.hidden: // every handshake counts, and blocks without one have CPU time too
		t.spent = int64(math.Round(*each * float64(c.of)))
	}
	return t
}

// mergeMean is nil where the mean follows from the blocks, and where it cannot be
// known.
func mergeMean(union meanSum, parts []armPart, of func(armPart) (meanSum, *float64)) *float64 {
	if !union.unknown {
		return nil
	}
	var sum float64
	var wanted int64
	for _, part := range parts {
		m, mean := of(part)
		n := part.Wanted(part.sum.want)
		wanted += n
		switch {
		case !m.unknown:
			sum += float64(m.sum)
		case mean == nil:
			return nil
		default:
			sum += math.Round(*mean * float64(n))
		}
	}
	return new(sum / float64(wanted))
}
