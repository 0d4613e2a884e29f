package probe

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Matrix is where sessions of one mechanism are accepted that were granted
// elsewhere.
type Matrix struct {
	Mechanism session.Mechanism `json:"mechanism"`
	// Cells has a row for each place at which sessions were granted, in the
	// order of Result.Places, and in it a cell for each place at which they
	// were offered.
	Cells [][]Cell `json:"cells"`
	// Groups are the places, as indices of Result.Places, that accept each
	// other's sessions, and their own, every time; a place that shares with no
	// other is alone. Places that could not be tested, or that accepted none
	// even of their own, are in none.
	Groups [][]int `json:"groups"`
	// Doubts are what contradicts the groups: places of one group of which
	// one refuses the other's sessions.
	Doubts []string `json:"doubts"`
}

// Cell is what became of the sessions of one place at another. Each session
// was offered once.
type Cell struct {
	Accepted int `json:"accepted"`
	Of       int `json:"of"` // offers that the server answered with yes or no
	Failed   int `json:"failed"`
	Withheld int `json:"withheld"`
	// Note says why the cell has no offers, or fewer.
	Note string `json:"note,omitempty"`
}

// Full reports whether every session was accepted, and none failed or was left
// out.
func (c Cell) Full() bool { return c.Of > 0 && c.Accepted == c.Of && c.Note == "" }

// Tested reports whether anything is known of the cell.
func (c Cell) Tested() bool { return c.Of > 0 }

// Waterfall is one full and one resumed connection, phase by phase.
type Waterfall struct {
	Place  int    `json:"place"` // index of Result.Places
	Engine string `json:"engine"`
	Full   Trace  `json:"full"`
	// Resumed is nil where no connection was resumed: see Why.
	Resumed *Trace `json:"resumed"`
	Why     string `json:"why,omitempty"`
}

// Trace is one connection.
type Trace struct {
	Kind    bench.Kind `json:"kind"`
	Version string     `json:"version"`
	// Phases has every phase, in order; wait and local are parts of tls, and
	// total is the sum.
	Phases      []PhaseTime        `json:"phases"`
	HelloRetry  bool               `json:"hello_retry"`
	BytesIn     int64              `json:"bytes_in"`
	BytesOut    int64              `json:"bytes_out"`
	TicketBytes int64              `json:"ticket_bytes"`
	Status      int                `json:"status"` // of HTTP, 0 where no request was made
	Failure     *bench.FailureNote `json:"failure"`
}

// PhaseTime is how long one phase took, nil where the connection did not have
// it.
type PhaseTime struct {
	Phase bench.Phase    `json:"phase"`
	Took  *time.Duration `json:"took_ns"`
}
