package bench

import (
	"maps"
	"time"

	"tlsbench/bench/hist"
)

// Stats is what was measured over a stretch: a block, or all blocks of an arm.
//
// Percentiles and bytes are those of the samples whose kind was the wanted one.
// CPU time and rate are of all completed handshakes, since a process's clock
// cannot be split by kind: see Mixed. What was not measured is nil, never zero.
type Stats struct {
	Attempts int64                `json:"attempts"`
	Kinds    map[Kind]int64       `json:"kinds"`
	Errors   map[ErrorClass]int64 `json:"errors"`
	Took     time.Duration        `json:"took_ns"`
	// Rate is completed handshakes a second.
	Rate         *float64 `json:"rate"`
	ResumedRatio *float64 `json:"resumed_ratio"`
	ErrorRatio   *float64 `json:"error_ratio"`

	Phases map[Phase]hist.Summary `json:"phases"`
	// Medians are those of Phases, however few the samples. A median of nine is
	// nothing to report, but one of each round is enough to compare rounds.
	Medians map[Phase]time.Duration `json:"medians_ns"`
	// Others are the phases of samples of another kind than wanted, by kind.
	Others map[Kind]map[Phase]hist.Summary `json:"other_kinds,omitempty"`

	// ClientCPU and ServerCPU are CPU time per completed handshake.
	ClientCPU *float64 `json:"client_cpu_ns"`
	ServerCPU *float64 `json:"server_cpu_ns"`
	// BytesIn, BytesOut and TicketBytes are means per handshake; tickets that
	// follow a TLS 1.3 handshake are counted apart from it.
	BytesIn     *float64 `json:"bytes_in"`
	BytesOut    *float64 `json:"bytes_out"`
	TicketBytes *float64 `json:"ticket_bytes"`
	// RoundTrips is the mean number of times that a handshake had to wait for
	// the server. It counts those that were observed, nil where nobody counted.
	RoundTrips *float64 `json:"round_trips"`

	// Arrivals is of open loops, nil for a closed one.
	Arrivals *Arrivals `json:"arrivals,omitempty"`

	Sessions   SessionCounts `json:"sessions"`
	HelloRetry int64         `json:"hello_retry_requests"`
	BadStatus  map[int]int64 `json:"bad_status,omitempty"`

	// Mixed says that fallbacks and errors exceed 1 % of the attempts, or that
	// arms came in one stream, so that CPU and rate are those of a mixture and
	// are left out of comparisons.
	Mixed bool `json:"mixed,omitempty"`
	// Clamped counts durations outside the histograms' range.
	Clamped int64 `json:"clamped,omitempty"`

	// Histograms are those of Phases in HdrHistogram's V2 encoding, base64. A
	// block keeps tls and total only.
	Histograms map[Phase]string `json:"histograms"`
}

// SessionCounts follows the sessions of an arm. Offered, Accepted, Refused and
// Withheld count completed handshakes on measured connections: one that failed
// tells nothing about its session.
type SessionCounts struct {
	Imported int64 `json:"imported"` // came from a file
	Primed   int64 `json:"primed"`   // received on unmeasured connections
	Received int64 `json:"received"` // received on measured connections
	Offered  int64 `json:"offered"`  // ClientHellos that carried one
	Accepted int64 `json:"accepted"` // of those, resumed
	Refused  int64 `json:"refused"`  // of those, not resumed
	Expired  int64 `json:"expired"`  // thrown away because they were over
	Withheld int64 `json:"withheld"` // were to be offered, but crypto/tls left them out
	Starved  int64 `json:"starved"`  // connections that had none to offer
}

// Add adds what other connections counted.
func (c *SessionCounts) Add(o SessionCounts) {
	c.Imported += o.Imported
	c.Primed += o.Primed
	c.Received += o.Received
	c.Offered += o.Offered
	c.Accepted += o.Accepted
	c.Refused += o.Refused
	c.Expired += o.Expired
	c.Withheld += o.Withheld
	c.Starved += o.Starved
}

// Completed is how many attempts succeeded.
func (s *Stats) Completed() int64 {
	var n int64
	for _, k := range s.Kinds {
		n += k
	}
	return n
}

// Failed is how many attempts failed.
func (s *Stats) Failed() int64 { return s.Attempts - s.Completed() }

// Wanted is how many completed handshakes were of the wanted kind.
func (s *Stats) Wanted(w Want) int64 {
	var n int64
	for kind, count := range s.Kinds {
		if w.Met(kind) {
			n += count
		}
	}
	return n
}

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
	s.ratios(want)
	s.means(wanted)
	s.Histograms, err = wanted.encode(keep)
	return s, err
}

// ratios derives what follows from the counts and the time.
func (s *Stats) ratios(want Want) {
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
		s.TicketBytes = ptr(float64(wanted.TicketBytes) / n)
		if wanted.RoundTrips > 0 { // no handshake goes without one
			s.RoundTrips = ptr(float64(wanted.RoundTrips) / n)
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

// fewestForMedian is the number of samples below which a median is hardly more
// than one of them.
const fewestForMedian = 5

func (k *KindTally) medians() map[Phase]time.Duration {
	all := map[Phase]time.Duration{}
	for p, h := range k.Phases {
		if h != nil && h.Count() >= fewestForMedian {
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
