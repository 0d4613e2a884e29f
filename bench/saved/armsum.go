package saved

import (
	"cmp"
	"errors"
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// armSum is what the blocks of an arm add up to.
type armSum struct {
	want                           bench.Want
	counts                         bench.Stats // as AddCounts adds them
	clientCPU, serverCPU           cpuSum
	bytesIn, bytesOut, ticketBytes meanSum
	roundTrips                     meanSum
	datagramsIn, datagramsOut      meanSum
	phases                         map[bench.Phase]*phaseSum
	others                         map[bench.Kind]map[bench.Phase]*phaseSum
	histograms                     map[bench.Phase]*hist.Histogram
	lacking                        map[bench.Phase]bool // a block has the phase, but no histogram
	medians                        bool                 // a block has the medians of its phases alone
}

func newArmSum(want bench.Want) *armSum {
	return &armSum{
		want:       want,
		counts:     bench.Stats{Kinds: map[bench.Kind]int64{}, Errors: map[bench.ErrorClass]int64{}},
		phases:     map[bench.Phase]*phaseSum{},
		others:     map[bench.Kind]map[bench.Phase]*phaseSum{},
		histograms: map[bench.Phase]*hist.Histogram{},
		lacking:    map[bench.Phase]bool{},
	}
}

// add takes a block that was restored.
func (t *armSum) add(b *bench.Stats, histograms phaseHistograms) error {
	if err := t.addFigures(b); err != nil {
		return err
	}
	return t.addHistograms(b.Phases, histograms)
}

func (t *armSum) addFigures(b *bench.Stats) error {
	c := &t.counts
	c.AddCounts(b)
	if c.Attempts > bench.MaxCount || c.Took > bench.MaxSpan {
		return errors.New("attempts or took_ns: with the rounds before it that is more than can be measured")
	}
	completed, wanted := b.Completed(), b.Wanted(t.want)
	err := cmp.Or(
		t.clientCPU.add("client_cpu_ns", b.ClientCPU, completed), t.serverCPU.add("server_cpu_ns", b.ServerCPU, completed),
		t.bytesIn.add("bytes_in", b.BytesIn, wanted), t.bytesOut.add("bytes_out", b.BytesOut, wanted),
		t.ticketBytes.add("ticket_bytes", b.TicketBytes, wanted), t.roundTrips.add("round_trips", b.RoundTrips, wanted),
		t.datagramsIn.add("datagrams_in", b.DatagramsIn, wanted), t.datagramsOut.add("datagrams_out", b.DatagramsOut, wanted))
	if err != nil {
		return err
	}
	t.medians = t.medians || mediansAlone(b)
	addPhases(t.phases, b.Phases)
	for kind, phases := range b.Others {
		if t.others[kind] == nil {
			t.others[kind] = map[bench.Phase]*phaseSum{}
		}
		addPhases(t.others[kind], phases)
	}
	return nil
}

func (t *armSum) addHistograms(phases map[bench.Phase]hist.Summary, histograms phaseHistograms) error {
	for p := range phases {
		h, ok := histograms[p]
		if !ok {
			t.lacking[p] = true
			continue
		}
		if t.histograms[p] == nil {
			t.histograms[p] = hist.New()
		}
		if err := t.histograms[p].Add(h); err != nil {
			return fmt.Errorf("histograms.%s: %w", p, err)
		}
	}
	return nil
}
