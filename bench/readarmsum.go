package bench

import (
	"cmp"
	"errors"
	"fmt"

	"tlsbench/bench/hist"
)

// armSum is what the blocks of an arm add up to.
type armSum struct {
	want                           Want
	counts                         Stats // only what is counted, and Took
	clientCPU, serverCPU           cpuSum
	bytesIn, bytesOut, ticketBytes meanSum
	roundTrips                     meanSum
	phases                         map[Phase]*phaseSum
	others                         map[Kind]map[Phase]*phaseSum
	histograms                     map[Phase]*hist.Histogram
	lacking                        map[Phase]bool // a block has the phase, but no histogram
	medians                        bool           // a block has the medians of its phases alone
}

func newArmSum(want Want) *armSum {
	return &armSum{
		want:       want,
		counts:     Stats{Kinds: map[Kind]int64{}, Errors: map[ErrorClass]int64{}},
		phases:     map[Phase]*phaseSum{},
		others:     map[Kind]map[Phase]*phaseSum{},
		histograms: map[Phase]*hist.Histogram{},
		lacking:    map[Phase]bool{},
	}
}

// add takes a block that was restored.
func (t *armSum) add(b *Stats, histograms phaseHistograms) error {
	if err := t.addFigures(b); err != nil {
		return err
	}
	return t.addHistograms(b.Phases, histograms)
}

func (t *armSum) addFigures(b *Stats) error {
	c := &t.counts
	c.Attempts += b.Attempts
	c.Took += b.Took
	c.HelloRetry += b.HelloRetry
	c.Clamped += b.Clamped
	c.Sessions.Add(b.Sessions)
	addArrivals(&c.Arrivals, b.Arrivals)
	addTo(&c.Kinds, b.Kinds)
	addTo(&c.Errors, b.Errors)
	addTo(&c.BadStatus, b.BadStatus)
	if c.Attempts > maxCounted || c.Took > maxSpan {
		return errors.New("attempts or took_ns: with the rounds before it that is more than can be measured")
	}
	completed, wanted := b.Completed(), b.Wanted(t.want)
	err := cmp.Or(
		t.clientCPU.add("client_cpu_ns", b.ClientCPU, completed), t.serverCPU.add("server_cpu_ns", b.ServerCPU, completed),
		t.bytesIn.add("bytes_in", b.BytesIn, wanted), t.bytesOut.add("bytes_out", b.BytesOut, wanted),
		t.ticketBytes.add("ticket_bytes", b.TicketBytes, wanted), t.roundTrips.add("round_trips", b.RoundTrips, wanted))
	if err != nil {
		return err
	}
	t.medians = t.medians || b.mediansAlone()
	addPhases(t.phases, b.Phases)
	for kind, phases := range b.Others {
		if t.others[kind] == nil {
			t.others[kind] = map[Phase]*phaseSum{}
		}
		addPhases(t.others[kind], phases)
	}
	return nil
}

func (t *armSum) addHistograms(phases map[Phase]hist.Summary, histograms phaseHistograms) error {
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

func addTo[K comparable](sum *map[K]int64, counts map[K]int64) {
	for key, n := range counts {
		if *sum == nil {
			*sum = map[K]int64{}
		}
		(*sum)[key] += n
	}
}
