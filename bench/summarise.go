package bench

import (
	"maps"
	"time"

	"tlsbench/bench/hist"
)

// mixedAbove is the share of fallbacks and errors from which a block's clocks
// no longer speak for the wanted kind.
const mixedAbove = 0.01

// clocks is what a stretch's clocks showed.
type clocks struct {
	took                 time.Duration
	clientCPU, serverCPU cpuTime
}

// of is an arm's part, which completed so many of the handshakes: every one of
// them counts alike, since a process's clock cannot tell them apart.
func (c clocks) of(completed, all int64) clocks {
	if completed == all {
		return c
	}
	part := float64(completed) / float64(all)
	for _, t := range []*cpuTime{&c.clientCPU, &c.serverCPU} {
		if t.over > 0 {
			t.spent, t.over = time.Duration(float64(t.spent)*part), completed
		}
	}
	return c
}

// cpuTime is CPU time and the number of completed handshakes that it is for;
// over is 0 where it was not measured.
type cpuTime struct {
	spent time.Duration
	over  int64
}

func (c cpuTime) each() *float64 {
	// A clock that did not move over completed handshakes is no clock.
	if c.over == 0 || c.spent == 0 {
		return nil
	}
	return ptr(float64(c.spent) / float64(c.over))
}

func (c *cpuTime) add(o cpuTime) {
	c.spent += o.spent
	c.over += o.over
}

// summarise turns a tally and its clocks into Stats. Histograms of the given
// phases are kept.
func summarise(want Want, t *Tally, c clocks, of armMeasured, keep []Phase) (Stats, error) {
	wanted, err := t.Of(want)
	if err != nil {
		return Stats{}, err
	}
	s := Stats{
		Attempts:  t.Attempts(),
		Kinds:     map[Kind]int64{},
		Errors:    map[ErrorClass]int64{},
		Took:      c.took,
		Phases:    wanted.summaries(),
		Medians:   wanted.medians(),
		ClientCPU: c.clientCPU.each(),
		ServerCPU: c.serverCPU.each(),
		Sessions:  of.sessions,
		Arrivals:  of.arrivals,
		BadStatus: maps.Clone(t.BadStatus), // the tally is reused
	}
	for i, k := range t.Kinds {
		if k == nil || k.Count == 0 {
			continue
		}
		kind := Kind(i)
		s.Kinds[kind] = k.Count
		s.HelloRetry += k.HelloRetry
		s.EarlyDataRejected += k.EarlyDataRejected
		s.Retries += k.Retries
		s.VersionNegotiated += k.VersionNegotiated
		addTo(&s.ClientCerts, k.Certs)
		s.Unconfirmed += k.Unconfirmed
		s.ECH += k.ECH
		s.Clamped += k.clamped()
		if !want.Met(kind) {
			if s.Others == nil {
				s.Others = map[Kind]map[Phase]hist.Summary{}
			}
			s.Others[kind] = k.summaries()
		}
	}
	for class, e := range t.Errors {
		s.Errors[class] = e.Count
	}
	s.Derive(want)
	s.means(wanted)
	s.Histograms, err = wanted.encode(keep)
	return s, err
}

// Derive sets what follows from the counts and the time of a stretch whose arm
// wants that kind: Rate, ResumedRatio, ErrorRatio and Mixed.
func (s *Stats) Derive(want Want) {
	completed := s.Completed()
	s.Rate, s.ResumedRatio, s.ErrorRatio, s.Mixed = nil, nil, nil, false
	if s.Took > 0 {
		s.Rate = ptr(float64(completed) / s.Took.Seconds())
	}
	if completed > 0 {
		s.ResumedRatio = ptr(float64(s.Wanted(WantResumed)) / float64(completed))
	}
	if s.Attempts > 0 {
		s.ErrorRatio = ptr(float64(s.Failed()) / float64(s.Attempts))
		s.Mixed = float64(s.Attempts-s.Wanted(want)) > mixedAbove*float64(s.Attempts) || s.Arrivals != nil && s.Arrivals.Share > 0
	}
}

func (s *Stats) means(wanted *KindTally) {
	if n := float64(wanted.Count); n > 0 {
		s.BytesIn = ptr(float64(wanted.BytesIn) / n)
		s.BytesOut = ptr(float64(wanted.BytesOut) / n)
		if wanted.DatagramsIn == 0 { // QUIC's packets do not show what is in them
			s.TicketBytes = ptr(float64(wanted.TicketBytes) / n)
		}
		if wanted.RoundTrips > 0 { // no handshake goes without one
			s.RoundTrips = ptr(float64(wanted.RoundTrips) / n)
		}
		if wanted.DatagramsIn > 0 { // nor one over QUIC without a datagram
			s.DatagramsIn = ptr(float64(wanted.DatagramsIn) / n)
			s.DatagramsOut = ptr(float64(wanted.DatagramsOut) / n)
		}
	}
}

func (k *KindTally) summaries() map[Phase]hist.Summary {
	all := map[Phase]hist.Summary{}
	for p, h := range k.Phases {
		if h != nil && h.Count() > 0 {
			all[Phase(p)] = h.Summary()
		}
	}
	return all
}

// MinMedianSamples is the fewest samples that have a median in Stats.Medians: that
// of fewer is hardly more than one of them.
const MinMedianSamples = 5

func (k *KindTally) medians() map[Phase]time.Duration {
	all := map[Phase]time.Duration{}
	for p, h := range k.Phases {
		if h != nil && h.Count() >= MinMedianSamples {
			all[Phase(p)] = h.Quantile(0.5)
		}
	}
	return all
}

func (k *KindTally) clamped() (n int64) {
	for _, h := range k.Phases {
		if h != nil {
			n += h.Clamped()
		}
	}
	return n
}

func (k *KindTally) encode(phases []Phase) (map[Phase]string, error) {
	all := map[Phase]string{}
	for _, p := range phases {
		h := k.Phases[p]
		if h == nil || h.Count() == 0 {
			continue
		}
		text, err := h.Encode()
		if err != nil {
			return nil, err
		}
		all[p] = text
	}
	return all, nil
}

func ptr[T any](v T) *T { return &v }
