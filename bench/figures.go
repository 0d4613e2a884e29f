package bench

import (
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
	// Medians are those of Phases, from MinMedianSamples on. A median of nine is
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

	// DatagramsIn and DatagramsOut are the mean numbers of UDP datagrams of a
	// QUIC handshake, nil over TCP.
	DatagramsIn  *float64 `json:"datagrams_in,omitempty"`
	DatagramsOut *float64 `json:"datagrams_out,omitempty"`

	// Arrivals is of open loops, nil for a closed one.
	Arrivals *Arrivals `json:"arrivals,omitempty"`

	Sessions   SessionCounts `json:"sessions"`
	HelloRetry int64         `json:"hello_retry_requests"`
	// EarlyDataRejected counts handshakes whose 0-RTT data the server did not
	// take, Retries those with a Retry, and VersionNegotiated those that began
	// with another version of QUIC; the last three are of QUIC.
	EarlyDataRejected int64 `json:"early_data_rejected,omitempty"`
	Retries           int64 `json:"retries,omitempty"`
	VersionNegotiated int64 `json:"version_negotiated,omitempty"`
	// ClientCerts counts completed handshakes in which the server asked for a
	// client certificate, by the place of the presented one among the arm's, 0
	// where none was.
	ClientCerts map[int]int64 `json:"client_certs,omitempty"`
	// Unconfirmed is how many of them the server neither accepted nor refused
	// in any way that shows.
	Unconfirmed int64 `json:"unconfirmed,omitempty"`
	// ECH counts completed handshakes with Encrypted Client Hello.
	ECH       int64         `json:"ech,omitempty"`
	BadStatus map[int]int64 `json:"bad_status,omitempty"`

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

// AddCounts adds what another stretch of the same arm counted, and its time. What
// is a mean, a ratio or of a phase is left as it is.
func (s *Stats) AddCounts(o *Stats) {
	s.Attempts += o.Attempts
	s.Took += o.Took
	s.HelloRetry += o.HelloRetry
	s.EarlyDataRejected += o.EarlyDataRejected
	s.Retries += o.Retries
	s.VersionNegotiated += o.VersionNegotiated
	s.Unconfirmed += o.Unconfirmed
	s.ECH += o.ECH
	s.Clamped += o.Clamped
	s.Sessions.Add(o.Sessions)
	addArrivals(&s.Arrivals, o.Arrivals)
	addTo(&s.Kinds, o.Kinds)
	addTo(&s.Errors, o.Errors)
	addTo(&s.BadStatus, o.BadStatus)
	addTo(&s.ClientCerts, o.ClientCerts)
}

func addTo[K comparable](sum *map[K]int64, counts map[K]int64) {
	for key, n := range counts {
		if *sum == nil {
			*sum = map[K]int64{}
		}
		(*sum)[key] += n
	}
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
